"""Learned gradient descent as published, with no FBP of the residual inside.

    (Δm, q) ← f_θ(m, ∇L(m), ∇R(m), q),    m ← m − Δm,    ∇L(m) = Gᵀ(Gm − d)

q is the memory, R(m) = ½‖∇m‖²; it starts at FBP.

Source: J. Adler and O. Öktem, Solving ill-posed inverse problems using iterative deep neural
networks, Inverse Problems 33 (2017) 124007, DOI 10.1088/1361-6420/aa9581.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.support.trained import EllipseNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedGradientPlain(EllipseNetwork):
    """Ten iterations of one network of three convolutions, all with the same weights."""

    name: ClassVar[str] = "learned_gradient_plain"
    title: ClassVar[str] = "Learned gradient (plain)"
    idea: ClassVar[str] = "A small network decides each step from both gradients and its memory."
    equation: ClassVar[str] = (
        r"(\Delta m, q) \leftarrow f_\theta\left(m, \nabla L, \nabla R, q\right), "
        r"\quad m \leftarrow m - \Delta m, \quad \nabla L = G^T(Gm - d)"
    )
    source: ClassVar[str] = (
        "J. Adler and O. Öktem, Inverse Problems 33 (2017) 124007, doi:10.1088/1361-6420/aa9581"
    )
    position: ClassVar[int] = 22
    colour: ClassVar[Hue] = "orange"
    dash: ClassVar[Dash] = "longdash"
