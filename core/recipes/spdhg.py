"""The stochastic primal-dual hybrid gradient with PyProximal and ASTRA, from image on."""

import h5py
import numpy as np
import pylops
import pylops.medical
import pylops.utils.metrics
import pyproximal
import scipy.stats
import skimage.transform

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
ITERATIONS = 100
SUBSETS = 8
STEP = 0.99
RATIO = 1.0
SEED = 0

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

# The prior (split): tv, l21_gradient, tv_nonnegative
K = pylops.Gradient((SIZE, SIZE), kind="forward", edge=False, dtype=np.float32)
K_norm_squared = 8.0
h = pyproximal.L21(ndim=2, sigma=SIGMA)
lower, upper = 0.0 if PRIOR == "tv_nonnegative" else -np.inf, np.inf
if SIGMA == 0:
    h = pyproximal.Box()  # no prior

# The prior may have unknowns of its own beside the image, which G does not see
others = K.shape[1] - SIZE * SIZE

# Every n-th view in a subset, and the largest eigenvalue of its GᵀG by power iteration
n = min(SUBSETS, ANGLES)
angles = np.deg2rad(START + np.arange(ANGLES) * ARC / ANGLES)
A, norm_squared = [], []
for i in range(n):
    part = pylops.medical.CT2D(
        (SIZE, SIZE),
        DETECTOR_WIDTH,
        DETECTORS,
        angles[i::n],
        engine="cpu",
        proj_geom_type=BEAM,
        source_origin_dist=SOURCE_ORIGIN,
        origin_detector_dist=ORIGIN_DETECTOR,
        projector_type=PROJECTOR,
    )
    image = np.ones((SIZE, SIZE), np.float32)
    for _ in range(50):
        image = part.H @ (part @ image)
        L = float(np.linalg.norm(image))
        image = image / L
    scan = pylops.HStack([part, pylops.Zero(part.shape[0], others)], dtype=np.float32)
    A.append(pylops.VStack([scan, K], dtype=np.float32))
    norm_squared.append(L + K_norm_squared)

tau = (RATIO * STEP / max(norm_squared)) ** 0.5 / n
mu = [STEP / (n * square * tau) for square in norm_squared]

# The reconstruction: each subset has its own dual variable for its share h/n of the prior
m = np.zeros(SIZE * SIZE + others, np.float32)
z = z_bar = np.zeros_like(m)
y = [np.zeros(part.shape[0], np.float32) for part in A]
draws = np.random.Generator(np.random.PCG64(SEED))
for _ in range(ITERATIONS):
    for i in draws.integers(n, size=n):
        m = np.clip(m - np.float32(tau) * z_bar, lower, upper)
        risen = y[i] + np.float32(mu[i]) * (A[i] @ m)
        views, rest = np.split(risen, [risen.size - K.shape[0]])
        views = (views - mu[i] * data[i::n].ravel()) / (1 + mu[i])
        rest = rest - mu[i] * h.prox(rest / mu[i], 1 / (n * mu[i]))
        after = np.concatenate([views, rest]).astype(np.float32)
        delta = A[i].H @ (after - y[i])
        y[i], z = after, z + delta
        z_bar = z + np.float32(n) * delta
reconstruction = m[: SIZE * SIZE].reshape(SIZE, SIZE)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
