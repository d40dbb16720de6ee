"""Precomputed results that come with the laboratory, to be shown without waiting.

    python -m core.studies.precomputed

makes them anew. A file holds the result as the store has it, with snapshots in half precision and
the parameters that it was made with, and the key of its scan and method: it is refused where it
would be shown beside another truth.
"""

import zlib
from dataclasses import replace
from pathlib import Path

import numpy as np

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.keys import content_key
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.learned_gradient import LearnedGradient
from core.methods.plug_and_play import PlugAndPlay
from core.methods.support.reconstruction import Reconstruction, reconstruct
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.problem.stored import ASSETS
from core.storage.record import Record
from core.studies.codec import decode, encode
from core.studies.measurements import measurement_of
from core.studies.reconstruction import ReconstructionStudy

FOLDER = ASSETS / "runs"

SMALL_SCAN = Scan(
    size=128,
    beam=ParallelBeam(views=EvenViews(angles=41), detectors=64, detector_width=2.0),
    noise=GaussianNoise(level=0.02),
)
PRECOMPUTED: dict[str, ReconstructionStudy] = {
    "deep_image_prior": ReconstructionStudy(
        scan=SMALL_SCAN,
        # From noise and without total variation: nothing but the time to stop regularises.
        method=DeepImagePrior(iterations=1500, input="noise", tv_weight=0.0, sharpening=0.5),
    ),
    "plug_and_play": ReconstructionStudy(scan=Scan(), method=PlugAndPlay()),
    "learned_gradient": ReconstructionStudy(scan=Scan(), method=LearnedGradient()),
}
MOST_SNAPSHOTS = {"plug_and_play": 3, "learned_gradient": 4}
"""How many iterates a file holds, the first and the last among them; all unless it is named."""
BEFOREHAND = "Computed beforehand and stored with the laboratory; with other settings it runs live."


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
            result: Reconstruction = decode(Reconstruction, record)
            return result
    except (OSError, zlib.error, ValueError, KeyError, TypeError) as error:
        raise InputError(
            f"The stored run {path.name} is missing from assets/runs or damaged. "
            "`python -m core.studies.precomputed` computes it again."
        ) from error
    raise InputError(
        f"The stored run {path.name} is of another scan or method than the program now has. "
        "`python -m core.studies.precomputed` computes it again."
    )


def make(name: str, folder: Path = FOLDER) -> Path:
    """Answer `PRECOMPUTED[name]` and write its file."""
    question = PRECOMPUTED[name]
    result = reconstruct(question.method, measurement_of(question.scan))
    most = MOST_SNAPSHOTS.get(name, len(result.snapshots))
    kept = np.linspace(0, len(result.snapshots) - 1, most).round().astype(int)
    record = encode(replace(result, snapshots=tuple(result.snapshots[place] for place in kept)))
    halves = {
        key: array.astype(np.float16) if array.dtype == np.float32 else array
        for key, array in record.arrays.items()
    }
    header = {**record.header, "question": _key(question)}
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.run"
    path.write_bytes(zlib.compress(Record(header=header, arrays=halves).to_bytes(), 9))
    return path


def _key(question: ReconstructionStudy) -> str:
    """Of the scan and the method's name; the parameters stand in the result itself."""
    return content_key("shipped", question.scan.key, question.method.name)


if __name__ == "__main__":
    import torch

    torch.set_num_threads(1)
    for name in PRECOMPUTED:
        print(make(name))
