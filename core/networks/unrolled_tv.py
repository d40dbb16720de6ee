"""Total variation as a chain of steps that can be differentiated: PDHG, a fixed number of times.

    y ← (y + μSGm̄ − μSd)/(1 + μS²),    z ← P(z + μ c∇m̄),    m ← max(0, m − τ(GᵀSy + c∇ᵀz))

for min ½‖Gm − d‖² + σ Σ|∇m| over m ≥ 0. S sharpens each view as the ramp filter of FBP does, c is
1/√8, and P shortens every arrow of z to at most σ/c. The chain begins at the minimum for data that
are known, so that few steps reach the minimum for data near by, and the gradient goes through all
of them.

Source: A. Chambolle and T. Pock, J. Math. Imaging Vis. 40 (2011) 120-145,
DOI 10.1007/s10851-010-0251-1.
"""

from dataclasses import dataclass

import torch
from torch import Tensor
from torch.nn import functional
from torch.utils.checkpoint import checkpoint

from core.array_types import Float32Array
from core.projection.autograd import bridge
from core.projection.projector import Projector

CHUNK = 10
"""Steps between two states that are kept for the gradient; those between are computed again."""

PRODUCT = 0.495
"""τμ, for a stack whose squared norm is at most 2."""

State = tuple[Tensor, Tensor, Tensor, Tensor]
"""m, m̄ (1, 1, size, size), y (1, 1, views, detectors) and z (2, size, size)."""


@dataclass(frozen=True, kw_only=True, eq=False)
class UnrolledTV:
    """Isotropic, non-negative total variation of weight `sigma`.

    `gain` (frequencies,) is the response of S, with ‖SG‖ ≤ 1, and `tau` the step of the image.
    """

    operator: Projector
    sigma: float
    gain: Float32Array
    tau: float

    def minimum(self, data: Tensor, iterations: int, start: State | None = None) -> State:
        """The state after `iterations` steps for data (1, 1, views, detectors).

        It begins at `start`, or at zero.
        """
        state = start or self._zero(data)
        while iterations > 0:
            count = min(iterations, CHUNK)
            if torch.is_grad_enabled():
                state = checkpoint(self._steps, data, state, count, use_reentrant=False)
            else:
                state = self._steps(data, state, count)
            iterations -= count
        return state

    def _zero(self, data: Tensor) -> State:
        size = self.operator.size
        image = data.new_zeros(1, 1, size, size)
        return image, image, torch.zeros_like(data), data.new_zeros(2, size, size)

    def _steps(self, data: Tensor, state: State, count: int) -> State:
        G = bridge(self.operator)
        gain, tau, mu = torch.from_numpy(self.gain), self.tau, PRODUCT / self.tau
        scale, longest = 8**-0.5, self.sigma * 8**0.5
        detectors = data.shape[-1]
        known = mu * gain * torch.fft.rfft(data)
        m, m_bar, y, z = state
        for _ in range(count):
            spectrum = torch.fft.rfft(y) + mu * gain * torch.fft.rfft(G(m_bar)) - known
            y = torch.fft.irfft(spectrum / (1 + mu * gain**2), n=detectors)
            z = z + mu * scale * differences(m_bar[0, 0])
            length = (z.square().sum(0) + 1e-20).sqrt()
            z = z * (longest / length.clamp_min(longest))
            sharp = torch.fft.irfft(gain * torch.fft.rfft(y), n=detectors)
            slope = G.adjoint(sharp) + scale * differences_adjoint(z)
            before, m = m, (m - tau * slope).clamp_min(0)
            m_bar = 2 * m - before
        return m, m_bar, y, z


def differences(image: Tensor) -> Tensor:
    """∇ of an image (size, size): differences down and to the right, 0 at the border."""
    down = functional.pad(image[1:] - image[:-1], (0, 0, 0, 1))
    right = functional.pad(image[:, 1:] - image[:, :-1], (0, 1))
    return torch.stack([down, right])


def differences_adjoint(field: Tensor) -> Tensor:
    """∇ᵀ of a field (2, size, size)."""
    down, right = field[0, :-1], field[1, :, :-1]
    rows = functional.pad(down, (0, 0, 1, 0)) - functional.pad(down, (0, 0, 0, 1))
    columns = functional.pad(right, (1, 0)) - functional.pad(right, (0, 1))
    return rows + columns
