"""Backpropagation by hand in a network of three layers, every factor written out.

a⁽⁰⁾ = x, z⁽ˡ⁾ = W⁽ˡ⁾ a⁽ˡ⁻¹⁾ + b⁽ˡ⁾, a⁽ˡ⁾ = σ(z⁽ˡ⁾) for l = 1, 2, 3, and the binary cross-entropy
L = −Σ [y log a⁽³⁾ + (1 − y) log(1 − a⁽³⁾)]. A Jacobian has a row for every output and a column for
every input, (∂f/∂x)ᵢⱼ = ∂fᵢ/∂xⱼ, so the chain rule is a product of matrices in the order of the
network from its end, and the gradient is its transpose:

(∂L/∂W⁽²⁾)ᵀ = (∂z⁽²⁾/∂W⁽²⁾)ᵀ (∂a⁽²⁾/∂z⁽²⁾)ᵀ (∂z⁽³⁾/∂a⁽²⁾)ᵀ (∂a⁽³⁾/∂z⁽³⁾)ᵀ (∂L/∂a⁽³⁾)ᵀ.

Taken from the right this is backpropagation: vectors only. W is read row by row.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import torch
from numpy.typing import NDArray

SIZES = (4, 5, 3, 2)  # of x, a⁽¹⁾, a⁽²⁾ and a⁽³⁾
LAYER = 2
SEED = 0

Array = NDArray[np.float64]


def sigmoid(z: Array) -> Array:
    """1 / (1 + e⁻ᶻ), whose derivative is σ(1 − σ)."""
    return 1 / (1 + np.exp(-z))


@dataclass(frozen=True, kw_only=True)
class Network:
    """Weights W⁽ˡ⁾ (n_l, n_{l−1}) and biases of the layers, an input x and its labels y."""

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    x: Array
    y: Array


def draw_network(sizes: tuple[int, ...], seed: int) -> Network:
    """A random network with random input and labels."""
    random = np.random.default_rng(seed)
    pairs = list(zip(sizes[1:], sizes[:-1], strict=True))
    return Network(
        weights=tuple(random.standard_normal(pair) / np.sqrt(pair[1]) for pair in pairs),
        biases=tuple(0.1 * random.standard_normal(outputs) for outputs, _ in pairs),
        x=random.standard_normal(sizes[0]),
        y=random.integers(0, 2, sizes[-1]).astype(float),
    )


def forward(network: Network) -> list[Array]:
    """The activations a⁽⁰⁾ … a⁽³⁾."""
    activations = [network.x]
    for W, b in zip(network.weights, network.biases, strict=True):
        activations.append(sigmoid(W @ activations[-1] + b))
    return activations


def cross_entropy(a: Array, y: Array) -> float:
    """L, summed over the outputs."""
    return float(-np.sum(y * np.log(a) + (1 - y) * np.log(1 - a)))


def factors(network: Network, layer: int) -> dict[str, Array]:
    """The Jacobians of the chain from L to W of `layer`, in the order of the chain rule."""
    a = forward(network)
    last = len(network.weights)
    output, y = a[last], network.y
    of = [f"⁽{number}⁾" for number in "⁰¹²³⁴⁵⁶⁷⁸⁹"]
    chain: dict[str, Array] = {
        f"∂L/∂a{of[last]}": ((output - y) / (output * (1 - output)))[None],
        f"∂a{of[last]}/∂z{of[last]}": np.diag(output * (1 - output)),
    }
    for k in range(last - 1, layer - 1, -1):
        chain[f"∂z{of[k + 1]}/∂a{of[k]}"] = network.weights[k]
        chain[f"∂a{of[k]}/∂z{of[k]}"] = np.diag(a[k] * (1 - a[k]))
    # z⁽ˡ⁾ᵢ sees row i of W⁽ˡ⁾ only: a⁽ˡ⁻¹⁾ stands once in each block of the diagonal.
    blocks = np.kron(np.eye(len(a[layer])), a[layer - 1][None]).astype(np.float64)
    return chain | {f"∂z{of[layer]}/∂W{of[layer]}": blocks}


@dataclass(frozen=True, kw_only=True)
class Product:
    """The product so far after each factor, and the multiplications each one took."""

    partial: tuple[Array, ...]
    multiplications: tuple[int, ...]


def multiply(chain: list[Array], start: Literal["right", "left"]) -> Product:
    """Multiply the transposed factors, as they stand in the gradient, from one of its ends.

    From the right the running product is a column, from the left a matrix until the last factor.
    """
    transposed = [factor.T for factor in reversed(chain)]
    queue = transposed[::-1] if start == "right" else transposed
    partial, multiplications = [queue[0]], []
    for factor in queue[1:]:
        left, right = (factor, partial[-1]) if start == "right" else (partial[-1], factor)
        multiplications.append(left.shape[0] * left.shape[1] * right.shape[1])
        partial.append(left @ right)
    return Product(partial=tuple(partial), multiplications=tuple(multiplications))


def backpropagate(network: Network, layer: int) -> tuple[Array, int]:
    """∂L/∂W of `layer` as it is programmed, without the zeros, and the multiplications taken."""
    a = forward(network)
    last = len(network.weights)
    delta, count = a[last] - network.y, 0  # ∂L/∂z⁽³⁾: σ and the cross-entropy cancel
    for k in range(last - 1, layer - 1, -1):
        slope = a[k] * (1 - a[k])
        delta = slope * (network.weights[k].T @ delta)
        count += network.weights[k].size + 2 * slope.size
    return np.outer(delta, a[layer - 1]), count + delta.size * a[layer - 1].size


def by_autograd(network: Network) -> list[Array]:
    """∂L/∂W of all layers by PyTorch."""
    weights = [torch.from_numpy(W).requires_grad_() for W in network.weights]
    a = torch.from_numpy(network.x)
    for W, b in zip(weights, network.biases, strict=True):
        a = torch.sigmoid(W @ a + torch.from_numpy(b))
    y = torch.from_numpy(network.y)
    loss = torch.nn.functional.binary_cross_entropy(a, y, reduction="sum")
    return [gradient.numpy() for gradient in torch.autograd.grad(loss, weights)]


def main() -> None:
    """Show every factor and both orders of the product."""
    np.set_printoptions(precision=4, suppress=True, linewidth=100)
    network = draw_network(SIZES, SEED)
    chain = factors(network, LAYER)
    for name, factor in chain.items():
        print(f"{name}, {factor.shape[0]} × {factor.shape[1]}:\n{factor}")
    print("a⁽³⁾ − y, the product of the first two:", forward(network)[-1] - network.y)

    expected = by_autograd(network)[LAYER - 1]
    for start in ("right", "left"):
        product = multiply(list(chain.values()), start)
        gradient = product.partial[-1].reshape(expected.shape)
        print(
            f"from the {start}: {sum(product.multiplications)} multiplications, "
            f"{abs(gradient - expected).max():.0e} from autograd"
        )
    gradient, count = backpropagate(network, LAYER)
    print(f"without the zeros: {count}, {abs(gradient - expected).max():.0e} from autograd")


if __name__ == "__main__":
    main()
