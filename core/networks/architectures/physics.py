"""The scan as networks see it: G scaled to norm 1, its adjoint, and FBP, all differentiable."""

from copy import copy

import numpy as np
import torch
from torch import Tensor

from core.array_types import Float32Array, FloatArray
from core.problem.phantoms import rasterise
from core.projection.autograd import bridge
from core.projection.projector import Projector

DISC = 0.7
"""Radius of the disc that scales the FBP, in halves of the image's side."""


class Physics:
    """One scan, with G divided by its norm, so that learned steps do not depend on its size.

    Images are tensors (batch, 1, size, size) in their own units, sinograms
    (batch, 1, angles, detectors) in units of ‖G‖, all float32. Every map is linear and may be
    differentiated any number of times. `gap` is the distance in pixels between
    neighbouring directions of the views at the middle of the image's border.

    `seen_from` gives the same scan with images turned and mirrored, while the scanner stays as it
    is: a network then sees the same problem from another side.
    """

    side = 0
    """Which of the eight symmetries of the square images are seen under."""

    def __init__(self, operator: Projector) -> None:
        self.size = operator.size
        self.norm = float(np.sqrt(operator.norm_squared))
        self.gap = float(np.deg2rad(operator.beam.view_gap)) * self.size / 2
        self._project = bridge(operator)
        detectors = operator.dimsd[1]
        self._length = 1 << (2 * detectors - 1).bit_length()
        self._detectors = detectors
        self._ramp = torch.from_numpy(ramp_response(self._length))
        self._ramp = self._ramp * self._fbp_scale(operator)

    def scale(self, data: FloatArray) -> Tensor:
        """Turn sinograms (..., angles, detectors) into the networks' units and shape."""
        array = np.asarray(data, np.float32) / np.float32(self.norm)
        return torch.from_numpy(array.reshape(-1, 1, *array.shape[-2:]))

    def forward(self, images: Tensor) -> Tensor:
        """Gx/‖G‖."""
        return self._project(upright(images, self.side)) / self.norm

    def adjoint(self, sinograms: Tensor) -> Tensor:
        """Gᵀy/‖G‖."""
        return oriented(self._project.adjoint(sinograms) / self.norm, self.side)

    def seen_from(self, side: int) -> "Physics":
        """The same scan, of images that `oriented` has moved."""
        other = copy(self)
        other.side = side
        return other

    def fbp(self, sinograms: Tensor) -> Tensor:
        """Filtered back-projection with the Ram-Lak filter: nearly the inverse of `forward`."""
        return self.adjoint(self.sharpen(sinograms))

    def sharpen(self, sinograms: Tensor) -> Tensor:
        """Wy, the symmetric filter of FBP along each view: FBP = GᵀW/‖G‖."""
        spectrum = torch.fft.rfft(sinograms, n=self._length)
        sharp: Tensor = torch.fft.irfft(spectrum * self._ramp.to(sinograms.device), n=self._length)
        return sharp[..., : self._detectors].contiguous()

    def sharp_square(self, sinograms: Tensor) -> Tensor:
        """The mean of yᵀWy over a batch, for each pixel of an image.

        Of the data of an error e it is ⟨e, FBP(Ge)⟩: with many views the mean square of e.
        """
        return (sinograms * self.sharpen(sinograms)).sum((1, 2, 3)).mean() / self.size**2

    def sharpening_trace(self, views: int) -> float:
        """The trace of W on sinograms with this number of views."""
        middle = float(torch.fft.irfft(self._ramp, n=self._length)[0])
        trace: float = views * self._detectors * middle
        return trace

    def _fbp_scale(self, operator: Projector) -> float:
        """What makes the FBP of a scanned disc 1 at its centre, or less where views are missing."""
        disc = rasterise(np.array([[1.0, DISC, DISC, 0, 0, 0]]), self.size).astype(np.float32)
        image = self.fbp(self.forward(torch.from_numpy(disc)[None, None]))[0, 0]
        middle = slice(3 * self.size // 8, 5 * self.size // 8)
        covered = min(operator.beam.views.arc, 180) / 180
        return covered / float(image[middle, middle].mean())


def oriented(images: Tensor, side: int) -> Tensor:
    """Images (..., size, size) after `side` quarter turns, from 4 on mirrored before."""
    if side == 0:
        return images
    mirrored = images.flip(-1) if side >= 4 else images
    return mirrored.rot90(side, (-2, -1)).contiguous()


def upright(images: Tensor, side: int) -> Tensor:
    """Undo `oriented`."""
    if side == 0:
        return images
    turned = images.rot90(-side, (-2, -1))
    return (turned.flip(-1) if side >= 4 else turned).contiguous()


def ramp_response(length: int) -> Float32Array:
    """The Ram-Lak filter's response (length / 2 + 1,) for rows of `length` detectors.

    The ramp is sampled in space, h(0) = 1/4, h(n) = −1/(πn)² for odd n and 0 otherwise, which
    keeps its mean right: Kak and Slaney, Principles of Computerized Tomographic Imaging, ch. 3.
    """
    lags = np.fft.fftfreq(length, 1 / length)
    kernel = np.zeros(length)
    odd = lags.astype(int) % 2 == 1
    kernel[odd] = -1 / (np.pi * lags[odd]) ** 2
    kernel[0] = 0.25
    response: Float32Array = np.fft.rfft(kernel).real.astype(np.float32)
    return response
