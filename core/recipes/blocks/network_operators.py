"""The scan as the network knows it: G scaled to norm 1, its adjoint, and an FBP."""

import functools

import numpy as np
import scipy.sparse.linalg
import torch

from core.recipes.scan import ARC, DETECTORS, SIZE, G

normal = G.H @ G
norm = np.sqrt(scipy.sparse.linalg.eigsh(normal, k=1, return_eigenvectors=False)[0])
padded = 1 << (2 * DETECTORS - 1).bit_length()
lags = np.fft.fftfreq(padded, 1 / padded)
kernel = np.where(lags % 2 == 1, -1 / (np.pi * np.where(lags, lags, 1)) ** 2, 0)
kernel[0] = 0.25
ramp = np.fft.rfft(kernel).real


class Seen:
    """From which of its eight sides the network sees the image, while the scanner stays."""

    side = 0


def moved(image):
    """The image as it is seen: by `side` quarter turns, from the fourth on mirrored before."""
    mirrored = image.flip(-1) if Seen.side >= 4 else image
    return mirrored.rot90(Seen.side, (-2, -1))


def upright(image):
    """The image as it is, of one as it is seen."""
    turned = image.rot90(-Seen.side, (-2, -1))
    return turned.flip(-1) if Seen.side >= 4 else turned


def forward(image):
    """Gx/‖G‖ of an image (1, 1, SIZE, SIZE) as it is seen."""
    return torch.from_numpy(np.float32(G @ upright(image)[0, 0].numpy() / norm))[None, None]


def adjoint(sinogram):
    """Gᵀy/‖G‖ of a sinogram (1, 1, views, DETECTORS), as the image is seen."""
    image = np.float32(G.H @ sinogram[0, 0].numpy() / norm)
    return moved(torch.from_numpy(image)[None, None])


def fbp(sinogram, scale=1.0):
    """The ramp filter, then back-projection."""
    sharp = np.fft.irfft(scale * ramp * np.fft.rfft(sinogram.numpy(), padded), padded)
    return adjoint(torch.from_numpy(np.float32(sharp[..., :DETECTORS])))


# The FBP of a disc is the disc again, or a part of it where views are missing
points = (np.arange(SIZE) + 0.5) * 2 / SIZE - 1
disc = np.float32(points[:, None] ** 2 + points**2 <= 0.7**2)
middle = slice(3 * SIZE // 8, 5 * SIZE // 8)
seen = fbp(forward(torch.from_numpy(disc)[None, None]))[0, 0, middle, middle].mean()
fbp = functools.partial(fbp, scale=min(ARC, 180) / 180 / float(seen))
