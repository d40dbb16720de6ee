"""The symbols of *Autograd bridge*."""

from collections.abc import Mapping

from core.ui.symbols.rows import Rows

BRIDGE: Mapping[str, Rows] = {
    "Autograd bridge": (
        ("J", "the Jacobian matrix of a function"),
        ("v", "the vector that backpropagation carries back"),
    ),
    "Autograd bridge · The chain": (
        ("f_1, f_2, f_3", "the functions of the chain; the last is G"),
        ("x, u, y", "what goes in, in between, what comes out"),
    ),
    "Autograd bridge · Check it": (
        ("x", "a random input"),
        ("h", "the step of a finite difference"),
        (r"\epsilon", "the rounding error of a number near 1"),
    ),
    "Autograd bridge · By hand": (
        ("f, N, M", "any function, the numbers of its inputs, its outputs"),
        ("x, y", "the input, the desired output"),
        ("W, b, z, a", "weights and constants of a layer, before and after its sigmoid"),
        (r"\sigma", "the sigmoid"),
        ("L", "the loss, binary cross-entropy"),
        (r"\delta", "the gradient with respect to z"),
    ),
    "Autograd bridge · Use it": (
        (r"\alpha, \beta, \gamma", "weights of brightness, of slope across and down"),
        (r"\partial_x, \partial_z", "the derivative across, down"),
        ("s", "scales the thickest ray to an attenuation of 4"),
        (r"g", "the photons that the image predicts"),
        (r"f_\theta, \theta, z", "a network, its weights, its fixed input"),
    ),
}
