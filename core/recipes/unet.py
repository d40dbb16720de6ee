"""FBP and a residual U-Net with PyTorch, from image to reconstruction."""

from torch import nn

from core.recipes.blocks.brightest import brightest
from core.recipes.blocks.network_operators import fbp
from core.recipes.blocks.small_unet import SmallUNet
from core.recipes.blocks.trained_network import reconstructed

ORIENTATIONS = 1


class UNet(nn.Module):
    """m0 + f(m0) with m0 the FBP."""

    def __init__(self):
        super().__init__()
        self.network = SmallUNet(1, 1, (32, 64, 96, 128))

    def forward(self, data):
        start = fbp(data)
        return start + self.network(start)


# The reconstruction
reconstruction = reconstructed(UNet(), brightest, ORIENTATIONS)
