"""The symbols of all pages, the first one and *Forward model*."""

from collections.abc import Mapping

from core.ui.symbols.rows import NOISE, Rows

SIMULATION: Mapping[str, Rows] = {
    "": (
        ("m", "the image, the unknown"),
        ("d", "the data, arranged as a sinogram"),
        ("G", "the scanner: the matrix of projection"),
        (r"G^\top", "its adjoint, back-projection"),
        (r"\hat m", "a reconstruction of m"),
    ),
    "Inverse problems": NOISE,
    "Forward model": NOISE,
    "Forward model · The equation": (
        ("i, j", "the number of a ray, of a pixel"),
        (r"\mu", "the attenuation of X-rays, whose part the image plays"),
        ("I/I_0", "the fraction of the intensity that comes out"),
    ),
    "Forward model · One view": (
        (r"\theta", "the angle of the gantry"),
        ("s", "the place on the detectors, from the middle"),
        ("t", "the length along a ray"),
        (r"e_\theta, e_\theta^\perp", "the direction of the detectors, of the rays"),
        (r"D, p_\theta", "fan beam: distance of the source from the axis, its place"),
        (r"u_{\theta,s}", "fan beam: unit vector from the source to the detector at s"),
    ),
    "Forward model · One pixel": (
        ("x, y", "the place of the pixel: to the right, upwards"),
        (r"\theta", "the angle of the gantry"),
        ("s", "the place on the detectors, from the middle"),
        ("D, D'", "fan beam: distance of source, of detectors from the axis"),
        ("M", "fan beam with a flat detector: the magnification"),
        (r"\gamma", "fan beam with a curved detector: the angle of the ray"),
    ),
    "Forward model · Noise": (
        (r"\sigma, \sigma_i", "the standard deviation of the noise, in ray i"),
        (r"\sigma_e", "that of the electronics, in photons"),
        ("I_0, I_i", "photons sent along a ray, photons counted"),
        ("s", "scales the thickest ray to an attenuation of 4"),
    ),
    "Forward model · The matrix": (
        (r"\sigma_k", "the k-th singular value of G"),
        ("U, V", "the singular vectors, in data and in images"),
        ("r", "the rank"),
        (r"\kappa", "the condition number, σ₁/σᵣ"),
        (r"\nu", "spatial frequency"),
    ),
    "Forward model · What is not seen": (
        (r"m_\parallel, m_0", "the measured part of the image, the unseen one"),
        (r"\sigma_k", "the k-th singular value of G"),
        (r"\delta", "the noise, as a share of σ₁"),
    ),
    "Forward model · The adjoint": (
        ("x, y", "any image, any data"),
        ("r", "the distance from a pixel"),
    ),
}
