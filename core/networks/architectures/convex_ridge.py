"""A convex ridge regulariser: filters, and a convex potential for what each of them finds.

    R(m) = Σᵢ Σₚ ψᵢ((wᵢ ∗ m)ₚ),    ∇R(m) = Wᵀψ′(Wm)

wᵢ are filters of zero mean, W stacks their convolutions, and ψᵢ is even and convex: ψᵢ′ is an odd,
non-decreasing spline of degree 1, so ψᵢ is quadratic between its knots and linear beyond them. It
is the family of |t| and Huber's function, learned. Trained on nothing but noisy patches.

Source: A. Goujon, S. Neumayer, P. Bohra, S. Ducotterd and M. Unser, A neural-network-based convex
regularizer for inverse problems, IEEE Trans. Comput. Imaging 9 (2023) 781-795,
DOI 10.1109/TCI.2023.3306100. Theirs compose several convolutions; here each filter is one.
"""

import torch
from torch import Tensor, nn
from torch.nn import functional

KNOTS, REACH = 10, 0.06
"""Knots of ψ′ for t > 0, evenly up to `REACH`, where the brightest pixel is 1."""

SIDE = 64
"""The grid of frequencies on which the norm of W is bounded."""


class ConvexRidge(nn.Module):
    """32 filters of 7 × 7 pixels with their potentials, about 2000 weights."""

    def __init__(self, filters: int = 32, side: int = 7) -> None:
        super().__init__()
        self.raw_filters = nn.Parameter(cosines(side)[:filters, None])
        self.raw_slopes = nn.Parameter(torch.linspace(3.0, -6.0, KNOTS).repeat(filters, 1))
        self.raw_weight = nn.Parameter(torch.tensor(8.0))

    @property
    def filters(self) -> Tensor:
        """wᵢ (filters, 1, side, side), of zero mean, together with ‖W‖ ≤ 1."""
        centred: Tensor = self.raw_filters - self.raw_filters.mean((2, 3), keepdim=True)
        # Convolution with zeros beyond the border is a part of a circular one on a larger grid.
        power = torch.fft.rfft2(centred, s=(SIDE, SIDE)).abs().square().sum((0, 1))
        # Between the frequencies of the grid it is a little more.
        scaled: Tensor = centred / (1.02 * power.max()).sqrt()
        return scaled

    @property
    def slopes(self) -> Tensor:
        """ψᵢ″ (filters, KNOTS) between the knots, from 0 to 1; beyond the last it is 0."""
        return torch.sigmoid(self.raw_slopes)

    def derivative(self, t: Tensor) -> Tensor:
        """ψᵢ′ of responses (B, filters, H, W)."""
        slope, rise, _, beyond = self._cells(t)
        return t.sign() * (rise + slope * beyond)

    def potential(self, t: Tensor) -> Tensor:
        """ψᵢ of responses (B, filters, H, W), the integral of `derivative` from 0."""
        slope, rise, area, beyond = self._cells(t)
        return area + (rise + slope * beyond / 2) * beyond

    def _cells(self, t: Tensor) -> tuple[Tensor, Tensor, Tensor, Tensor]:
        """ψ″, ψ′ and ψ at the knot below each |t|, and how far |t| is beyond it."""
        length = REACH / KNOTS
        slopes = functional.pad(self.slopes, (0, 1))
        rises = functional.pad(length * self.slopes.cumsum(1), (1, 0))
        areas = functional.pad((length / 2 * (rises[:, 1:] + rises[:, :-1])).cumsum(1), (1, 0))
        knot = (t.detach().abs() / length).floor().clamp(max=KNOTS)
        row = (KNOTS + 1) * torch.arange(len(slopes)).reshape(1, -1, 1, 1)
        cell = (knot.long() + row).to(t.device)
        tables = (table.flatten()[cell] for table in (slopes, rises, areas))
        slope, rise, area = tables
        return slope, rise, area, t.abs() - length * knot

    def responses(self, image: Tensor) -> Tensor:
        """Wm of images (B, 1, H, W)."""
        return functional.conv2d(image, self.filters, padding=self.raw_filters.shape[-1] // 2)

    def value(self, image: Tensor) -> Tensor:
        """R(m) of each image (B, 1, H, W)."""
        return self.potential(self.responses(image)).sum((1, 2, 3))

    def gradient(self, image: Tensor) -> Tensor:
        """∇R(m) (B, 1, H, W); as ‖W‖ ≤ 1 and ψ″ ≤ 1, it is 1-Lipschitz."""
        filters = self.filters
        padding = filters.shape[-1] // 2
        found = functional.conv2d(image, filters, padding=padding)
        return functional.conv_transpose2d(self.derivative(found), filters, padding=padding)

    def forward(self, noisy: Tensor, steps: int = 10) -> Tensor:
        """Nesterov's descent on ½‖x − noisy‖² + λR(x) with a learned λ, for its training.

        The curvature lies between 1 and 1 + λ: step and momentum are those for strongly convex
        functions.
        """
        weight = functional.softplus(self.raw_weight)
        root = (1 + weight).sqrt()
        step, momentum = 1 / (1 + weight), (root - 1) / (root + 1)
        image = point = noisy
        for _ in range(steps):
            before = image
            image = point - step * (point - noisy + weight * self.gradient(point))
            point = image + momentum * (image - before)
        return image


def cosines(side: int) -> Tensor:
    """The products of cosines (side² − 1, side, side) of the discrete cosine transform.

    Without the constant one, low frequencies first: where the training of the filters begins.
    """
    place, order = torch.arange(side) + 0.5, torch.arange(side)
    rows = torch.cos(torch.pi / side * order[:, None] * place)
    rows = rows / rows.norm(dim=1, keepdim=True)
    pairs = sorted(((k, n) for k in range(side) for n in range(side)), key=lambda p: (sum(p), p))
    return torch.stack([torch.outer(rows[k], rows[n]) for k, n in pairs[1:]])
