"""Step 6: backpropagation by hand, every factor as numbers and as a picture."""

from typing import Literal

import numpy as np
import streamlit as st

from core.number_format import count
from core.parameter import Parameter
from core.problem.scan import Scan
from core.recipes.bridge import by_hand
from core.ui.bridge.common import code
from core.ui.bridge.matrices import Block, matrices
from core.ui.controls.parameter_controls import control
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part

NAMES = ("input", "first", "second", "output")
SIZES = tuple(
    Parameter(name=f"net.{name}", default=default, low=1, high=6)
    for name, default in zip(NAMES, by_hand.SIZES, strict=True)
)
LAYER = Parameter(name="net.layer", default="2", choices=("1", "2", "3"))
START = Parameter(name="net.start", default="right", choices=("right", "left"))
SEED = Parameter(name="net.seed", default=by_hand.SEED, low=0, high=999)

GENERAL = """\
**The general Jacobian** of $f:\\mathbb R^N\\to\\mathbb R^M$ has a row for each output and a column
for each input. So the Jacobian of a chain is the product of the Jacobians in the order of the
functions, and a gradient, which is a column, is its transpose."""
JACOBIAN = r"""\frac{\partial f}{\partial x} = \begin{pmatrix}
\frac{\partial f_1}{\partial x_1} & \cdots & \frac{\partial f_1}{\partial x_N}\\
\vdots & \frac{\partial f_i}{\partial x_j} & \vdots\\
\frac{\partial f_M}{\partial x_1} & \cdots & \frac{\partial f_M}{\partial x_N}
\end{pmatrix}"""
NETWORK = """\
**The network** has three layers with sigmoids, and the binary cross-entropy at its end. The
gradient by the weights of one layer is a product of transposed Jacobians. Taken **from the
right** it stays a column: that is backpropagation. Taken **from the left** it is a matrix until
the last factor."""
LOSS = r"""\begin{aligned} L = -\textstyle\sum_i\bigl[& y_i\log a^{(3)}_i\\
 +\,& (1-y_i)\log(1-a^{(3)}_i)\bigr]\end{aligned}"""
BLOCKS = """\
$W$ is read row by row. $z_i$ sees row $i$ of $W$ alone, so $\\partial z/\\partial W$ is made of
blocks, $a^\\top$ once in each: mostly zeros, which no program stores. Without them the last
product is $\\delta\\,a^\\top$. And $\\sigma$ was chosen to fit the loss: their two factors, with
their divisions, cancel to $a^{(3)} - y$."""


@part
def show(scan: Scan) -> None:
    """Draw the factors and their product from the end chosen."""
    del scan  # this network has nothing to do with the scanner
    text_with_equations(GENERAL, JACOBIAN)
    columns = st.columns(5)
    sizes = []
    for place, parameter, label in zip(
        columns, SIZES, ("x", "a^{(1)}", "a^{(2)}", "a^{(3)}"), strict=False
    ):
        with place:
            sizes.append(int(control(parameter, label=f"Size of ${label}$")))
    with columns[4]:
        seed = int(control(SEED, typed=True, label="Seed of the weights"))
    network = by_hand.draw_network(tuple(sizes), seed)
    left, right = st.columns(2, gap="large")
    with left:
        layer = int(control(LAYER, label="Gradient with respect to the weights of layer"))
    with right:
        start: Literal["right", "left"] = control(
            START,
            label="Take the product",
            words={"right": "from the right: vectors", "left": "from the left: matrices"},
        )
    text_with_equations(
        NETWORK, r"a^{(l)} = \sigma(z^{(l)}),\quad z^{(l)} = W^{(l)}a^{(l-1)} + b^{(l)}", LOSS
    )
    st.latex(_product(layer))
    chain = by_hand.factors(network, layer)
    _factors(chain)
    _partial(network, list(chain.values()), layer, start)
    text_with_equations(
        BLOCKS, r"\frac{\partial L}{\partial z^{(3)}} = a^{(3)} - y", _numbers(network)
    )
    things_to_try(
        "Take layer 1: the chain grows by two factors, and the way from the left by far more.",
        "Set the size of $a^{(3)}$ to 1, one loss for one output: now compare both ways again.",
    )
    constants = {"SIZES": tuple(sizes), "LAYER": layer, "SEED": seed}
    parts = (by_hand.forward, by_hand.factors, by_hand.multiply, by_hand.backpropagate)
    code(by_hand, *parts, by_hand.by_autograd, **constants)


def _product(layer: int) -> str:
    """The gradient as a product of transposed factors, in LaTeX."""

    def factor(above: str, below: str) -> str:
        return rf"\Bigl(\frac{{\partial {above}}}{{\partial {below}}}\Bigr)^{{\!\top}}"

    words = [factor(f"z^{{({layer})}}", f"W^{{({layer})}}")]
    for k in range(layer, 4):
        words.append(factor(f"a^{{({k})}}", f"z^{{({k})}}"))
        if k < 3:
            words.append(factor(f"z^{{({k + 1})}}", f"a^{{({k})}}"))
    words.append(factor("L", "a^{(3)}"))
    return factor("L", f"W^{{({layer})}}") + " = " + r"\,".join(words)


def _factors(chain: dict[str, by_hand.Array]) -> None:
    """The transposed factors side by side, as they stand in the equation."""
    matrices(
        [
            Block(name=f"({name})ᵀ", values=factor.T)
            for name, factor in reversed(list(chain.items()))
        ],
        key="factors",
        alt="The transposed factors of the gradient, as numbers and colours.",
    )


def _partial(
    network: by_hand.Network,
    chain: list[by_hand.Array],
    layer: int,
    start: Literal["right", "left"],
) -> None:
    """The product as it grows, the operations of both ways, and what autograd says."""
    ways: dict[str, by_hand.Product] = {
        "right": by_hand.multiply(chain, "right"),
        "left": by_hand.multiply(chain, "left"),
    }
    product = ways[start]
    steps = ("1 factor", *(f"{count(n)} mult." for n in product.multiplications))
    blocks = [
        Block(name=step, values=partial)
        for partial, step in zip(product.partial, steps, strict=True)
    ]
    gradient, fewest = by_hand.backpropagate(network, layer)
    expected = by_hand.by_autograd(network)[layer - 1]
    blocks.append(Block(name="autograd", values=expected))
    st.markdown(
        f"**The product from the {start}**, after each factor: the multiplications it took, "
        "and its shape."
    )
    matrices(blocks, key="partial", alt="The running product after each factor.")
    places = st.columns(4)
    for place, (title, value) in zip(
        places,
        {
            "multiplications from the right": count(sum(ways["right"].multiplications)),
            "from the left": count(sum(ways["left"].multiplications)),
            "from the right, without the zeros": count(fewest),
        }.items(),
        strict=False,
    ):
        place.metric(title, value)
    errors = [abs(product.partial[-1].ravel() - expected.ravel()).max()]
    errors.append(abs(gradient - expected).max())
    places[3].metric("max |by hand − autograd|", f"{max(errors):.0e}")


def _numbers(network: by_hand.Network) -> str:
    output = by_hand.forward(network)[-1]

    def column(values: np.ndarray) -> str:
        return r"\begin{pmatrix}" + r"\\".join(f"{v:.3f}" for v in values) + r"\end{pmatrix}"

    return f"{column(output - network.y)} = {column(output)} - {column(network.y)}"
