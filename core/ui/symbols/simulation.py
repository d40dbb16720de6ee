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
    "Forward model · Inverse crime": (
        (r"G_{2n}, m_{2n}", "the scanner and the image on twice as many pixels on a side"),
        (r"d_{\text{finer}}", "the data that are simulated on the finer grid"),
        ("B", "the mean of each two neighbouring detectors"),
        ("j, k", "the number of a pixel of the image, of the finer grid"),
    ),
    "Forward model · Artefacts": (
        (r"d^0, \hat d", "the data without the fault, and after the cure"),
        (r"\theta", "the angle of the gantry"),
        ("s", "the place on the detectors; beside a logarithm: scale of the attenuation"),
        ("i, j", "the number of a view, of a detector"),
        (
            r"I^0_{ij}, I_{ij}, g_j",
            "photons without the fault, photons counted, a gain",
        ),
        (r"\Delta", "the shift of the axis, in detectors"),
        (r"\delta, a, b", "motion: the shift of a view, the way to the right, upwards"),
        (r"\theta_k", "the angle of a dead view, or of the view of the motion"),
        (r"\theta_i, \theta_j", "the angles of the views before and after a dead one"),
        ("t", "from 0 to 1: where between two views, or how far beyond the last detector"),
        (r"\bar s, \bar x, \bar y", "the centre of mass, in a view and in the image"),
        (r"s_{\text{end}}", "the place of the last detector"),
        ("S", "the scatter, as a share of the photons sent"),
        ("w_k, a_k, b_k", "share of an energy in the beam, what tissue and metal absorb of it"),
        ("p, q", "the attenuation along a ray by tissue, by metal"),
    ),
    "Forward model · The ramp": (
        (r"\theta", "the angle of the gantry"),
        ("s", "the place on the detectors, from the middle"),
        (r"\nu", "spatial frequency"),
        ("M", "the Fourier transform of the image"),
        (r"P_\theta", "the Fourier transform of the profile at θ"),
        ("x", "the place of a pixel"),
        ("N", "the number of views"),
        ("p", "the power of the frequency"),
    ),
    "Forward model · Ill-posed": (
        (r"\sigma_i, u_i, v_i", "the singular values and vectors of G"),
        (r"\varphi_i", "the filter factor: how much of term i is believed"),
        ("m_0", "an image that leaves no trace in the data"),
        ("k", "the number of terms, or of iterations"),
        (r"\lambda", "Tikhonov: the weight of the penalty"),
        ("R_k", "CGLS: the polynomial of its residual after k iterations"),
    ),
    "Forward model · Visible edges": (
        (r"x, \xi", "the place of an edge, its normal"),
        (r"\theta, s", "the angle of the gantry, the place on the detectors"),
        (r"e_\theta", "the direction of the detectors"),
    ),
}
