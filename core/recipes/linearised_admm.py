"""Linearised ADMM with PyProximal and ASTRA, from image to reconstruction."""

import h5py
import numpy as np
import pylops
import pylops.medical
import pylops.utils.metrics
import pyproximal
import scipy.stats
import skimage.transform
from pyproximal.optimization import primal

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
TAU = 1.0
STEP = 0.99
ITERATIONS = 200

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

# The prior may have unknowns of its own beside the image, which G does not see
others = K.shape[1] - SIZE * SIZE
scan = pylops.HStack([G, pylops.Zero(data.size, others)], dtype=np.float32)

# Everything but the range of m in one function of Am
A = pylops.VStack([scan, K], dtype=np.float32)
g = pyproximal.VStack([pyproximal.L2(b=data.ravel()), h], nn=[data.size, K.shape[0]])
norm_squared = L + K_norm_squared

# The reconstruction
tau = TAU * norm_squared**0.5
m, z = primal.LinearizedADMM(
    pyproximal.Box(lower, upper),
    g,
    A,
    x0=np.zeros(SIZE * SIZE + others, np.float32),
    tau=tau,
    mu=STEP * tau / norm_squared,
    niter=ITERATIONS,
)
reconstruction = m[: SIZE * SIZE].reshape(SIZE, SIZE)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
