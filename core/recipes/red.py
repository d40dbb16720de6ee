"""RED with PyTorch and ASTRA, from image to reconstruction."""

import itertools

import h5py
import numpy as np
import pylops.medical
import pylops.utils.metrics
import safetensors.torch
import scipy.stats
import skimage.transform
import torch
from scipy.sparse.linalg import LinearOperator, eigsh
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
WEIGHTS = "assets/weights/denoiser.safetensors"
ITERATIONS = 60
SIGMA = 0.02
WEIGHT = 0.2
STEP = 1.8
SHARPEN = True

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


class Double(nn.Module):
    """Two convolutions, and what came in added where the channels agree."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.first = nn.Conv2d(inputs, outputs, 3, padding=1, bias=False)
        self.second = nn.Conv2d(outputs, outputs, 3, padding=1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(1, inputs, H, W) to (1, outputs, H, W)."""
        y = self.second(torch.relu(self.first(x)))
        return torch.relu(y + x if x.shape == y.shape else y)


class SmallUNet(nn.Module):
    """A U-Net without biases on pixels folded 2 × 2 into channels."""

    def __init__(self, inputs: int, outputs: int, widths: tuple[int, ...]) -> None:
        super().__init__()
        steps = list(itertools.pairwise(widths))
        first = nn.Conv2d(4 * inputs, widths[0], 3, padding=1, bias=False)
        self.enter = nn.Sequential(first, nn.ReLU(), Double(widths[0], widths[0]))
        self.down = nn.ModuleList(
            nn.Sequential(
                nn.Conv2d(a, b, 3, stride=2, padding=1, bias=False), nn.ReLU(), Double(b, b)
            )
            for a, b in steps
        )
        self.up = nn.ModuleList(nn.ConvTranspose2d(b, a, 2, stride=2, bias=False) for a, b in steps)
        self.merge = nn.ModuleList(Double(2 * a, a) for a, _ in steps)
        self.leave = nn.Conv2d(widths[0], 4 * outputs, 3, padding=1, bias=False)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """(1, inputs, H, W) to (1, outputs, H, W)."""
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


class Denoiser(nn.Module):
    """The noise in a picture, whose standard deviation it is told as a second channel."""

    def __init__(self) -> None:
        super().__init__()
        self.network = SmallUNet(2, 1, (32, 64, 96))

    def forward(self, noisy: torch.Tensor, sigma: float) -> torch.Tensor:
        """The picture (1, 1, H, W) without the noise."""
        plane = torch.full_like(noisy, sigma)
        return noisy - self.network(torch.cat([noisy, plane], dim=1))


network = Denoiser()
stored = safetensors.torch.load_file(WEIGHTS)
network.load_state_dict({name: value.float() for name, value in stored.items()})
network.requires_grad_(False)


def denoised(image: np.ndarray, sigma: float) -> np.ndarray:
    """D_σ of an image (SIZE, SIZE)."""
    return network(torch.from_numpy(image)[None, None], sigma)[0, 0].numpy()


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


def filtered(sinogram: np.ndarray, gain: np.ndarray) -> np.ndarray:
    """Every view times `gain` in its Fourier transform."""
    spectrum = gain * np.fft.rfft(sinogram, axis=1)
    return np.fft.irfft(spectrum, DETECTORS, axis=1).astype(np.float32)


# Sharpened data: S makes all frequencies count alike, with ‖SG‖ just below 1
gain, steepest = np.ones_like(response), L
if SHARPEN:
    gain, ones = 1 / np.sqrt(response), np.ones(data.size, np.float32)

    def normal(y: np.ndarray) -> np.ndarray:
        """SGGᵀS y."""
        back = G.H @ filtered(y.reshape(data.shape), gain)
        return filtered(G @ back, gain).ravel()

    square = LinearOperator((data.size, data.size), normal, dtype=np.float32)
    if data.size > 1:
        largest = eigsh(square, k=1, tol=5e-3, v0=ones, return_eigenvectors=False)[0]
    else:
        largest = normal(ones)[0]
    gain, steepest = gain / np.sqrt(1.02 * largest), 1.0


def slope(image: np.ndarray) -> np.ndarray:
    """The gradient of the misfit."""
    return G.H @ filtered(G @ image - data, gain**2)


# The reconstruction
weight = WEIGHT * steepest
tau = np.float32(STEP / (steepest + 2 * weight))
reconstruction = np.zeros((SIZE, SIZE), np.float32)
for _ in range(ITERATIONS):
    removed = reconstruction - denoised(reconstruction, SIGMA)
    reconstruction = reconstruction - tau * (slope(reconstruction) + np.float32(weight) * removed)

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
