"""Plug-and-play with PyTorch and ASTRA, from image to reconstruction."""

import itertools
import math

import h5py
import numpy as np
import pylops.medical
import pylops.utils.metrics
import safetensors.torch
import scipy.stats
import skimage.transform
import torch
from scipy.sparse.linalg import LinearOperator, cg, eigsh
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
SOLVER = "admm"
ITERATIONS = 20
SIGMA = 0.01
FIRST_SIGMA = 0.05
RELAXATION = 0.9
STEP = 1.0
SHARPEN = True
BALANCE = 10.0

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


def potential(image: np.ndarray, sigma: float) -> tuple[float, np.ndarray]:
    """The potential ½‖x − D_σ(x)‖² and its gradient."""
    x = torch.from_numpy(image)[None, None].requires_grad_()
    value = 0.5 * (x - network(x, sigma)).square().sum()
    return value.item(), torch.autograd.grad(value, x)[0][0, 0].numpy()


def strength(number: int) -> float:
    """σ falls to its value over the first half of the steps."""
    return SIGMA * (FIRST_SIGMA / SIGMA) ** max(0.0, 1 - 2 * number / ITERATIONS)


def relaxed(image: np.ndarray, sigma: float) -> np.ndarray:
    """(1 − α)x + αD_σ(x)."""
    return image + np.float32(RELAXATION) * (denoised(image, sigma) - image)


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


# The prox of τ/2 ‖Gm − d‖²: x − τGᵀw with (I + τGGᵀ) w = Gx − d, from the last w
dual = np.zeros(data.size, np.float32)


def fitted(x: np.ndarray, tau: float) -> np.ndarray:
    """Four steps of preconditioned conjugate gradients."""
    global dual
    step = np.float32(tau)
    soften = 1 / (np.mean(weights**2) + step * response)
    square = (data.size, data.size)
    dual = cg(
        LinearOperator(
            square, lambda w: w + step * (G @ (G.H @ w.astype(np.float32))), dtype=np.float32
        ),
        (G @ x - data).ravel(),
        dual,
        rtol=0,
        maxiter=4,
        M=LinearOperator(
            square,
            lambda r: (weights * filtered(weights * r.reshape(data.shape), soften)).ravel(),
            dtype=np.float32,
        ),
    )[0].astype(np.float32)
    return x - step * (G.H @ dual).reshape(SIZE, SIZE)


def misfit(image: np.ndarray) -> float:
    """½‖Gm − d‖²."""
    return 0.5 * float(np.sum((G @ image - data) ** 2))


# The noise s, from differences along the detectors that leave little else; τ = βσ²/s²
differences = np.median(np.abs(np.diff(data.astype(float), n=8, axis=1)))
deviation = differences / np.sqrt(math.comb(16, 8)) / 0.67449
deviation = max(deviation, 1e-3 * np.abs(data).mean()) or 1.0


def balanced(sigma: float) -> float:
    """τ for a strength of the denoiser."""
    return min(BALANCE * (sigma / deviation) ** 2, 1e6 / L)


# The reconstruction
reconstruction = np.zeros((SIZE, SIZE), np.float32)
account, tau = np.zeros_like(reconstruction), balanced(SIGMA)
weight = RELAXATION / tau
for number in range(ITERATIONS):
    sigma = strength(number)
    if SOLVER == "proximal_gradient":
        point = reconstruction - np.float32(STEP / steepest) * slope(reconstruction)
        reconstruction = relaxed(point, sigma)
    elif SOLVER == "admm":
        image = fitted(reconstruction - account, balanced(sigma))
        reconstruction = relaxed(image + account, sigma)
        account = account + image - reconstruction
    else:
        previous = reconstruction
        value, gradient = potential(previous, sigma)
        height = misfit(previous) + weight * value
        for _ in range(20):
            reconstruction = fitted(previous - np.float32(tau * weight) * gradient, tau)
            value = potential(reconstruction, sigma)[0]
            fall = height - misfit(reconstruction) - weight * value
            if fall >= 0.1 / tau * float(np.sum((reconstruction - previous) ** 2)):
                break
            tau = tau / 2

print(f"SNR {pylops.utils.metrics.snr(truth, reconstruction):.2f} dB")
