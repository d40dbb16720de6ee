"""Precomputed results that come with the laboratory, to be shown without waiting.

    python -m core.studies.precomputed [NAME …]

makes them anew. A file holds the result as the store has it, with the parameters that it was made
with, and the key of its scan, its method with all settings, and the weights of its network: it is
refused where any of them is another now. The last image is stored in half precision, the snapshots
before it in 256 greys from their lowest to their highest value, as lossless WebP: 35 kB in place of
180 kB for 320 × 320 pixels.
"""

import io
import sys
import zlib
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Picture
from PIL import WebPImagePlugin  # read by this name, Pillow need not look through all its formats

from core.array_types import AnyArray
from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.keys import content_key
from core.methods.admm import ADMM
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.gradient_descent import GradientDescent
from core.methods.learned_gradient import LearnedGradient
from core.methods.learned_primal_dual import LearnedPrimalDual
from core.methods.learned_proximal_gradient import LearnedProximalGradient
from core.methods.minibatch_gradient_descent import MinibatchGradientDescent
from core.methods.plug_and_play import PlugAndPlay
from core.methods.preconditioned_least_squares import PreconditionedLeastSquares
from core.methods.proximal_gradient import ProximalGradient
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.support.reconstruction import Reconstruction, reconstruct
from core.methods.unet import UNet
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.problem.stored import ASSETS
from core.storage.draft import draft_of
from core.storage.record import Record
from core.studies.codec import decode, encode
from core.studies.measurements import measurement_of
from core.studies.reconstruction import ReconstructionStudy
from core.studies.version import file_digest

FOLDER = ASSETS / "runs"

SMALL_SCAN = Scan(
    size=128,
    beam=ParallelBeam(views=EvenViews(angles=41), detectors=64, detector_width=2.0),
    noise=GaussianNoise(level=0.02),
)
TWO_PER_CENT = Scan(noise=GaussianNoise(level=0.02))
FIVE_PER_CENT = Scan(noise=GaussianNoise(level=0.05))
PRECOMPUTED: dict[str, ReconstructionStudy] = {
    "deep_image_prior": ReconstructionStudy(
        scan=SMALL_SCAN,
        # The published objective, on the data as they are, from noise and without total
        # variation: nothing but the time to stop regularises.
        method=DeepImagePrior(iterations=1000, input="noise", tv_weight=0.0, sharpening=0.0),
    ),
    "plug_and_play": ReconstructionStudy(scan=Scan(), method=PlugAndPlay()),
    "learned_gradient": ReconstructionStudy(scan=Scan(), method=LearnedGradient()),
    # What takes longer than a scene of the guided lecture may.
    "regularised_least_squares": ReconstructionStudy(scan=Scan(), method=RegularisedLeastSquares()),
    "minibatches": ReconstructionStudy(
        scan=FIVE_PER_CENT, method=MinibatchGradientDescent(iterations=30)
    ),
    "gradient_descent": ReconstructionStudy(
        scan=FIVE_PER_CENT, method=GradientDescent(iterations=30)
    ),
    "regularised_with_noise": ReconstructionStudy(
        scan=TWO_PER_CENT, method=RegularisedLeastSquares(epsilon=20, iterations=100)
    ),
    "preconditioned_with_noise": ReconstructionStudy(
        scan=TWO_PER_CENT, method=PreconditionedLeastSquares(iterations=100)
    ),
    "proximal_gradient": ReconstructionStudy(scan=Scan(), method=ProximalGradient()),
    "admm": ReconstructionStudy(scan=Scan(), method=ADMM()),
    "learned_proximal_gradient": ReconstructionStudy(scan=Scan(), method=LearnedProximalGradient()),
    "learned_primal_dual": ReconstructionStudy(scan=Scan(), method=LearnedPrimalDual()),
    "unet": ReconstructionStudy(scan=Scan(), method=UNet()),
}
MOST_SNAPSHOTS = {
    "plug_and_play": 3,
    "minibatches": 5,
    "gradient_descent": 5,
    "regularised_with_noise": 10,
    "preconditioned_with_noise": 10,
    "admm": 10,
}
"""How many iterates a file holds, the first and the last among them; all unless it is named."""
BEFOREHAND = "Computed beforehand."
"""How the message of such a result begins; with any other settings a method runs live."""


def precomputed_answer(question: object) -> Reconstruction | None:
    """The stored result of a question, which says where it comes from; None if there is none.

    A file that is missing or damaged counts as none: the question can be computed.
    """
    for name, known in PRECOMPUTED.items():
        if question == known:
            try:
                result = precomputed_result(name)
            except InputError:
                return None
            return replace(result, message=f"{BEFOREHAND} {result.message}")
    return None


def precomputed_result(name: str, folder: Path = FOLDER) -> Reconstruction:
    """The result of `PRECOMPUTED[name]`, its images in half precision.

    Raises `InputError` where its file is missing, damaged, or answers another question.
    """
    path = folder / f"{name}.run"
    try:
        record = Record.from_bytes(zlib.decompress(path.read_bytes()))
        if record.header["question"] == _key(PRECOMPUTED[name]):
            result: Reconstruction = decode(Reconstruction, _unpacked(record))
            return result
    except (OSError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The stored run {path.name} is missing from assets/runs or damaged. "
            "`python -m core.studies.precomputed` computes it again."
        ) from error
    raise InputError(
        f"The stored run {path.name} is of another scan, other settings or other weights than now. "
        "`python -m core.studies.precomputed` computes it again."
    )


def make(name: str, folder: Path = FOLDER) -> Path:
    """Answer `PRECOMPUTED[name]` and write its file."""
    question = PRECOMPUTED[name]
    result = reconstruct(question.method, measurement_of(question.scan))
    most = MOST_SNAPSHOTS.get(name, len(result.snapshots))
    kept = np.linspace(0, len(result.snapshots) - 1, most).round().astype(int)
    return write(name, replace(result, snapshots=tuple(result.snapshots[k] for k in kept)), folder)


def write(name: str, result: Reconstruction, folder: Path = FOLDER) -> Path:
    """Write the file of an answer to `PRECOMPUTED[name]`."""
    record = _packed(encode(result), last=f"snapshots/{len(result.snapshots) - 1}/image")
    header = {**record.header, "question": _key(PRECOMPUTED[name])}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.run"
    content = Record(header=header, arrays=record.arrays).to_bytes()
    with draft_of(path) as draft:
        draft.write_bytes(zlib.compress(content, 9))
    return path


def _packed(record: Record, last: str) -> Record:
    """Snapshots as WebP, the image in half precision; the snapshot `last` is the image."""
    arrays: dict[str, AnyArray] = {}
    greys: dict[str, tuple[float, float]] = {}
    for path, array in record.arrays.items():
        if path.startswith("snapshots/"):
            if path != last:
                greys[path] = (float(array.min()), float(array.max()))
                arrays[path] = _picture(array, *greys[path])
        else:
            arrays[path] = array.astype(np.float16) if array.dtype == np.float32 else array
    return Record(header={**record.header, "greys": greys, "last": last}, arrays=arrays)


def _unpacked(record: Record) -> Record:
    """What `_packed` was given, as far as it kept it."""
    header: Mapping[str, Any] = record.header
    arrays = dict(record.arrays)
    arrays[header["last"]] = arrays["image"]
    for path, (low, high) in header["greys"].items():
        with WebPImagePlugin.WebPImageFile(io.BytesIO(arrays[path].tobytes())) as picture:
            grey = np.asarray(picture.getchannel(0), np.float32)
        arrays[path] = low + grey * np.float32((high - low) / 255)
    return Record(header=header, arrays=arrays)


def _picture(image: AnyArray, low: float, high: float) -> AnyArray:
    """An image as the bytes of a WebP file, in 256 greys."""
    grey = np.round((image - low) * (255 / ((high - low) or 1.0))).astype(np.uint8)
    file = io.BytesIO()
    Picture.fromarray(grey).convert("RGB").save(file, "WEBP", lossless=True, method=4)
    return np.frombuffer(file.getvalue(), np.uint8)


def _key(question: ReconstructionStudy) -> str:
    """Of the scan, the method with its settings, and the weights of its network."""
    from core.networks.weights import path_of

    method = question.method
    weights = file_digest(path_of(method.network)) if method.network else ""
    return content_key("shipped", question.scan.key, method, weights)


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    for name in sys.argv[1:] or PRECOMPUTED:
        print(make(name))
