"""Unrolling: four iterations cut off after K steps, with networks where a person would choose."""

from dataclasses import dataclass

import streamlit as st

from core.parameters import Parameter
from core.problem.scan import Scan
from core.ui.controls.parameter_controls import control
from core.ui.learned.schemes import Node, Scheme
from core.ui.lesson import open_button, text_with_equations, things_to_try
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


@dataclass(frozen=True, kw_only=True)
class Family:
    """One way of unrolling: its equations, what is said of them, and one stage as a drawing.

    `trained` says in which way the network that runs here is another.
    """

    title: str
    equations: tuple[str, ...]
    words: str
    trained: str
    scheme: Scheme


def _node(text: str, column: float, row: float, kind: str = "value") -> Node:
    return Node(text=text, at=(column, row), kind=kind)  # type: ignore[arg-type]


GRADIENT = Family(
    title="Learned gradient",
    equations=(r"m_{k+1} = m_k - f_\theta\bigl(\nabla (L + R)(m_k)\bigr)",),
    words="Gradient descent whose step is a network's. It sees the gradients of the misfit and of "
    "a regulariser, and decides, pixel by pixel, how far to go. Ours has a **memory** of a few "
    "pictures that it hands on to its next stage, as momentum does, and the *same* weights in all.",
    trained=r"$f_\theta$ sees $m_k \oplus \mathrm{FBP}(r) \oplus G^\top r \oplus \nabla R \oplus$ "
    "memory: the gradient of the misfit twice, once sharpened.",
    scheme=Scheme(
        nodes={
            "m": _node("m_k", 0, 0.5),
            "grad": _node("∇L = Gᵀ(Gm − d)", 1.4, 0, "map"),
            "prior": _node("∇R", 1.4, 1, "map"),
            "f": _node("f_θ", 3, 0.5, "network"),
            "plus": _node("m − ·", 4.1, 0.5, "map"),
            "next": _node("m_k+1", 5.2, 0.5),
            "s": _node("memory", 3, 1.4),
        },
        arrows=[("m", "grad"), ("m", "prior"), ("grad", "f"), ("prior", "f"), ("s", "f"),
                ("f", "plus"), ("plus", "next")],
        alt="One stage: both gradients enter a network, whose output is taken from the image.",
    ),
)  # fmt: skip
PROXIMAL = Family(
    title="Learned proximal gradient",
    equations=(r"m_{k+1} = f_{\theta_k}\bigl(m_k - \tau_k \nabla L(m_k)\bigr)",),
    words="Proximal gradient with a network for a prox. The step $\\tau_k$ is learned with it. "
    "Unlike in plug-and-play, the networks are trained *in place*: they meet the very artefacts "
    "that a gradient step on this scanner leaves.",
    trained=r"the step is $z = m_k - \tau_k\,\mathrm{FBP}(r)$, and $m_{k+1} = z + "
    r"f_{\theta_k}(z \oplus \mathrm{FBP}(r) \oplus G^\top r)$. The network sees the residual "
    r"too, twice, "
    "and not $z$ alone as in the equation: it is nearly a learned primal without memory.",
    scheme=Scheme(
        nodes={
            "m": _node("m_k", 0, 0),
            "grad": _node("m − τₖ∇L(m)", 1.5, 0, "map"),
            "f": _node("f_θk", 3, 0, "network"),
            "next": _node("m_k+1", 4.2, 0),
            "d": _node("d", 1.5, 1),
        },
        arrows=[("m", "grad"), ("d", "grad"), ("grad", "f"), ("f", "next")],
        alt="One stage: a gradient step on the misfit, then a network.",
    ),
)
PRIMAL = Family(
    title="Learned primal",
    equations=(
        r"r_k = G m_k - d",
        r"m_{k+1} = m_k + f_{\theta_k}\bigl(m_k \oplus G^\top r_k\bigr)",
    ),
    words="The network is no prox any more: it sees the picture and the back-projected residual "
    "side by side ($\\oplus$ stacks channels) and says what to add. Gradient descent, proximal "
    "gradient and momentum are all things that it *could* learn.",
    trained=r"$m_{k+1} = m_k - \tau_k\,\mathrm{FBP}(r) + f_{\theta_k}(m_k \oplus \mathrm{FBP}(r) "
    r"\oplus G^\top r \oplus$ memory$)$.",
    scheme=Scheme(
        nodes={
            "m": _node("m_k", 0, 0),
            "h": _node("r = Gm − d", 1.3, 1, "map"),
            "back": _node("Gᵀ", 2.5, 1, "map"),
            "stack": _node("⊕", 2.5, 0, "sum"),
            "f": _node("f_θk", 3.5, 0, "network"),
            "plus": _node("m + ·", 4.5, 0, "map"),
            "next": _node("m_k+1", 5.5, 0),
        },
        arrows=[("m", "stack"), ("m", "h"), ("h", "back"), ("back", "stack"), ("stack", "f"),
                ("f", "plus"), ("plus", "next")],
        alt="One stage: the image and the back-projected residual are stacked for a network.",
    ),
)  # fmt: skip
PRIMAL_DUAL = Family(
    title="Learned primal-dual",
    equations=(
        r"y_{k+1} = y_k + \Gamma_{\varphi_k}\bigl(y_k \oplus G m_k \oplus d\bigr)",
        r"m_{k+1} = m_k + f_{\theta_k}\bigl(m_k \oplus G^\top y_{k+1}\bigr)",
    ),
    words="The Chambolle–Pock iteration works in two spaces, and so does this: one network "
    "corrects the **data** $y$, where noise is white and a detector is a column; another corrects "
    "the **image**. "
    "$G$ and $G^\\top$ carry from the one to the other, and $\\oplus$ stacks what each may see.",
    trained=r"the dual is a correction to the residual, with four channels: "
    r"$m_{k+1} = m_k - \tau_k s + f_{\theta_k}(m_k \oplus s \oplus G^\top(r + y^{(2)}) \oplus$ "
    r"memory$)$ with $s = \mathrm{FBP}(r + y^{(1)})$, begun from the weights of learned primal. "
    r"On the "
    "heads the two differ by less than 0.1 dB: the dual networks add nothing measurable there.",
    scheme=Scheme(
        nodes={
            "h": _node("y_k", 0, 0),
            "d": _node("d", 1.2, -0.15),
            "hstack": _node("⊕", 1.8, 0.35, "sum"),
            "g": _node("Γ_φk", 2.8, 0.35, "network"),
            "hnext": _node("y_k+1", 4, 0.35),
            "m": _node("m_k", 0, 2),
            "G": _node("G", 0.9, 1.2, "map"),
            "back": _node("Gᵀ", 4, 1.25, "map"),
            "mstack": _node("⊕", 4, 2, "sum"),
            "f": _node("f_θk", 5, 2, "network"),
            "mnext": _node("m_k+1", 6.1, 2),
        },
        arrows=[("h", "hstack"), ("d", "hstack"), ("m", "G"), ("G", "hstack"), ("hstack", "g"),
                ("g", "hnext"), ("hnext", "back"), ("back", "mstack"), ("m", "mstack"),
                ("mstack", "f"), ("f", "mnext")],
        alt="One stage: a network updates the dual from dual, projection and data; another the "
        "image from the image and the back-projected dual.",
    ),
)  # fmt: skip
FAMILIES = {
    "learned_gradient": GRADIENT,
    "learned_proximal_gradient": PROXIMAL,
    "learned_primal": PRIMAL,
    "learned_primal_dual": PRIMAL_DUAL,
}
AS_TRAINED = (
    r"**As trained here**, from $m_0 = \mathrm{FBP}(d)$ on, with $r = Gm_k - d$ and "
    r"$\mathrm{FBP}(r)$ "
    "beside $G^\\top r$, which is why so few stages suffice:"
)
_FAMILY = Parameter(name="unrolled", default="learned_primal_dual", choices=tuple(FAMILIES))


@part
def show(scan: Scan) -> None:
    """Draw the words, and one family with its equations and its scheme."""
    text_with_equations(WORDS, TRAINING)
    titles = {name: family.title for name, family in FAMILIES.items()}
    name = control(_FAMILY, words=titles, label="What is learned")
    family = FAMILIES[name]
    text_with_equations(family.words, *family.equations)
    family.scheme.draw(key=f"scheme of {name}")
    st.caption(f"{AS_TRAINED} {family.trained}")
    open_button(
        "Walk through the stages of a trained one",
        {"step": "zoo", "a": name, "b": "none", "c": "none"},
    )
    things_to_try(
        "Take the identity for $f_\\theta$ in learned proximal gradient: which classical method is "
        "that? And which $f_\\theta$ makes one of learned primal?",
        "Draw learned primal into the scheme of learned primal-dual: what is missing?",
    )
