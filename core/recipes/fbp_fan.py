"""Filtered back-projection of a fan beam, filtered by ASTRA, from image to reconstruction."""

import astra
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
BEAM = "fanflat"
ANGLES = 41
ARC = 360.0
START = 0.0
DETECTORS = 160
DETECTOR_WIDTH = 2.0
SOURCE_ORIGIN = 640.0
ORIGIN_DETECTOR = 640.0
PROJECTOR = "strip"
NOISE = "none"
NOISE_LEVEL = 0.0
NOISE_SEED = 0

# The method
FILTER = "ram-lak"
CUTOFF = 1.0

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

# Opposite rays, where both are measured, share one; oblique rays are longer (Kak & Slaney 3.4.2)
u = (np.arange(DETECTORS) - (DETECTORS - 1) / 2) * DETECTOR_WIDTH
fan_angle = np.rad2deg(np.arctan(u / (SOURCE_ORIGIN + ORIGIN_DETECTOR)))
step = ARC / ANGLES
edge = min(10, ARC / 2)


def presence(turned: np.ndarray) -> np.ndarray:
    """Rise smoothly from 0 at the ends of the arc to 1 inside."""
    inside = np.clip(np.minimum(turned, ARC - turned) / edge, 0, 1)
    return np.sin(np.pi / 2 * inside) ** 2 if ARC < 360 else np.ones_like(turned)


# A view stands for all directions nearest to it, so its share is the mean over half-degree steps
samples = int(np.ceil(step / 0.5))
share = np.empty((ANGLES, DETECTORS))
for i in range(ANGLES):
    turned = (i + (np.arange(samples)[:, None] + 0.5) / samples) * step
    own, opposite = presence(turned), presence((turned + 180 - 2 * fan_angle) % 360)
    share[i] = np.mean(own / (own + opposite), axis=0)
weighted = data * share * np.cos(np.deg2rad(fan_angle))

# ASTRA has no fan-beam FBP on the CPU, but its FBP of one view on one row of pixels is its filter
row = astra.create_vol_geom(1, DETECTORS)
view = astra.create_proj_geom("parallel", 1.0, DETECTORS, [0.0])
projector_id = astra.create_projector("strip", view, row)
filtered = np.empty((ANGLES, DETECTORS))
for i in range(ANGLES):
    view_id = astra.data2d.create("-sino", view, weighted[i : i + 1].astype(np.float32))
    row_id = astra.data2d.create("-vol", row, 0)
    algorithm_id = astra.algorithm.create(
        {
            "type": "FBP",
            "ProjectorId": projector_id,
            "ProjectionDataId": view_id,
            "ReconstructionDataId": row_id,
            "option": {"FilterType": FILTER, "FilterD": CUTOFF},
        }
    )
    astra.algorithm.run(algorithm_id)
    filtered[i] = astra.data2d.get(row_id)[0] * 2 / np.pi
    astra.algorithm.delete(algorithm_id)
    astra.data2d.delete([view_id, row_id])

# The reconstruction: each pixel collects the filtered views where its rays meet the detector
y, x = (SIZE - 1) / 2 - np.mgrid[:SIZE, :SIZE]
x = -x
spacing = DETECTOR_WIDTH * SOURCE_ORIGIN / (SOURCE_ORIGIN + ORIGIN_DETECTOR)
reconstruction = np.zeros((SIZE, SIZE))
for i, angle in enumerate(np.deg2rad(START + np.arange(ANGLES) * step)):
    closeness = SOURCE_ORIGIN / (SOURCE_ORIGIN - x * np.sin(angle) + y * np.cos(angle))
    place = closeness * (x * np.cos(angle) + y * np.sin(angle)) / spacing + (DETECTORS - 1) / 2
    padded = np.pad(filtered[i], 1)  # beyond the detector there is nothing
    reconstruction += closeness**2 * np.interp(place + 1, np.arange(DETECTORS + 2), padded)
reconstruction *= np.deg2rad(step) / (2 * spacing)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
