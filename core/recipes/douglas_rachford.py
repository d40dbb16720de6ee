"""Douglas–Rachford splitting with PyProximal and ASTRA, from image to reconstruction."""

import h5py
import numpy as np
import pylops
import pylops.medical
import pylops.utils.metrics
import pyproximal
import scipy.stats
import skimage.transform
from pyproximal.optimization import primal
from scipy.sparse.linalg import LinearOperator, cg

# The scan: lengths in pixels, angles in degrees
IMAGE = "assets/images.h5"
IMAGE_SET = "colin27"
IMAGE_SLICE = 22
SIZE = 320
BEAM = "parallel"
ANGLES = 41
ARC = 180.0
START = 0.0
DETECTORS = 160
DETECTOR_WIDTH = 2.0
SOURCE_ORIGIN = None
ORIGIN_DETECTOR = None
PROJECTOR = "strip"
NOISE = "none"
NOISE_LEVEL = 0.0
NOISE_SEED = 0

# The method
PRIOR = "tv"
SIGMA = 0.01
BALANCE = 1.0
RELAXATION = 1.0
ITERATIONS = 20
DATA_ITERATIONS = 4
INNER_ITERATIONS = 40

# The image: padded to a square, resampled, with a maximum of 1
with h5py.File(IMAGE) as file:
    pixels = file[IMAGE_SET]["reconstruction_rss"][IMAGE_SLICE].astype(float)
space = max(pixels.shape) - np.array(pixels.shape)
pixels = np.pad(pixels, [(space[0] // 2, -(-space[0] // 2)), (space[1] // 2, -(-space[1] // 2))])
truth = skimage.transform.resize(pixels, (SIZE, SIZE), order=1, anti_aliasing=True)
truth = (truth / truth.max()).astype(np.float32)

# The scanner G and the data d = Gm + n
G = pylops.medical.CT2D(
    (SIZE, SIZE),
    DETECTOR_WIDTH,
    DETECTORS,
    np.deg2rad(START + np.arange(ANGLES) * ARC / ANGLES),
    engine="cpu",
    proj_geom_type=BEAM,
    source_origin_dist=SOURCE_ORIGIN,
    origin_detector_dist=ORIGIN_DETECTOR,
    projector_type=PROJECTOR,
)
clean = G @ truth
random = np.random.Generator(np.random.PCG64(NOISE_SEED))
data = clean.astype(float)
if NOISE == "gaussian":
    data += NOISE_LEVEL * np.abs(clean).mean() * random.standard_normal(clean.shape)
elif NOISE == "poisson":
    scale = 4 / clean.max()
    rate = NOISE_LEVEL * np.exp(-scale * data)
    photons = scipy.stats.poisson.ppf(random.random(clean.shape), rate)
    data = -np.log(np.maximum(photons, 1) / NOISE_LEVEL) / scale
data = data.astype(np.float32)

# The largest eigenvalue L of GᵀG, by power iteration
image = np.ones((SIZE, SIZE), np.float32)
for _ in range(50):
    image = G.H @ (G @ image)
    L = float(np.linalg.norm(image))
    image = image / L

# The prior (warm): tv, l21_gradient, tv_anisotropic, tv_nonnegative, huber_tv
gradient = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)


class WarmGradientPrior(pyproximal.ProxOperator):
    """σ Σ h(∇m) with m ≥ lower, its prox by accelerated ascent on the dual."""

    def __init__(
        self, *, anisotropic: bool = False, corner: float = 0.0, lower: float = -np.inf
    ) -> None:
        super().__init__(None, False)
        self.anisotropic, self.corner, self.lower = anisotropic, corner, lower
        self.dual = np.zeros((2, SIZE * SIZE))

    def lengths(self, x: np.ndarray) -> float:
        """Σ h(∇x)."""
        field = gradient.matvec(x).reshape(2, -1)
        if self.anisotropic:
            return float(np.abs(field).sum())
        length = np.hypot(*field)
        short = np.minimum(length, self.corner)
        square = short**2 / (2 * self.corner) if self.corner else 0.0
        return float(np.sum(length - short + square))

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        return SIGMA * self.lengths(x)

    def image_of(self, dual: np.ndarray, x: np.ndarray, gamma: float) -> np.ndarray:
        """The image that belongs to a dual variable."""
        return np.maximum(x - gamma * gradient.rmatvec(dual.ravel()), self.lower)

    def ascend(self, dual: np.ndarray, image: np.ndarray, gamma: float) -> np.ndarray:
        """One projected step of the dual variable."""
        dual = dual + gradient.matvec(image).reshape(2, -1) / (8 * gamma)
        dual = dual / (1 + self.corner / (8 * gamma))
        length = np.abs(dual) if self.anisotropic else np.hypot(*dual)
        return dual / np.maximum(length, 1)

    def gap(self, image: np.ndarray, x: np.ndarray, gamma: float) -> float:
        """The duality gap at the image of the dual variable, over the objective."""
        paired = np.vdot(self.dual, gradient.matvec(image))
        paired -= self.corner / 2 * np.vdot(self.dual, self.dual)
        value = np.sum((image - x) ** 2) / 2 + gamma * self.lengths(image)
        return float(gamma * (self.lengths(image) - paired) / value) if value > 0 else 0.0

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The prox, from where the last one ended, until the gap is 1e-6."""
        gamma, t = SIGMA * tau, 1.0
        if gamma == 0:
            return np.maximum(x, self.lower)
        leading = self.dual
        for count in range(1, INNER_ITERATIONS + 1):
            before, dual_before, t = t, self.dual, (1 + np.sqrt(1 + 4 * t**2)) / 2
            self.dual = self.ascend(leading, self.image_of(leading, x, gamma), gamma)
            leading = self.dual + (before - 1) / t * (self.dual - dual_before)
            if count % 4 == 0 or count == INNER_ITERATIONS:
                image = self.image_of(self.dual, x, gamma)
                if self.gap(image, x, gamma) <= 1e-6:
                    break
        return image.astype(np.float32)


g = WarmGradientPrior(
    anisotropic=PRIOR == "tv_anisotropic",
    corner=0.02 if PRIOR == "huber_tv" else 0.0,
    lower=0.0 if PRIOR == "tv_nonnegative" else -np.inf,
)

# Rays count by 1/√(length); what GGᵀ does to each detector frequency is measured on noise
lengths = G @ np.ones((SIZE, SIZE), np.float32)
weights = 1 / np.sqrt(np.maximum(lengths, 0.05 * lengths.max()))
noise, across, power = np.random.default_rng(0), 0.0, 0.0
for _ in range(2):
    probe = weights * (G @ noise.standard_normal((SIZE, SIZE), np.float32))
    answer = weights * (G @ (G.H @ (weights * probe).astype(np.float32)))
    before, after = np.fft.rfft(probe, axis=1), np.fft.rfft(answer, axis=1)
    across = across + np.sum((after * before.conj()).real, axis=0)
    power = power + np.sum(np.abs(before) ** 2, axis=0)
response = np.maximum(across / power, 0.05 * np.median(across / power))


class Misfit(pyproximal.ProxOperator):
    """½‖Gm − d‖², its prox by preconditioned conjugate gradients among the data."""

    def __init__(self) -> None:
        super().__init__(None, True)
        self.dual = np.zeros(data.size, np.float32)

    def __call__(self, x: np.ndarray) -> float:
        """The value at x."""
        return 0.5 * float(np.linalg.norm(G @ x - data.ravel()) ** 2)

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """The image x − τGᵀw with (I + τGGᵀ) w = Gx − d, from the last w."""
        gain = 1 / (np.mean(weights**2) + tau * response)

        def sharpen(residual: np.ndarray) -> np.ndarray:
            spectrum = np.fft.rfft(weights * residual.reshape(data.shape), axis=1)
            return (weights * np.fft.irfft(gain * spectrum, DETECTORS, axis=1)).ravel()

        def system(w: np.ndarray) -> np.ndarray:
            return w + tau * (G @ (G.H @ w.astype(np.float32)))

        square = (data.size, data.size)
        self.dual = cg(
            LinearOperator(square, system, dtype=np.float32),
            G @ x - data.ravel(),
            self.dual,
            rtol=0,
            maxiter=DATA_ITERATIONS,
            M=LinearOperator(square, sharpen, dtype=np.float32),
        )[0].astype(np.float32)
        return x - np.float32(tau) * (G.H @ self.dual)


# The τ that gives the misfit and the prior equal say
brightness = abs(data.mean()) / lengths.mean()
tau = 100 / L  # for a constraint, or without a prior
if not isinstance(g, pyproximal.Box) and SIGMA > 0 and brightness > 0:
    tau = float(np.clip(brightness / (3 * SIGMA), 1 / L, 1e6 / L))

# The reconstruction; a constraint must hold in what is shown, so its prox comes first
reconstruction = primal.DouglasRachfordSplitting(
    Misfit(),
    g,
    x0=np.zeros(SIZE * SIZE, np.float32),
    tau=BALANCE * tau,
    eta=RELAXATION,
    niter=ITERATIONS,
    gfirst=getattr(g, "lower", -np.inf) > -np.inf,
)[0].reshape(SIZE, SIZE)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
