"""Filtered back-projection of a parallel beam with ASTRA, from image to reconstruction."""

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

# Each view counts with the directions nearest to it; opposite views, seen beyond 180°, share them
turned = np.round(np.arange(ANGLES) * ARC / ANGLES % 180, 6) % 180
directions, of_view, views = np.unique(turned, return_inverse=True, return_counts=True)
gaps = np.diff(directions, append=directions[0] + 180)
if ARC < 180 and ANGLES > 1:
    gaps[-1] = ARC / ANGLES  # nothing was measured in the rest of the half turn
weights = ((gaps + np.roll(gaps, 1)) / 2 / views)[of_view]
weighted = data * (weights * ANGLES / 180)[:, None]

# The reconstruction
sinogram_id = astra.data2d.create("-sino", G.proj_geom, weighted.astype(np.float32))
image_id = astra.data2d.create("-vol", G.vol_geom, 0)
algorithm_id = astra.algorithm.create(
    {
        "type": "FBP",
        "ProjectorId": G.projector_id,
        "ProjectionDataId": sinogram_id,
        "ReconstructionDataId": image_id,
        "option": {"FilterType": FILTER, "FilterD": CUTOFF},
    }
)
astra.algorithm.run(algorithm_id)
reconstruction = astra.data2d.get(image_id)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
