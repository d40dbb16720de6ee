"""A denoiser for every noise level: what plug-and-play uses instead of a prox.

    D_σ(x) = x − f_θ(x, σ)

No layer has a bias and every one is ReLU or linear, so that D is homogeneous in (x, σ): a
picture twice as bright with noise twice as strong is denoised to one twice as bright.

Sources: K. Zhang et al., Plug-and-play image restoration with deep denoiser prior, IEEE TPAMI 44
(2022), DOI 10.1109/TPAMI.2021.3088914; S. Mohan et al., Robust and interpretable blind image
denoising via bias-free convolutional neural networks, ICLR 2020.
"""

from collections.abc import Sequence

import torch
from torch import Tensor, nn

from core.networks.architectures.blocks import SmallUNet


class Denoiser(nn.Module):
    """Removes white Gaussian noise whose standard deviation is an input."""

    def __init__(self, widths: Sequence[int] = (32, 64, 96)) -> None:
        super().__init__()
        self.network = SmallUNet(2, 1, widths, bias=False)

    def forward(self, noisy: Tensor, sigma: float | Tensor) -> Tensor:
        """Denoise (B, 1, H, W) with noise of standard deviation `sigma`, a number or (B,)."""
        level = torch.as_tensor(sigma, dtype=noisy.dtype, device=noisy.device)
        plane = level.reshape(-1, 1, 1, 1).expand(noisy.shape[0], 1, *noisy.shape[-2:])
        noise: Tensor = self.network(torch.cat([noisy, plane], dim=1))
        return noisy - noise
