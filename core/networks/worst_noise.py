"""The noise that changes an image most, among all noise of the same size.

    max ‖f(d + e) − f(d)‖  over  ‖e‖ ≤ ε,    e ← ε u/‖u‖,    u = e/ε + s ∇/‖∇‖

It is projected gradient ascent from random noise, with the gradient through the whole
reconstruction f. Where a step does not rise, s is halved. For a linear f and a large s it is the
power iteration on fᵀf, and ends at the first singular vector.

Sources: V. Antun, F. Renna, C. Poon, B. Adcock and A. C. Hansen, On instabilities of deep learning
in image reconstruction and the potential costs of AI, PNAS 117 (2020), DOI
10.1073/pnas.1907377117; M. Genzel, J. Macdonald and M. März, Solving inverse problems with deep
neural networks – robustness included?, IEEE TPAMI (2022), DOI 10.1109/TPAMI.2022.3148324.
"""

from collections.abc import Callable, Iterator

import torch
from torch import Tensor

STRIDE = 4.0
"""s at first: most of the next direction is then that of the gradient."""

Reconstruction = Callable[[Tensor], Tensor]
"""From data (1, 1, views, detectors) to an image (1, 1, size, size), differentiable."""


def worst_noise(
    reconstruction: Reconstruction, data: Tensor, start: Tensor
) -> Iterator[tuple[Tensor, float]]:
    """Yield the best noise so far, and how much it changes the image, without an end.

    Parameters
    ----------
    reconstruction : f.
    data : d, (1, 1, views, detectors).
    start : noise of that shape; its norm is ε, and it is the first that is yielded.
    """
    size = start.norm()
    with torch.no_grad():
        before = reconstruction(data)
    best, height, slope = start, -1.0, torch.zeros_like(start)
    noise, stride = start, STRIDE
    while True:
        noise = noise.detach().requires_grad_()
        # The graph is of the data alone: the weights of a network need no gradient.
        rise = (reconstruction(data + noise) - before).square().sum()
        (gradient,) = torch.autograd.grad(rise, noise)
        reached = float(rise.detach().sqrt())
        if reached > height:
            best, height, slope = noise.detach(), reached, gradient
        else:
            stride /= 2
        yield best, height
        direction = best / size + stride * slope / slope.norm().clamp_min(1e-30)
        noise = size * direction / direction.norm()
