"""A question as a script: the method's recipe with the constants of the scan and the method."""

import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from core.description import values
from core.methods.base import Method
from core.methods.parameters import values_of
from core.methods.priors import prior_named
from core.methods.proximal import ProximalMethod
from core.problem.geometry import FanBeam
from core.problem.images import ImageSource, Phantom, StoredImage
from core.problem.scan import Scan

RECIPES = Path(__file__).resolve().parents[1] / "recipes"
IMAGE_BLOCK = re.compile(r"^# The image: .*?(?=^# )", re.MULTILINE | re.DOTALL)
PRIOR_BLOCK = re.compile(
    r"^# The prior \((?P<forms>[\w, ]+)\): (?P<priors>[^\n]*)\n(?P<code>.*?)(?=^# |\Z)",
    re.MULTILINE | re.DOTALL,
)
IMPORT = re.compile(r"^import ([\w.]+)$", re.MULTILINE)
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
    """The script that answers what `method` makes of `scan`, with the same noise."""
    values = values_of(method)
    path = recipe_path(method.recipe, fan=isinstance(scan.beam, FanBeam))
    text, files = _with_image(path.read_text(encoding="utf-8"), scan.image, scan.size)
    if isinstance(method, ProximalMethod):
        text = _with_prior(text, method.prior)
    constants = scan_constants(scan) | {k.upper(): v for k, v in values.items()}
    for name, value in constants.items():
        text = filled(text, name, value)
    return Recipe(name=path.name, text=text, files=files)


def recipe_path(name: str, *, fan: bool) -> Path:
    """The recipe of this name; a fan beam has its own where it differs."""
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
    """Put the blocks of this prior where the recipe has that of another, with what they import.

    They stand in the file of `recipes/priors` that has the name of the prior's module: those of
    the form that the recipe has, and before them those of all forms.
    """
    place = PRIOR_BLOCK.search(text)
    if place is None:
        raise ValueError("A recipe with a prior has a block for it.")
    form = place["forms"]
    module = prior_named(prior).__module__.rpartition(".")[2]
    source = (RECIPES / "priors" / f"{module}.py").read_text(encoding="utf-8")
    blocks = [
        block
        for block in PRIOR_BLOCK.finditer(source)
        if {form, "all"} & set(block["forms"].split(", ")) and prior in block["priors"].split(", ")
    ]
    if not any(form in block["forms"].split(", ") for block in blocks):
        raise ValueError(f"No recipe has a block for {prior} ({form}).")
    title = f"# The prior ({form}): {blocks[-1]['priors']}\n"
    code = title + "\n\n\n".join(block["code"].rstrip() for block in blocks) + "\n\n"
    text = text[: place.start()] + code + text[place.end() :]
    return _with_imports(text, IMPORT.findall(source), code)


def _with_imports(text: str, modules: Sequence[str], block: str) -> str:
    """Add `import module` for each of these modules that the block uses and the text lacks."""
    for module in modules:
        have = IMPORT.findall(text)
        if module not in have and re.search(rf"\b{re.escape(module)}\.", block):
            after = next(name for name in have if name > module)
            text = text.replace(f"import {after}\n", f"import {module}\nimport {after}\n", 1)
    return text


def filled(text: str, name: str, value: Any) -> str:
    """Set one constant, keeping the comment behind it."""
    written = f'"{value}"' if isinstance(value, str) else repr(value)
    line = re.compile(rf"^{name} = [^#\n]*?(\s*#.*)?$", re.MULTILINE)
    text, count = line.subn(lambda match: f"{name} = {written}{match[1] or ''}", text)
    if count != 1:
        raise ValueError(f"A recipe sets {name} once, not {count} times.")
    return text
