"""Which of the arrays in a file is shown: the one asked for, else the likeliest image."""

import math
from collections.abc import Mapping

from core.errors import InputError, quoted
from core.problem.readers.layout import Layout

FASTMRI = "reconstruction_rss"
PREFERRED = (
    FASTMRI,
    "reconstruction_esc",
    "image_label",
    "reconstruction",
    "image",
    "images",
    "img",
    "volume",
    "data",
)
"""Names that say that an array is the image, the surest first."""
RAW_DATA = ("kspace", "mask")
"""What fastMRI's files hold beside the images: shown only where it is asked for."""
MOST_NAMED = 12

Shape = tuple[int, ...]


def last_name(path: str) -> str:
    """The name without the groups that it lies in."""
    return path.rpartition("/")[2]


def likeliest(layouts: Mapping[str, Layout]) -> str:
    """The array whose name says that it is the image, else the largest; "" where there is none."""
    images = [name for name in layouts if last_name(name) not in RAW_DATA]
    for preferred in PREFERRED:
        for name in images:  # groups are walked level by level: the uppermost comes first
            if last_name(name).lower() == preferred:
                return name
    return max(images, key=lambda name: math.prod(layouts[name].shape), default="")


def no_such_array(wanted: str, arrays: Mapping[str, Shape | None]) -> InputError:
    """The error for an array that was asked for and is not there."""
    others = f"its arrays are {listed(arrays)}" if arrays else "it has no arrays at all"
    return InputError(f"The file has no array {quoted(wanted)}; {others}.")


def listed(arrays: Mapping[str, Shape | None]) -> str:
    """Some names with their shapes; None for what is no array."""
    named = [
        f"{name} ({'×'.join(map(str, shape or ())) or 'no array'})"
        for name, shape in list(arrays.items())[:MOST_NAMED]
    ]
    rest = len(arrays) - len(named)
    return ", ".join(named) + (f" and {rest} more" if rest else "") if named else "none"
