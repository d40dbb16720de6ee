"""The Fourier slice theorem: each view of parallel rays measures one line of the image's spectrum.

    P_θ(ν) = ∫ d(θ, s) e^{−2πiνs} ds = M(ν cos θ, ν sin θ)
    m(x) = ∫₀^π ∫ P_θ(ν) |ν| e^{2πiν s(x)} dν dθ,    s(x) = x cos θ + y sin θ

The |ν| is the area that one sample stands for: lines through the origin lie close together there
and far apart at high frequencies. Frequencies are in cycles per pixel, positions in pixels.

Sources: J. Radon, Ber. Verh. Sächs. Akad. Wiss. Leipzig, Math.-Phys. Kl. 69 (1917) 262-277;
R. N. Bracewell, Strip integration in radio astronomy, Aust. J. Phys. 9 (1956) 198-217,
DOI 10.1071/PH560198; A. C. Kak and M. Slaney, Principles of Computerized Tomographic Imaging,
chapter 3, DOI 10.1137/1.9780898719277.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray

from core.array_types import Float64Array, FloatArray, Image, Sinogram
from core.geometry.beams import WIDTH_RANGE, Beam, ParallelBeam
from core.methods.support.view_weights import parallel_weights
from core.problem.scan import Scan
from core.projection.projector import Projector

ComplexArray = NDArray[np.complexfloating]

SPREAD = 8
"""Points that stand for one sample of a line where samples are counted."""


def parallel_scan(scan: Scan) -> Scan:
    """The scan itself where its rays are parallel, else one with parallel rays and its views."""
    beam = scan.beam
    if isinstance(beam, ParallelBeam):
        return scan
    width = max(beam.detector_width / beam.magnification, WIDTH_RANGE[0])
    parallel = ParallelBeam(views=beam.views, detectors=beam.detectors, detector_width=width)
    return replace(scan, beam=parallel, kernel=ParallelBeam.kernels[0])


def profile_spectra(data: FloatArray, beam: Beam, frequencies: Float64Array) -> ComplexArray:
    """The 1-D Fourier transform P_θ(ν) of every profile, (views, frequencies), complex64.

    data : (views, detectors). It is the discrete transform, with the axis of rotation at s = 0.
    """
    waves = _waves(beam.detector_centres, frequencies)
    spectra: ComplexArray = data.astype(np.complex64) @ waves.T * np.float32(beam.detector_width)
    return spectra


def spectrum_lines(
    image: FloatArray, angles_rad: Float64Array, frequencies: Float64Array
) -> ComplexArray:
    """The image's spectrum M(ν cos θ, ν sin θ) on the lines of the views, (views, frequencies).

    The image (size, size) is one of square pixels, as the projector has it: the transform of a
    square multiplies the sum over the pixels. It is evaluated on the lines themselves, without
    interpolation, in complex64.
    """
    middle = (image.shape[0] - 1) / 2
    offsets = np.arange(image.shape[0]) - middle
    pixels = image.astype(np.float32)
    lines = np.empty((len(angles_rad), len(frequencies)), np.complex64)
    for line, angle in zip(lines, angles_rad, strict=True):
        across, up = frequencies * np.cos(angle), frequencies * np.sin(angle)
        # Rows go down and y goes up. Two real products take half the time of a complex one.
        rows = _waves(-offsets, up)
        sums = rows.real @ pixels + 1j * (rows.imag @ pixels)
        square = np.sinc(across) * np.sinc(up)
        line[:] = np.einsum("fj,fj->f", sums, _waves(offsets, across)) * square
    return lines


def image_spectrum(image: FloatArray) -> Float64Array:
    """log₁₀ of |M| over its largest value, (size, size), the frequency zero at index size // 2.

    Columns go to the right with ν_x, rows downwards with −ν_y, 1 / size cycles per pixel each.
    """
    moduli = np.abs(np.fft.fftshift(np.fft.fft2(image)))
    return np.asarray(np.log10(np.maximum(moduli / (moduli.max() or 1.0), 1e-12)))


def coverage(angles_rad: Float64Array, size: int) -> Float64Array:
    """How many samples of the views' lines lie in each cell of the spectrum, (size, size).

    A line has one sample per 1 / size cycles per pixel, up to half a cycle per pixel, spread over
    the cells that it crosses; rows and columns are those of `image_spectrum`.
    """
    steps = np.arange(-size // 2, size // 2, 1 / SPREAD)
    column = np.rint(np.outer(np.cos(angles_rad), steps)).astype(int) + size // 2
    row = np.rint(np.outer(-np.sin(angles_rad), steps)).astype(int) + size // 2
    inside = (column >= 0) & (column < size) & (row >= 0) & (row < size)
    counts = np.zeros((size, size))
    np.add.at(counts, (row[inside], column[inside]), 1 / SPREAD)
    return counts


def density(angles_rad: Float64Array, size: int) -> tuple[Float64Array, Float64Array]:
    """Radii in cells, and the mean number of samples in the cells of a ring of that radius."""
    counts = coverage(angles_rad, size)
    offsets = np.arange(size) - size // 2
    ring = np.rint(np.hypot(offsets[:, None], offsets)).astype(int).ravel()
    mean = np.bincount(ring, counts.ravel()) / np.bincount(ring)
    radii = np.arange(1, size // 2)
    return radii.astype(np.float64), mean[radii]


def weighted_back_projection(data: Sinogram, operator: Projector, power: float) -> Image:
    """Back-project profiles whose spectra were multiplied by |ν|^power: (size, size).

    0 is the plain back-projection, 1 is filtered back-projection with a ramp to the highest
    frequency of the detectors, in the units of the image.
    """
    beam = operator.beam
    padded = 1 << (4 * beam.detectors - 1).bit_length()
    frequencies = np.fft.rfftfreq(padded, beam.detector_width)
    weights = np.power(frequencies, power)
    # The mean over the cell about ν = 0, where a sample of the ramp would take the mean away.
    weights[0] = (frequencies[1] / 2) ** power / (power + 1)
    spectra = np.fft.rfft(data, padded, axis=1) * weights
    filtered = np.fft.irfft(spectra, padded, axis=1)[:, : beam.detectors]
    turns = np.deg2rad(parallel_weights(beam.angles_deg))[:, None] * beam.detector_width
    return operator.back_project((filtered * turns).astype(np.float32))


def _waves(positions: Float64Array, frequencies: Float64Array) -> ComplexArray:
    """e^{−2πiνs}, (frequencies, positions), complex64."""
    waves: ComplexArray = np.exp(-2j * np.pi * np.outer(frequencies, positions))
    return waves.astype(np.complex64)
