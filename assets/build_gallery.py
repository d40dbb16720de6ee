"""Make `assets/screenshots/gallery.webp` anew: the methods on one scan, each with its SNR.

The text of the picture in `README.md` is written with it.

python -m assets.build_gallery
"""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from core.errors import InputError
from core.methods import method_named
from core.methods.support.reconstruction import reconstruct
from core.problem.metrics import snr
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.storage.draft import draft_of
from core.ui.figures.colormaps import COLORMAPS

FILE = Path(__file__).parent / "screenshots" / "gallery.webp"
README = Path(__file__).parents[1] / "README.md"
_TEXT = re.compile(r"!\[[^\]]*\](?=\([^)]*gallery\.webp\))")

SCAN = Scan(noise=GaussianNoise(level=0.01))

TV = {"prior": "tv_nonnegative", "sigma": 3.0}
METHODS = (
    ("fbp", "FBP", {}),
    ("regularised_least_squares", "Regularised least squares", {}),
    ("cgls", "CGLS, 12 iterations", {"iterations": 12}),
    ("sirt", "SIRT, 100 iterations", {}),
    ("fista", "FISTA, total variation", {**TV, "iterations": 100}),
    ("admm", "ADMM, wavelets", {"prior": "wavelet_l1", "sigma": 10.0, "fast": True}),
    ("plug_and_play", "Plug-and-play", {}),
    ("unet", "FBP and U-Net", {}),
    ("learned_gradient", "Learned gradient", {}),
    ("learned_primal", "Learned primal", {}),
    ("learned_primal_dual", "Learned primal-dual", {}),
)
"""Name, label, and the parameters that are not at their defaults."""

COLUMNS, SIDE, GAP, LABEL = 4, 200, 12, 40
CROP = 0.15
"""How much of the image is left out on each side: the head does not fill it."""
INK, PAPER = "#20262e", "#ffffff"


def pictures() -> Iterator[tuple[str, str, NDArray[np.float32]]]:
    """The truth and the image of every method, each with a label and a score."""
    measurement = SCAN.simulate()
    truth = measurement.truth
    yield "Truth", "41 views, 1 % noise", truth
    for name, label, parameters in METHODS:
        image = reconstruct(method_named(name)(**parameters), measurement).image
        yield label, f"SNR {snr(image, truth):.1f} dB", image


def build() -> None:
    """Write the gallery and the text of it."""
    shown = list(pictures())
    rows = -(-len(shown) // COLUMNS)
    size = (COLUMNS * (SIDE + GAP) + GAP, rows * (SIDE + LABEL + GAP) + GAP)
    sheet = Image.new("RGB", size, PAPER)
    draw = ImageDraw.Draw(sheet)
    font, bold = ImageFont.load_default(13), ImageFont.load_default(14)
    for number, (label, score, image) in enumerate(shown):
        x = GAP + (number % COLUMNS) * (SIDE + GAP)
        y = GAP + (number // COLUMNS) * (SIDE + LABEL + GAP)
        sheet.paste(thumbnail(image), (x, y))
        draw.text((x, y + SIDE + 3), label, INK, font=bold)
        draw.text((x, y + SIDE + 20), score, INK, font=font)
    with draft_of(FILE) as draft:
        sheet.save(draft, "WEBP", quality=80, method=6)
    scored = [f"{label}{score.removeprefix('SNR')}" for label, score, _ in shown[1:]]
    words = "; ".join(["Images of one slice: the truth", *scored])
    text, found = _TEXT.subn(f"![{words}]", README.read_text(encoding="utf-8"))
    if found != 1:
        raise InputError(f"{README.name} shows {FILE.name} {found} times, not once.")
    with draft_of(README) as draft:
        draft.write_text(text, encoding="utf-8")


def thumbnail(image: NDArray[np.float32]) -> Image.Image:
    """The middle of an image in the grey range of the truth, 0 to 1."""
    cut = round(CROP * len(image))
    middle = image[cut:-cut, cut:-cut]
    levels = np.clip(np.rint(255 * middle), 0, 255).astype(np.uint8)
    coloured = np.asarray(COLORMAPS["bone"], np.uint8)[levels]
    return Image.fromarray(coloured[..., :3]).resize((SIDE, SIDE), Image.Resampling.LANCZOS)


if __name__ == "__main__":
    build()
