"""Why the classical methods work, in short."""

from collections.abc import Mapping

import streamlit as st

from core.methods.base import Method
from core.problem.measurement import Source


def theory_tab(scan: Source, chosen: Mapping[str, Method]) -> None:
    """Draw the theory, and where each chosen method comes from."""
    left, right = st.columns(2, gap="large")
    with left:
        st.markdown(r"""
#### Least squares and the normal equations
Which image explains the data best? The one with the least misfit,
$$
\min_m \tfrac12\lVert d - Gm\rVert^2 \quad\Leftrightarrow\quad G^TG\,m = G^Td .
$$
Every method here builds its image from $G$ and $G^T$ alone. $G^TG$ itself would take 42 GB at 320²
pixels, and at clinical sizes far more than any computer has. **Back-projection** is the right-hand
side, $G^Td$, without the division by $G^TG$ that would turn it into an answer.

#### Why $G^T$ is not $G^{-1}$
With the singular values of $G$, $G = \sum_i \sigma_i u_i v_i^T$, back-projection *multiplies*
each part of the image by $\sigma_i^2$, where an inverse would divide. Smooth parts have large
$\sigma_i$ and are exaggerated, fine detail has small ones and fades: the blur. **FBP** undoes
it with the ramp filter $|\nu|$. In the limit of all views and infinitely fine detectors it is
the exact inverse.

#### Why not simply divide
Dividing by a small $\sigma_i$ multiplies the noise in that direction by $1/\sigma_i$. And where
$\sigma_i = 0$ the data say nothing at all: with 41 × 160 rays for 320² pixels, the null space has
a dimension of at least 95 840 of 102 400. Almost all *directions* are unseen, although a smooth
picture has little of its energy there, about one per cent for the head of the lecture. Something
must be added to the data.
""")
    with right:
        st.markdown(r"""
#### Two ways to add it
**A penalty.** In general $\min_m \mathcal D(d, Gm) + \mathcal R(m)$, a misfit and a
regulariser. Regularised least squares adds $\tfrac12\epsilon^2\lVert Rm\rVert^2$. In the
direction $v_i$ (for $R = I$) the answer is
$$
\frac{\sigma_i^2}{\sigma_i^2 + \epsilon^2}\cdot\frac{u_i^Td}{\sigma_i} ,
$$
a filter: directions with $\sigma_i \gg \epsilon$ pass, those with $\sigma_i \ll \epsilon$ are
damped. With $R$ the Laplacian, curvature is penalised: the picture of a brain with few views is
filled in by its smoothest continuation. Tissue *is* smooth inside; its borders are not, and they
blur. No quadratic penalty can tell an edge from noise; that needs the next page.

**Another misfit.** Squares let an outlier pull with a force that grows with its size: a detector
that reports nothing bends the whole image. With $\lVert d - Gm\rVert_1$ every ray pulls alike, and
with Huber's function those do that are far off. Rays of few photons are noisy ones: each square can
be weighted by the photons that are left of its ray (*Robust least squares*).

**Stopping early.** From $m_0 = 0$, $k$ steps of gradient descent give
$$
\bigl(1 - (1 - \tau\sigma_i^2)^k\bigr)\,\frac{u_i^Td}{\sigma_i} .
$$
Large $\sigma_i$ come first, the noisy ones last. The iteration number *is* the regularisation
parameter, and with noise the error falls, then rises: **semi-convergence**.

**A change of variables.** Preconditioning writes $m = Pz$ with a smoothing $P$ and stops early:
only what $P$ lets through can appear. Replace $P$ by a network and $z$ by fixed noise, and this is
the *deep image prior* of the page *Learned methods*.

#### From gradient descent to training networks
Leave all rays but a batch $B$ of views out of each step,
$m \leftarrow m - \tau_B\,G_B^T(G_Bm - d_B)$, and this is stochastic gradient descent. The views
are the training examples, the image holds the weights, a pass is an epoch.
""")
    for letter, method in chosen.items():
        st.caption(f"**{letter} · {method.title}**: {method.source}")
