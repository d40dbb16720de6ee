"""Unrolling: four iterations cut off after K steps, with networks where a person would choose."""

import streamlit as st

from core.parameter import Parameter
from core.problem.noise import GaussianNoise
from core.problem.phantoms import RandomEllipses
from core.problem.scan import Scan
from core.ui.controls.parameter_controls import control
from core.ui.learned.unrolled_families import FAMILIES, FBP_INSIDE, PLAIN
from core.ui.lesson import open_button, text_with_equations, things_to_try
from core.ui.scan.link import SCANNER_NAMES, scan_query
from core.ui.scan.source import DATA
from core.ui.shell import part

WORDS = """\
An iteration that is cut off after $K$ steps is a network: each step is a layer. What one had to
choose in it can be **learned**: the step size, the prior, even the direction. Known physics stays
where it is, as $G$ and $G^\\top$ between the networks, so that they need not learn the scanner, and
the data are looked at again in each stage. Five to ten stages then do what hundreds of iterations
did.

In training, the loss is on the picture $F_\\theta|_k$ of each stage $k$, most of all on the last,
with the weight $w_k = 0.3^{K-k}$ and $\\ell(m, \\hat m) = \\ln(\\lVert\\hat m - m\\rVert^2 /
\\lVert m\\rVert^2)$. $R$, which could penalise large weights, is 0 here. The gradient passes back
through all stages; on its way it meets $G$ and $G^\\top$, which is what the autograd bridge is
for."""
TRAINING = (
    r"\min_\theta \sum_i \sum_{k=1}^K w_k\, \ell\bigl(m_i, F_\theta|_k(d_i)\bigr) + R(\theta)"
)
FORMS = {PLAIN: "Plain: G and Gᵀ inside", FBP_INSIDE: "With FBP of the residual inside"}
COMPARED = """\
**Why two forms?** $G^\\top r$ is a blurred picture of what is missing, and three convolutions a
stage see no further than a few pixels: ten plain stages must learn to sharpen it. An FBP does that
in one step, on any scan whose filter is known, and the stages here are five to eight. The price: it
is the filter of complete data, which the network then has to correct where views are missing.

**What does it buy?** Learned gradient and learned primal-dual were trained in both forms on the
ellipses of the publication: in *The zoo* they are called *plain* and *FBP; ellipses*. With learned
gradient the FBP inside gains 0.6 dB: 34.7 dB and plain 34.1 dB on ellipses for validation, 33.6 and
33.0 dB on the phantom of the published table. There it is the FBP's doing and not that of more
weights: *plain + FBP*, with one channel more and nothing else changed, comes to 34.8 and 35.5 dB
after fewer images. With learned primal-dual it gains nothing there: 35.6 dB and plain 35.7 dB, on
the phantom 36.0 and 38.3 dB. On other images that is not so. On twelve of the laboratory's *Random
ellipses*, which are shifted and scaled to [0, 1], it gains 0.6 to 1.3 dB and 0.2 to 1.4 dB. The one
channel gains 0.1 to 0.3 dB: most comes there from the larger networks, which have 23 and 10 times
as many weights.

**Which form is best?** With FBP inside, and after 12\u202f500 to 14\u202f500 images, the four are
within 0.4 dB of one another on heads without noise. When learned gradient had seen 1\u202f500 and
learned primal 13\u202f000, these two were 1.8 dB apart: compare trainings before architectures."""
_FAMILY = Parameter(name="unrolled", default="learned_primal_dual", choices=tuple(FAMILIES))
_FORM = Parameter(name="form", default=PLAIN, choices=tuple(FORMS))
_SCAN_NAMES = ("size", *SCANNER_NAMES, DATA.name)


def published_scan() -> Scan:
    """Random ellipses under the scan of Adler and Öktem, with their noise."""
    from core.networks.data import ellipse_scans

    return Scan(
        size=ellipse_scans.SIZE,
        image=RandomEllipses(),
        beam=ellipse_scans.beam(),
        kernel=ellipse_scans.PROJECTOR,
        noise=GaussianNoise(level=ellipse_scans.NOISE["adler_oektem"]),
    )


@part
def show(scan: Scan) -> None:
    """Draw the words, and one family with its equations and its scheme."""
    text_with_equations(WORDS, TRAINING)
    titles = {name: family.title for name, family in FAMILIES.items()}
    name = control(_FAMILY, words=titles, label="What is learned")
    family = FAMILIES[name]
    form_name = control(_FORM, words=FORMS, label="Form")
    form = family.forms[form_name]
    text_with_equations(f"{family.words} {form.words}", *form.equations)
    form.scheme.draw(key=f"scheme of {form.method}")
    opened = {"step": "zoo", "a": form.method, "b": "none", "c": "none"}
    if form_name == PLAIN:  # trained on ellipses, under the scan of those who published it
        opened |= scan_query(published_scan())
    names = _SCAN_NAMES if form_name == PLAIN else ()
    open_button("Walk through the stages of a trained one", opened, names)
    st.markdown(COMPARED)
    things_to_try(
        "Take the identity for $f_\\theta$ in learned proximal gradient: which classical method is "
        "that? And which $f_\\theta$ makes one of learned primal?",
        "Draw learned primal into the scheme of learned primal-dual: what is missing?",
    )
