"""The symbols of *Uncertainty*."""

from collections.abc import Mapping

from core.ui.symbols.rows import Rows

UNCERTAINTY: Mapping[str, Rows] = {
    "Uncertainty": (
        ("p(m), p(m \\mid d)", "how probable an image is before, and given the data"),
        ("s", "the standard deviation of the noise"),
        ("x", "a sample"),
        ("z", "white noise; of split Gibbs, the copy that the prior draws"),
        (r"D_\sigma, \sigma", "the denoiser, the noise that it is told to remove"),
    ),
    "Uncertainty · A known answer": (
        ("S, a, \\ell", "the prior's covariance, its deviation, its correlation length"),
        (r"\mu, C", "the mean of the posterior, the covariance of the data"),
        ("x_0, n_0", "a draw of the prior, of the noise"),
    ),
    "Uncertainty · Plausible pictures": (
        (r"x_0, \sigma'", "the denoised image that fits the data, the next noise level"),
        (r"\lambda, \zeta", "DiffPIR: the weight of the denoised image, the part of new noise"),
        ("q, c", "the step of split Gibbs, of Langevin"),
        (r"\ell", "the correlation length of the Gaussian prior"),
        ("n", "the noise in the data"),
    ),
    "Uncertainty · Is it honest?": (
        (r"\bar m, \hat\sigma", "mean and standard deviation of the samples"),
        (r"\alpha", "the factor on the width of every interval"),
        ("n, t_{n-1}", "the number of samples, Student's quantile"),
        ("N", "the number of images of the calibration"),
        (r"\lambda, \zeta, q, c, \ell", "the settings of the samplers"),
    ),
    "Uncertainty · The lesion question": (
        ("m_0, m_1", "the head without, with the lesion"),
        (r"\lambda, \zeta, q, c, \ell", "the settings of the samplers"),
    ),
    "Uncertainty · Networks": (
        (r"f_\theta, \theta_k", "a network, the weights of training k"),
        ("x_k, b_k", "an image, which channels are kept in a pass"),
        (r"\alpha", "the factor on the width of every interval"),
    ),
}
