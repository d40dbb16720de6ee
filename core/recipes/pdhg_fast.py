"""The primal-dual hybrid gradient, balanced and preconditioned, with PyProximal and ASTRA."""

import h5py
import numpy as np
import pylops
import pylops.medical
import pylops.utils.metrics
import pyproximal
import scipy.stats
import skimage.transform
from pyproximal.optimization import primaldual
from scipy.sparse.linalg import LinearOperator, eigsh

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
ITERATIONS = 200
STEP = 0.99
RATIO = 1.0
ADAPTIVE = False
FAST = True

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

# The prior (split): tv, l21_gradient, tv_nonnegative
K = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)
K_norm_squared = 8.0
h = pyproximal.L21(ndim=2, sigma=SIGMA)
lower, upper = 0.0 if PRIOR == "tv_nonnegative" else -np.inf, np.inf
if SIGMA == 0:
    h = pyproximal.Box()  # no prior

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

gain = 1 / np.sqrt(response)


def sharpen(sinogram: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Filter every view along the detectors."""
    spectrum = np.fft.rfft(sinogram.reshape(data.shape), axis=1)
    return np.fft.irfft(gain * spectrum, DETECTORS, axis=1).astype(np.float32).ravel()


def normal(y: np.ndarray) -> np.ndarray:
    """SGGᵀS y."""
    return sharpen(G @ (G.H @ sharpen(y, gain)), gain)


# S sharpens the views so that ‖SG‖ is just below 1
ones = np.ones(data.size, np.float32)
square = LinearOperator((data.size, data.size), normal, dtype=np.float32)
if data.size > 1:
    largest = eigsh(square, k=1, tol=5e-3, v0=ones, return_eigenvectors=False)[0]
else:
    largest = normal(ones)[0]
gain = gain / np.sqrt(1.02 * largest)
S = pylops.FunctionOperator(
    lambda y: sharpen(y, gain), lambda y: sharpen(y, gain), data.size, data.size, dtype=np.float32
)


class SharpenedMisfit(pyproximal.ProxOperator):
    """½‖S⁻¹z − d‖²."""

    def __call__(self, x: np.ndarray) -> float:
        """The value at z."""
        return 0.5 * float(np.linalg.norm(sharpen(x, 1 / gain) - data.ravel()) ** 2)

    def prox(self, x: np.ndarray, tau: float) -> np.ndarray:
        """Frequency by frequency."""
        pulled = sharpen(data, 1 / gain) + x / tau
        return sharpen(pulled, tau * gain**2 / (tau + gain**2))


# The prior may have unknowns of its own beside the image, which G does not see
others = K.shape[1] - SIZE * SIZE
scan = pylops.HStack([G, pylops.Zero(data.size, others)], dtype=np.float32)

# Everything but the range of m in one function of Am, A = [SG; ωK] with ‖ωK‖ just below 1
omega = K_norm_squared**-0.5
A = pylops.VStack([S * scan, omega * K], dtype=np.float32)
g = pyproximal.VStack(
    [SharpenedMisfit(), h.precomposition(1 / omega, 0.0)], nn=[data.size, K.shape[0]]
)

# The τ that gives the misfit and the prior equal say
brightness = abs(data.mean()) / lengths.mean()
tau = 100 / L  # for a constraint, or without a prior
if not isinstance(h, pyproximal.Box) and SIGMA > 0 and brightness > 0:
    tau = float(np.clip(brightness / (3 * SIGMA), 1 / L, 1e6 / L))
tau = 0.05 * tau * RATIO**0.5
mu = STEP / 2 / tau

# The reconstruction
x0 = np.zeros(SIZE * SIZE + others, np.float32)
setting = {"x0": x0, "tau": tau, "mu": mu, "niter": ITERATIONS}
if ADAPTIVE:
    x = primaldual.AdaptivePrimalDual(pyproximal.Box(lower, upper), g, A, **setting)[0]
else:
    x = primaldual.PrimalDual(pyproximal.Box(lower, upper), g, A, **setting)
reconstruction = x[: SIZE * SIZE].reshape(SIZE, SIZE)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
