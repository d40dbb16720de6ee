"""Gradient descent with PyLops and ASTRA, from image to reconstruction."""

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
RULE = "constant"
STEP = 1.0
NONNEGATIVE = False
ITERATIONS = 50


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
for _ in range(30):
    image = G.H @ (G @ image)
    L = float(np.linalg.norm(image))
    image = image / L


def best_step(residual: np.ndarray, projected: np.ndarray) -> float:
    """The step that makes ‖residual + step × projected‖ least."""
    return float(-np.vdot(residual, projected) / np.vdot(projected, projected))


# The reconstruction
reconstruction = np.zeros((SIZE, SIZE), np.float32)
point, t = reconstruction, 1.0
for _ in range(ITERATIONS):
    previous = reconstruction
    residual = G @ point - data
    direction = -(G.H @ residual)
    step = STEP / L
    if RULE == "line_search":
        step = best_step(residual, G @ direction)
    reconstruction = point + np.float32(step) * direction
    if NONNEGATIVE:
        reconstruction = np.maximum(reconstruction, 0)
        if RULE == "line_search":
            # Not beyond the clipped image: up to there no pixel is negative
            direction = reconstruction - point
            step = min(best_step(residual, G @ direction), 1)
            reconstruction = point + np.float32(step) * direction
    point = reconstruction
    if RULE == "nesterov":
        t, before = (1 + np.sqrt(1 + 4 * t**2)) / 2, t
        point = reconstruction + np.float32((before - 1) / t) * (reconstruction - previous)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
