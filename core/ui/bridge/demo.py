"""Step 2: the lecture's demo: backward gives Gᵀv."""

from typing import Any

import numpy as np
import streamlit as st

from core.parameter import Parameter
from core.problem.scan import Scan
from core.projection.projector import make_projector
from core.projection.small_grid import shrink
from core.recipes.bridge import demo
from core.ui import cached
from core.ui.bridge.common import apart, code, difference_panel, flat, signed_panel
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part

SIZE = 32
VIEWS = 24
OPERATOR = Parameter(
    name="demo.operator", default="first derivative", choices=(*demo.operators(SIZE), "scan")
)
V = Parameter(name="demo.v", default="ones", choices=tuple(demo.vectors((2, 2))))
WORDS = """\
PyLops knows $G$ and its adjoint; `TorchOperator` hands both to PyTorch. Forward, PyTorch gets
$Gx$. Backward, it asks for $J^\\top v$ and is given $G^\\top v$. A loss $L(y)$ would supply
$v = \\partial L/\\partial y$; here you choose $v$ yourself. That both agree is by construction.
That $G^\\top$ is *really* the transpose is not, so the last number builds $G^\\top v$ once more,
entry by entry, from $G$ alone."""


@part
def show(scan: Scan) -> None:
    """Run the demo for the operator and the vector chosen."""
    text_with_equations(
        WORDS,
        r"y = Gx, \quad \partial y/\partial x = G",
        r"\texttt{y.backward(v)}",
        r"\texttt{x.grad} = J^\top v = G^\top v",
        r"(G^\top v)_j = \langle G e_j, v\rangle",
    )
    left, right = st.columns([3, 4], gap="large")
    with left:
        name = control(OPERATOR, label="Operator $G$")
    with right:
        vector = control(V, label="Vector $v$")
    operator = operator_named(scan, name)
    beam = shrink(scan.beam, scan.size, SIZE, VIEWS)
    x = cached.truth(scan.image, SIZE)
    v = demo.vectors(operator.dimsd)[vector]
    result = cached.memoize(
        "bridge demo",
        (name, vector, scan.image),
        (beam, scan.kernel) if name == "scan" else (),
        compute=lambda: demo.demo(operator, x, v),
    )
    one, two, three = st.columns(3)
    one.metric("np.allclose(jtv, G.H @ v)", str(result.equal))
    two.metric("max |jtv − Gᵀv|", apart(abs(result.jtv - result.adjoint).max()))
    three.metric("max |jtv − ⟨G eⱼ, v⟩|", apart(abs(result.jtv - result.transposed).max()))
    _pictures(x, v, result)
    things_to_try(
        "Take *ones* and the *first derivative*: only the border of $G^\\top v$ is not zero. Why?",
        "Take *a single one*: $G^\\top v$ is one row of $G$.",
        "Take *the scan*, and look for the ray that a single one back-projects.",
    )
    code(demo, demo.demo, demo.operators, demo.vectors, OPERATOR=name, V=vector)


def operator_named(scan: Scan, name: str) -> Any:
    """One of the lesson's operators, or the scan around the same small grid."""
    if name == "scan":
        return make_projector(SIZE, shrink(scan.beam, scan.size, SIZE, VIEWS), scan.kernel)
    return demo.operators(SIZE)[name]


def _pictures(x: np.ndarray, v: np.ndarray, result: demo.Demo) -> None:
    shape = " × ".join(str(n) for n in v.shape)
    image_panels(
        [
            Panel(title="x", image=x, low=0, high=1, alt="The image x.", caption="32 × 32"),
            Panel(title="y = Gx, forward", image=flat(result.y), alt="Gx.", caption=shape),
            signed_panel("v, of the shape of y", v, alt="The vector v.", caption=shape),
            signed_panel("Jᵀv by y.backward(v)", result.jtv, alt="The gradient by PyTorch."),
            signed_panel("Gᵀv by PyLops", result.adjoint, alt="The adjoint applied to v."),
            difference_panel(
                "Jᵀv − ⟨G eⱼ, v⟩",
                result.jtv - result.transposed,
                alt="Their difference from the entries built by G alone.",
            ),
        ],
        key="demo",
        columns=3,
        link_zoom=False,
        tallest=250,
    )
