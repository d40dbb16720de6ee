"""The families of unrolled networks: equations and one stage as a drawing, plain or with FBP."""

from collections.abc import Callable
from dataclasses import dataclass

from core.ui.learned import unrolled_schemes
from core.ui.learned.schemes import Scheme

PLAIN, FBP_INSIDE = "plain", "fbp"


@dataclass(frozen=True, kw_only=True)
class Form:
    """One form of a family: the method that runs it, its update, and what is peculiar to it."""

    method: str
    equations: tuple[str, ...]
    words: str
    scheme: Scheme


@dataclass(frozen=True, kw_only=True)
class Family:
    """One way of unrolling: what is said of it, and its two forms."""

    title: str
    words: str
    forms: dict[str, Form]


def _family(
    name: str,
    title: str,
    words: str,
    scheme: Callable[[bool], Scheme],
    plain: tuple[tuple[str, ...], str],
    inside: tuple[tuple[str, ...], str],
) -> Family:
    (equations, remark), (sharp_equations, sharp_remark) = plain, inside
    return Family(
        title=title,
        words=words,
        forms={
            PLAIN: Form(
                method=f"{name}_plain", equations=equations, words=remark, scheme=scheme(False)
            ),
            FBP_INSIDE: Form(
                method=name, equations=sharp_equations, words=sharp_remark, scheme=scheme(True)
            ),
        },
    )


FAMILIES = {
    "learned_gradient": _family(
        "learned_gradient",
        "Learned gradient",
        "Gradient descent whose step is a network's. It sees the gradients of the misfit and of "
        "a regulariser, and decides, pixel by pixel, how far to go. It has a **memory** $q$ of a "
        "few pictures that it hands on to its next stage, as momentum does, and the *same* weights "
        "in all.",
        unrolled_schemes.gradient,
        (
            (
                r"(\Delta m, q) \leftarrow f_\theta\bigl(m_k, \nabla L, \nabla R, q\bigr)",
                r"m_{k+1} = m_k - \Delta m",
                r"\nabla L = G^\top(Gm_k - d), \quad R = \tfrac12\lVert \nabla m\rVert^2",
            ),
            "Ten stages from an FBP. The lecture adds the two gradients, "
            "$f_\\theta(\\nabla(L + R))$; the publication, and this network, stack them beside "
            "the image.",
        ),
        (
            (
                r"r = Gm_k - d, \quad s = \mathrm{FBP}(r)",
                r"(\Delta m, q) \leftarrow f_\theta\bigl(m_k, s, G^\top r, \nabla R, q\bigr)",
                r"m_{k+1} = m_k - \Delta m",
            ),
            "Six stages from an FBP; $f_\\theta$ is a small U-Net.",
        ),
    ),
    "learned_proximal_gradient": _family(
        "learned_proximal_gradient",
        "Learned proximal gradient",
        "Proximal gradient with a network for a prox. The step $\\tau_k$ is learned with it. "
        "Unlike in plug-and-play, the networks are trained *in place*: they meet the very "
        "artefacts that a gradient step on this scanner leaves.",
        unrolled_schemes.proximal,
        (
            (r"m_{k+1} = f_{\theta_k}\bigl(m_k - \tau_k G^\top(Gm_k - d)\bigr)",),
            "Ten stages from zero. The network sees its argument and nothing else, as a prox does.",
        ),
        (
            (
                r"r = Gm_k - d, \quad v = m_k - \tau_k\,\mathrm{FBP}(r)",
                r"m_{k+1} = v + f_{\theta_k}\bigl(v \oplus \mathrm{FBP}(r) \oplus G^\top r\bigr)",
            ),
            "Five stages from an FBP; each $f_{\\theta_k}$ is a small U-Net. It sees the residual "
            "too, twice, and not its argument alone as a prox does: it is nearly a learned primal "
            "without memory.",
        ),
    ),
    "learned_primal": _family(
        "learned_primal",
        "Learned primal",
        "The network is no prox any more: it sees the picture and the back-projected residual "
        "side by side ($\\oplus$ stacks channels) and says what to add. Gradient descent, proximal "
        "gradient and momentum are all things that it *could* learn. $q$ is its memory.",
        unrolled_schemes.primal,
        (
            (
                r"r = G m_k - d, \quad g = G^\top r",
                r"\Delta_k = f_{\theta_k}\bigl(m_k \oplus q_k \oplus g\bigr)",
                r"m_{k+1} \oplus q_{k+1} = m_k \oplus q_k + \Delta_k",
            ),
            "Ten stages from zero.",
        ),
        (
            (
                r"r = G m_k - d, \quad s = \mathrm{FBP}(r), \quad g = G^\top r",
                r"\Delta_k = f_{\theta_k}\bigl(m_k \oplus q_k \oplus s \oplus g\bigr)",
                r"m_{k+1} \oplus q_{k+1} = (m_k - \tau_k s) \oplus q_k + \Delta_k",
            ),
            "Five stages from an FBP; each $f_{\\theta_k}$ is a small U-Net.",
        ),
    ),
    "learned_primal_dual": _family(
        "learned_primal_dual",
        "Learned primal-dual",
        "The Chambolle–Pock iteration works in two spaces, and so does this: one network "
        "corrects the **data** $y$, where noise is white and a detector is a column; another "
        "corrects the **image**. $G$ and $G^\\top$ carry from the one to the other, and $\\oplus$ "
        "stacks what each may see.",
        unrolled_schemes.primal_dual,
        (
            (
                r"y_{k+1} = y_k + \Gamma_{\varphi_k}\bigl(y_k \oplus G m_k \oplus d\bigr)",
                r"m_{k+1} = m_k + f_{\theta_k}\bigl(m_k \oplus G^\top y_{k+1}\bigr)",
            ),
            "Ten stages from zero. $m$ and $y$ have five channels each: $G$ reads the second of "
            "$m$, and $G^\\top$ the first of $y$.",
        ),
        (
            (
                r"y_{k+1} = y_k + \Gamma_{\varphi_k}\bigl(y_k \oplus G m_k \oplus d\bigr)",
                r"r = Gm_k - d, \quad s = \mathrm{FBP}\bigl(r + y^{(1)}_{k+1}\bigr)",
                r"g = G^\top\bigl(r + y^{(2)}_{k+1}\bigr)",
                r"\Delta_k = f_{\theta_k}\bigl(m_k \oplus q_k \oplus s \oplus g\bigr)",
                r"m_{k+1} \oplus q_{k+1} = (m_k - \tau_k s) \oplus q_k + \Delta_k",
            ),
            "Five stages from an FBP, each $f_{\\theta_k}$ a small U-Net; the dual is a correction "
            "to the residual. It began with the weights that learned primal had after "
            "4\u202f000 images, and was trained on 10\u202f500 more. Learned primal, trained on "
            "9\u202f000 more, is as good on the heads, to 0.1 dB, in one training of each: with "
            "FBP inside, the network on the data brought nothing more there.",
        ),
    ),
}
"""By the name of the form with FBP inside, as links have had it from the start."""
