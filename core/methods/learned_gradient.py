"""Learned gradient descent with an FBP of the residual inside: one network decides each step.

    r = Gm − d,    (Δm, q) ← f_θ(m, FBP(r), Gᵀr, ∇R(m), q),    m ← m − Δm

q is the memory, R(m) = ½‖∇m‖². `learned_gradient_plain` is the published form.

Source: after J. Adler and O. Öktem, Solving ill-posed inverse problems using iterative deep neural
networks, Inverse Problems 33 (2017) 124007, DOI 10.1088/1361-6420/aa9581.
"""

from dataclasses import dataclass
from typing import ClassVar, final

from core.methods.base import Dash, Hue
from core.methods.support.trained import TrainedNetwork


@final
@dataclass(frozen=True, kw_only=True)
class LearnedGradient(TrainedNetwork):
    """The iterations of the network of the same name, all with the same weights."""

    name: ClassVar[str] = "learned_gradient"
    title: ClassVar[str] = "Learned gradient (FBP inside)"
    idea: ClassVar[str] = "A network decides each step, from the gradients and its own memory."
    equation: ClassVar[str] = (
        r"r = Gm - d, \quad (\Delta m, q) \leftarrow "
        r"f_\theta\left(m, \mathrm{FBP}(r), G^T r, \nabla R, q\right), "
        r"\quad m \leftarrow m - \Delta m"
    )
    source: ClassVar[str] = (
        "after J. Adler and O. Öktem, Inverse Problems 33 (2017) 124007, "
        "doi:10.1088/1361-6420/aa9581"
    )
    position: ClassVar[int] = 20
    colour: ClassVar[Hue] = "orange"
    dash: ClassVar[Dash] = "dot"
