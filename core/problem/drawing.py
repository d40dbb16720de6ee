"""An image that somebody draws: discs, ellipses, polygons, brush strokes and text, as one line.

Shapes stand in a text with semicolons between them; later ones lie on top. Each begins with its
kind and its grey value from 0 to 1. Lengths are in halves of the image's side from its centre, x to
the right and y upwards, angles in degrees anticlockwise:

    disc VALUE X Y RADIUS                    polygon VALUE X Y X Y X Y …
    ellipse VALUE X Y A B TURN               brush VALUE WIDTH X Y X Y …
    text VALUE X Y HEIGHT LETTERS
"""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import PIL.Image
import PIL.ImageDraw
import PIL.ImageFont
from numpy.typing import NDArray

from core.array_types import Image
from core.description import Described
from core.errors import InputError, quoted
from core.number_format import plural
from core.parameters import param
from core.problem.scripted import ScriptedImage

MOST_LETTERS, MOST_SHAPES, MOST_NUMBERS = 4000, 60, 400
REACH = 2.0
"""The largest coordinate or length."""
OVERSAMPLING = 4
"""Points per pixel and axis, so that edges hold their share of area on every grid."""

NUMBERS = {"disc": (3, 3), "ellipse": (5, 5), "polygon": (6, MOST_NUMBERS), "text": (3, 3)}
NUMBERS["brush"] = (3, MOST_NUMBERS)
"""The fewest and the most numbers behind the value of each kind."""
WORDS = {
    "disc": "disc VALUE X Y RADIUS",
    "ellipse": "ellipse VALUE X Y A B TURN",
    "polygon": "polygon VALUE X Y X Y X Y …",
    "brush": "brush VALUE WIDTH X Y …",
    "text": "text VALUE X Y HEIGHT LETTERS",
}

EXAMPLE = "ellipse 0.4 0 0 0.6 0.8 0; disc 1 -0.2 0.3 0.15; polygon 0.8 0 -0.4 0.3 -0.4 0.15 -0.1"

Shape = tuple[str, float, tuple[float, ...], str]
"""Kind, grey value, numbers, and letters."""


def parse_shapes(text: str) -> tuple[Shape, ...]:
    """The shapes of a text; raise `InputError` where it is no drawing."""
    if len(text) > MOST_LETTERS:
        raise InputError(
            f"A drawing may have {MOST_LETTERS} characters; this text has {len(text)}."
        )
    parts = [part.split() for part in text.split(";") if part.strip()]
    if not 1 <= len(parts) <= MOST_SHAPES:
        raise InputError(f"A drawing has 1 to {MOST_SHAPES} shapes, not {len(parts)}.")
    return tuple(_shape(words) for words in parts)


def _shape(words: list[str]) -> Shape:
    kind, *rest = words
    if kind not in WORDS:
        raise InputError(f"A shape begins with {', '.join(WORDS)}, not with {quoted(kind)}.")
    letters = ""
    if kind == "text":
        rest, letters = rest[:4], " ".join(rest[4:])
    try:
        numbers = tuple(float(word) for word in rest)
    except ValueError:
        numbers = ()
    fewest, most = NUMBERS[kind]
    even = kind not in ("polygon", "brush") or (len(numbers) - (kind == "polygon")) % 2 == 0
    if not fewest < len(numbers) <= most + 1 or not even or bool(letters) != (kind == "text"):
        raise InputError(f"A {kind} is written {WORDS[kind]}, not {quoted(' '.join(words))}.")
    if letters and not (letters.isascii() and letters.isprintable() and '"' not in letters):
        raise InputError(f"The letters of a drawing are plain ASCII, not {quoted(letters)}.")
    value, *lengths = numbers
    if not 0 <= value <= 1:
        raise InputError(f"The grey value of a {kind} must be from 0 to 1, not {value:g}.")
    turn = lengths.pop() if kind == "ellipse" else 0.0
    if not all(abs(length) <= REACH for length in lengths) or not abs(turn) <= 360:  # nor NaN
        raise InputError(f"The lengths of the {kind} must be from -{REACH:g} to {REACH:g}.")
    sizes = {"disc": lengths[2:], "ellipse": lengths[2:], "brush": lengths[:1], "text": lengths[2:]}
    if not all(size > 0 for size in sizes.get(kind, ())):
        raise InputError(f"The size of a {kind} must be more than 0.")
    return kind, value, tuple([*lengths, turn] if kind == "ellipse" else lengths), letters


def draw_shapes(
    shapes: list[tuple[str, float, tuple[float, ...], str]], size: int, oversampling: int
) -> NDArray[np.float64]:
    """Draw shapes, later ones on top, into an image (size, size) of their grey values.

    A pixel holds the mean over `oversampling`² points.
    """
    side = size * oversampling
    centres = (np.arange(side) + 0.5) * (2 / side) - 1
    fine = np.zeros((side, side))

    def fill(value: float, x: float, y: float, turn: float, a: float, b: float, c: float) -> None:
        """Fill what lies within an ellipse (a, b), or within b of a line of half length c."""
        reach = max(a, b) + c
        columns = slice(*np.searchsorted(centres, (x - reach, x + reach)))
        rows = slice(*np.searchsorted(centres, (-y - reach, -y + reach)))
        dx, dy = centres[None, columns] - x, -centres[rows, None] - y
        along = np.abs(dx * np.cos(turn) + dy * np.sin(turn))
        across = dy * np.cos(turn) - dx * np.sin(turn)
        inside = (np.maximum(along - c, 0) / a) ** 2 + (across / b) ** 2 <= 1
        fine[rows, columns][inside] = value

    for kind, value, numbers, letters in shapes:
        if kind in ("disc", "ellipse"):
            x, y, a, *more = numbers
            b, turn = more or (a, 0.0)
            fill(value, x, y, np.deg2rad(turn), a, b, 0.0)
        elif kind == "brush":
            points = np.array(numbers[1:]).reshape(-1, 2)
            for start, end in itertools.pairwise(points):
                (x, y), (across, up) = (start + end) / 2, end - start
                half = float(np.hypot(across, up)) / 2
                turn = float(np.arctan2(up, across))
                fill(value, x, y, turn, numbers[0] / 2, numbers[0] / 2, half)
        elif kind == "polygon":
            # A point is inside where an odd number of edges lies to its left.
            crossed = np.zeros((side, side + 1), bool)
            points = np.array(numbers).reshape(-1, 2) * (1, -1)
            for (x, y), (x_end, y_end) in zip(points, np.roll(points, -1, axis=0), strict=True):
                if y == y_end:
                    continue
                rows = np.arange(*np.searchsorted(centres, sorted((y, y_end))))
                edge = x + (centres[rows] - y) / (y_end - y) * (x_end - x)
                crossed[rows, np.searchsorted(centres, edge)] ^= True
            fine[np.logical_xor.accumulate(crossed, axis=1)[:, :-1]] = value
        else:
            x, y, height = numbers
            mask = PIL.Image.new("1", (side, side))
            font = PIL.ImageFont.load_default(size=max(height * side / 2, 1))
            place = ((x + 1) * side / 2, (1 - y) * side / 2)
            PIL.ImageDraw.Draw(mask).text(place, letters, fill=1, font=font, anchor="mm")
            fine[np.asarray(mask)] = value
    image: NDArray[np.float64] = fine.reshape(size, oversampling, size, oversampling).mean((1, 3))
    return image


@dataclass(frozen=True, kw_only=True)
class Drawing(Described, ScriptedImage):
    """An image that is drawn by a text of shapes, which its link carries."""

    name: ClassVar[str] = "drawing"
    title: ClassVar[str] = "Your own drawing"
    order: ClassVar[int] = 4

    shapes: str = param(
        EXAMPLE,
        title="Shapes",
        text=parse_shapes,
        help=(
            "Shapes with semicolons between them, later ones on top: disc VALUE X Y RADIUS, "
            "ellipse VALUE X Y A B TURN, polygon VALUE X Y X Y X Y …, brush VALUE WIDTH X Y X Y …, "
            "text VALUE X Y HEIGHT LETTERS. Grey values from 0 to 1, the brightest of which "
            "becomes 1; lengths in halves of the image's side from its centre, x to the right, "
            "y upwards."
        ),
    )

    @property
    def label(self) -> str:
        """What people read."""
        return f"A drawing of {plural(len(parse_shapes(self.shapes)), 'shape')}"

    def read(self, size: int) -> Image:
        """Return the image (size, size), float32, in [0, 1] with a maximum of 1.

        Zeros where nothing of the drawing lies in the image.
        """
        image = draw_shapes(list(parse_shapes(self.shapes)), size, OVERSAMPLING)
        return np.asarray(image / (image.max() or 1.0), np.float32)

    @property
    def script(self) -> str:
        """The lines of a script that draw the same shapes."""
        rows = "".join(_row(shape) for shape in parse_shapes(self.shapes))
        return (
            "# Kind, grey value, numbers and letters of each shape\n"
            f"# fmt: off\nshapes = [\n{rows}]\n# fmt: on\n"
            f"image = draw_shapes(shapes, SIZE, {OVERSAMPLING})\n"
            "truth = (image / (image.max() or 1.0)).astype(np.float32)\n"
        )

    @property
    def script_functions(self) -> tuple[Callable[..., Any], ...]:
        """What draws."""
        return (draw_shapes,)


def _row(shape: Shape) -> str:
    """A shape as lines of a list, eight numbers a line."""
    kind, value, numbers, letters = shape
    rows = [numbers[first : first + 8] for first in range(0, len(numbers), 8)]
    lines = "".join(f"        {', '.join(map(repr, row))},\n" for row in rows)
    return f'    ("{kind}", {value!r}, (\n{lines}    ), {_quoted(letters)}),\n'


def _quoted(letters: str) -> str:
    backslash = letters.replace("\\", "\\\\")
    return f'"{backslash}"'
