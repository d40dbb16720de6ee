"""Learned primal-dual with PyTorch, from image to reconstruction."""

import functools
import itertools

import h5py
import numpy as np
import pylops.medical
import pylops.utils.metrics
import safetensors.torch
import scipy.sparse.linalg
import scipy.stats
import skimage.transform
import torch
from torch import nn
from torch.nn import functional

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
WEIGHTS = "assets/weights/learned_primal_dual.safetensors"


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

# The scan as the network knows it: G scaled to norm 1, its adjoint, and an FBP
normal = G.H @ G
norm = np.sqrt(scipy.sparse.linalg.eigsh(normal, k=1, return_eigenvectors=False)[0])
padded = 1 << (2 * DETECTORS - 1).bit_length()
lags = np.fft.fftfreq(padded, 1 / padded)
kernel = np.where(lags % 2 == 1, -1 / (np.pi * np.where(lags, lags, 1)) ** 2, 0)
kernel[0] = 0.25
ramp = np.fft.rfft(kernel).real


def forward(image):
    """Gx / |G| of an image (1, 1, SIZE, SIZE)."""
    return torch.from_numpy(np.float32(G @ image[0, 0].numpy() / norm))[None, None]


def adjoint(sinogram):
    """G^T y / |G| of a sinogram (1, 1, ANGLES, DETECTORS)."""
    return torch.from_numpy(np.float32(G.H @ sinogram[0, 0].numpy() / norm))[None, None]


def fbp(sinogram, scale=1.0):
    """The ramp filter, then back-projection."""
    sharp = np.fft.irfft(scale * ramp * np.fft.rfft(sinogram.numpy(), padded), padded)
    return adjoint(torch.from_numpy(np.float32(sharp[..., :DETECTORS])))


# The FBP of a disc is the disc again, or a part of it where views are missing
points = (np.arange(SIZE) + 0.5) * 2 / SIZE - 1
disc = np.float32(points[:, None] ** 2 + points**2 <= 0.7**2)
middle = slice(3 * SIZE // 8, 5 * SIZE // 8)
seen = fbp(forward(torch.from_numpy(disc)[None, None]))[0, 0, middle, middle].mean()
fbp = functools.partial(fbp, scale=min(ARC, 180) / 180 / float(seen))


class Double(nn.Module):
    """Two convolutions, and what came in added where the channels agree."""

    def __init__(self, inputs, outputs):
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1)

    def forward(self, x):
        y = self.second(torch.relu(self.first(x)))
        return torch.relu(y + x if x.shape == y.shape else y)


class SmallUNet(nn.Module):
    """A U-Net on pixels folded 2 x 2 into channels."""

    def __init__(self, inputs, outputs, widths):
        super().__init__()
        steps = list(itertools.pairwise(widths))
        first = nn.Conv2d(4 * inputs, widths[0], 3, padding=1)
        self.enter = nn.Sequential(first, nn.ReLU(), Double(widths[0], widths[0]))
        self.down = nn.ModuleList(
            nn.Sequential(nn.Conv2d(a, b, 3, stride=2, padding=1), nn.ReLU(), Double(b, b))
            for a, b in steps
        )
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, stride=2) for a, b in steps)
        self.merge = nn.ModuleList(Double(2 * a, a) for a, _ in steps)
        self.leave = nn.Conv2d(widths[0], 4 * outputs, 3, padding=1)

    def forward(self, x):
        height, width = x.shape[-2:]
        multiple = 2 ** (len(self.down) + 1)
        x = functional.pad(x, (0, -width % multiple, 0, -height % multiple), mode="replicate")
        x = self.enter(functional.pixel_unshuffle(x, 2))
        passed = []
        for down in self.down:
            passed.append(x)
            x = down(x)
        for up, merge in zip(reversed(self.up), reversed(self.merge), strict=True):
            x = merge(torch.cat([up(x), passed.pop()], dim=1))
        return functional.pixel_shuffle(self.leave(x), 2)[..., :height, :width]


class DualUpdate(nn.Module):
    """Three convolutions on sinograms: what the dual channels change by."""

    def __init__(self):
        super().__init__()
        first = nn.Conv2d(6, 24, 3, padding=1)
        second = nn.Conv2d(24, 24, 3, padding=1)
        third = nn.Conv2d(24, 4, 3, padding=1)
        self.layers = nn.Sequential(first, nn.ReLU(), second, nn.ReLU(), third)

    def forward(self, dual, projected, data):
        return self.layers(torch.cat([dual, projected, data], dim=1))


class LearnedPrimalDual(nn.Module):
    """Networks on the dual channels and on the image with its memory, five times."""

    def __init__(self):
        super().__init__()
        self.steps = nn.Parameter(torch.zeros(5))
        self.dual_updates = nn.ModuleList(DualUpdate() for _ in range(5))
        self.updates = nn.ModuleList(SmallUNet(7, 5, (32, 48, 64)) for _ in range(5))

    def forward(self, data):
        image = fbp(data)
        memory = torch.zeros(1, 4, SIZE, SIZE)
        dual = torch.zeros(1, 4, ANGLES, DETECTORS)
        parts = zip(self.steps, self.dual_updates, self.updates, strict=True)
        for step, dual_update, update in parts:
            projected = forward(image)
            dual = dual + dual_update(dual, projected, data)
            residual = projected - data
            sharp = fbp(residual + dual[:, :1])
            plain = adjoint(residual + dual[:, 1:2])
            change = update(torch.cat([image, sharp, plain, memory], dim=1))
            image = image - step * sharp + change[:, :1]
            memory = memory + change[:, 1:]
        return image


# The reconstruction
network = LearnedPrimalDual()
weights = safetensors.torch.load_file(WEIGHTS)
network.load_state_dict({name: value.float() for name, value in weights.items()})
with torch.no_grad():
    scaled = torch.from_numpy(data / np.float32(norm))[None, None]
    reconstruction = network(scaled)[0, 0].numpy()

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
