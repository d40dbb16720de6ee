"""SART and ordered subsets with PyLops and ASTRA, from image to reconstruction."""

import h5py
import numpy as np
import pylops.medical
import pylops.utils.metrics
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
BATCH = 1
ORDER = "spread"
RELAXATION = 0.5
SEED = 0
NONNEGATIVE = False
ITERATIONS = 10


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

# The views are dealt into batches
count = -(-ANGLES // BATCH)
random = np.random.Generator(np.random.PCG64(SEED))
if ORDER == "spread":
    turns = np.argsort(np.argsort(np.arange(count) * (np.sqrt(5) - 1) / 2 % 1))
    batches = [np.arange(first, ANGLES, count) for first in turns]
elif ORDER == "shuffled":
    batches = [np.sort(batch) for batch in np.array_split(random.permutation(ANGLES), count)]
else:
    batches = np.array_split(np.arange(ANGLES), count)

# The scanner G of each batch of views alone
parts = [
    pylops.medical.CT2D(
        (SIZE, SIZE),
        DETECTOR_WIDTH,
        DETECTORS,
        np.deg2rad(START + views * ARC / ANGLES),
        engine="cpu",
        proj_geom_type=BEAM,
        source_origin_dist=SOURCE_ORIGIN,
        origin_detector_dist=ORIGIN_DETECTOR,
        projector_type=PROJECTOR,
    )
    for views in batches
]

# One over the sums of the rows and columns of each G, and 0 where no ray meets a pixel
ray_weights: list[np.ndarray] = []
pixel_weights: list[np.ndarray] = []
for part in parts:
    for sums, inverses in (
        (part @ np.ones((SIZE, SIZE), np.float32), ray_weights),
        (part.H @ np.ones(part.dimsd, np.float32), pixel_weights),
    ):
        met = sums > 1e-6 * sums.max()
        inverses.append(np.divide(1, sums, out=np.zeros_like(sums), where=met))

# The reconstruction: every iteration is a pass over all the views
random = np.random.Generator(np.random.PCG64(SEED))
reconstruction = np.zeros((SIZE, SIZE), np.float32)
for _ in range(ITERATIONS):
    for i in random.permutation(count) if ORDER == "shuffled" else range(count):
        left = ray_weights[i] * (data[batches[i]] - parts[i] @ reconstruction)
        reconstruction = reconstruction + np.float32(RELAXATION) * pixel_weights[i] * (
            parts[i].H @ left
        )
        if NONNEGATIVE:
            reconstruction = np.maximum(reconstruction, 0)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
