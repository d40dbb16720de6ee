"""A question as a script: the method's recipe with the constants of the scan and the method."""

import io
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.description import values
from core.methods.base import Method
from core.methods.parameters import values_of
from core.problem.errors import InputError
from core.problem.geometry import FanBeam
from core.problem.images import ImageSource, Phantom, StoredImage
from core.problem.scan import Scan

RECIPES = Path(__file__).resolve().parents[1] / "recipes"
IMAGE_BLOCK = re.compile(r"^# The image: .*?(?=^# )", re.MULTILINE | re.DOTALL)
PRIOR_BLOCK = re.compile(r"^# The prior \((\w+)\): .*?(?=^# |\Z)", re.MULTILINE | re.DOTALL)
IMAGE_CONSTANTS = ("IMAGE", "IMAGE_SET", "IMAGE_SLICE")

PHANTOM_BLOCK = """\
# The image: computed by the lab, in whose folder this runs
truth = IMAGE_PHANTOM.read(SIZE)

"""
FILE_BLOCK = """\
# The image: (SIZE, SIZE), with a maximum of 1
truth = np.load(IMAGE)

"""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """A script by the name of its file, and the files that it reads beside it.

    It runs in the lab's folder and leaves the image (size, size) in `reconstruction`.
    """

    name: str
    text: str
    files: Mapping[str, bytes]


def recipe(scan: Scan, method: Method) -> Recipe:
    """The script that answers what `method` makes of `scan`, with the same noise.

    Raises `InputError` where the scan has a part that no recipe can make.
    """
    _check_known(scan)
    own = values_of(method)
    fast = bool(own.get("fast", False))
    path = recipe_path(method.name, fan=isinstance(scan.beam, FanBeam), fast=fast)
    text, files = _with_image(path.read_text(encoding="utf-8"), scan.image, scan.size)
    if "prior" in own:
        text = _with_prior(text, str(own["prior"]))
    constants = scan_constants(scan) | {k.upper(): v for k, v in own.items()}
    for name, value in constants.items():
        text = filled(text, name, value)
    return Recipe(name=path.name, text=text, files=files)


def _check_known(scan: Scan) -> None:
    for part, names in (
        (scan.beam, ("parallel", "fan")),
        (scan.beam.views, ("even",)),
        (scan.noise, ("none", "gaussian", "poisson")),
    ):
        if part.name not in names:
            raise InputError(f"There is no script yet for a scan with this choice: {part.title}.")


def recipe_path(name: str, *, fan: bool, fast: bool = False) -> Path:
    """The recipe of a method; a fan beam and a fast form have their own where they differ."""
    if fast:
        return RECIPES / f"{name}_fast.py"
    own = RECIPES / f"{name}_fan.py"
    return own if fan and own.exists() else RECIPES / f"{name}.py"


def scan_constants(scan: Scan) -> dict[str, Any]:
    """The constants of a scan, beside its image, as recipes name them."""
    beam, noise = scan.beam, scan.noise
    fan = isinstance(beam, FanBeam)
    told = values(scan)
    return {
        "SIZE": scan.size,
        "BEAM": "fanflat" if fan else "parallel",
        "ANGLES": beam.view_count,
        "ARC": told["arc"],
        "START": told["start"],
        "DETECTORS": beam.detectors,
        "DETECTOR_WIDTH": beam.detector_width,
        "SOURCE_ORIGIN": told.get("source_origin"),
        "ORIGIN_DETECTOR": told.get("origin_detector"),
        "PROJECTOR": scan.kernel,
        "NOISE": noise.name,
        "NOISE_LEVEL": told.get("noise_level", told.get("noise_photons", 0.0)),
        "NOISE_SEED": told.get("noise_seed", 0),
    }


def _with_image(text: str, image: ImageSource, size: int) -> tuple[str, dict[str, bytes]]:
    """Let the script find its image: a stored slice, a phantom, or a file beside the script."""
    if isinstance(image, StoredImage):
        text = filled(text, "IMAGE_SET", image.set)
        return filled(text, "IMAGE_SLICE", image.slice), {}
    for name in IMAGE_CONSTANTS:
        text = re.sub(rf"^{name} = .*\n", "", text, flags=re.MULTILINE)
    if isinstance(image, Phantom):
        first = f"IMAGE_PHANTOM = {image!r}\n"
        text = IMAGE_BLOCK.sub(PHANTOM_BLOCK, text)
        text = text.replace(
            "\n# The scan",
            "\nfrom core.problem.phantoms import RandomEllipses, SheppLogan\n\n# The scan",
            1,
        )
        files = {}
    else:
        first = 'IMAGE = "image.npy"\n'
        text = IMAGE_BLOCK.sub(FILE_BLOCK, text)
        buffer = io.BytesIO()
        np.save(buffer, image.read(size), allow_pickle=False)
        files = {"image.npy": buffer.getvalue()}
    text = re.sub(r"^(SIZE = )", first + r"\1", text, count=1, flags=re.MULTILINE)
    for module in ("h5py", "skimage.transform"):
        if text.count(f"{module}.") == 0:
            text = text.replace(f"import {module}\n", "")
    return text, files


def _with_prior(text: str, prior: str) -> str:
    """Put the block of this prior where the recipe has that of another."""
    place = PRIOR_BLOCK.search(text)
    if place is None:
        raise ValueError("A recipe with a prior has a block for it.")
    kept = (RECIPES / "priors" / f"{place[1]}.py").read_text(encoding="utf-8")
    for block in PRIOR_BLOCK.finditer(kept):
        title = block[0].splitlines()[0]
        if prior in title.split(": ")[1].split(", "):
            text = text[: place.start()] + block[0].rstrip() + "\n\n" + text[place.end() :]
            wavelets = "pywt." in block[0]
            return (
                text.replace("import scipy", "import pywt\nimport scipy", 1) if wavelets else text
            )
    raise ValueError(f"No recipe has a block for {prior}.")


def filled(text: str, name: str, value: Any) -> str:
    """Set one constant, keeping the comment behind it."""
    written = f'"{value}"' if isinstance(value, str) else repr(value)
    line = re.compile(rf"^{name} = [^#\n]*?(\s*#.*)?$", re.MULTILINE)
    text, count = line.subn(lambda match: f"{name} = {written}{match[1] or ''}", text)
    if count != 1:
        raise ValueError(f"A recipe sets {name} once, not {count} times.")
    return text
