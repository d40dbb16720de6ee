"""Three orthogonal slices through one point of a volume, and the cross-hair that links them."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import streamlit as st

from core.array_types import Float32Array, Image
from core.parameter import Parameter
from core.ui.controls.parameter_controls import control, keep
from core.ui.figures.panels import Overlay, Panel, Pixel, image_panels
from core.ui.style import OVERLAY

AXES = ("x", "y", "z")
PLANES = ("Axial, from above", "Coronal, from the front", "Sagittal, from the side")
POSITIONS = {
    axis: Parameter(name=f"volume.{axis}", default=50, low=0, high=100, title=f"{axis} (%)")
    for axis in AXES
}
LOW = Parameter(name="volume.low", default=0.0, low=-0.5, high=1.5, title="Darkest at")
HIGH = Parameter(name="volume.high", default=1.0, low=-0.4, high=2.0, title="Brightest at")


@dataclass(frozen=True, kw_only=True)
class Point:
    """A voxel by its column, row and slice in a volume of some shape."""

    column: int
    row: int
    slice: int
    shape: tuple[int, ...]

    def slices(self, volume: Image) -> tuple[Float32Array, Float32Array, Float32Array]:
        """The axial, coronal and sagittal slice; of the last two the top of the volume is on top.

        Each is contiguous and read-only, as a panel wants it.
        """
        cut = (
            volume[self.slice],
            volume[::-1, self.row],
            volume[::-1, :, self.column],
        )
        copies = tuple(np.ascontiguousarray(one, np.float32) for one in cut)
        for copy in copies:
            copy.setflags(write=False)
        return copies[0], copies[1], copies[2]

    @property
    def places(self) -> tuple[tuple[int, int], ...]:
        """Where the point is in each of these slices: column and row."""
        up = self.shape[0] - 1 - self.slice
        return (self.column, self.row), (self.column, up), (self.row, up)

    def profile(self, volume: Image) -> Float32Array:
        """The values from left to right through the point (columns,)."""
        line: Float32Array = np.ascontiguousarray(volume[self.slice, self.row])
        return line


@dataclass(frozen=True, kw_only=True)
class View:
    """What of volumes is on screen: the point, and the window of grey values."""

    point: Point
    low: float
    high: float


def view_controls(shape: tuple[int, ...]) -> View:
    """Draw the controls of the cross-hair and of the window; a click in a slice moves the first."""
    places = st.columns(5, gap="medium")
    shares = []
    for axis, place in zip(AXES, places, strict=False):
        with place:
            shares.append(control(POSITIONS[axis], label=POSITIONS[axis].title))
    with places[3]:
        low = control(LOW, label=LOW.title)
    with places[4]:
        high = control(HIGH, label=HIGH.title)
    x, y, z = shares
    slices, rows, columns = shape
    point = Point(
        column=_index(x, columns),
        row=rows - 1 - _index(y, rows),
        slice=_index(z, slices),
        shape=shape,
    )
    return View(point=point, low=low, high=max(high, low + 0.05))


def slice_panels(
    rows: Sequence[tuple[str, Image | Sequence[Image], str | Sequence[str]]],
    view: View,
    *,
    key: str,
    error_of: Image | None = None,
    player: str | None = None,
    tallest: int = 330,
) -> Pixel | None:
    """Draw the three slices of each volume of `rows`: its title, itself, and a caption.

    Return the pixel that was clicked just now; the cross-hair has moved to it already.

    A list of volumes stands for the frames of the player, with a list of captions. `error_of` is
    a truth: below the last volume is its error, frame by frame.
    """
    panels: list[Panel] = []
    for title, volumes, caption in rows:
        cut = _cut(volumes, view.point)
        for number, plane in enumerate(PLANES):
            panels.append(
                Panel(
                    title=f"{title}: {plane}" if number == 0 else plane,
                    image=cut[number],
                    low=view.low,
                    high=view.high,
                    caption=caption if number == 0 else "",
                    overlays=_cross(view.point, number),
                    alt=f"{title}: {plane.lower()}, through the cross-hair.",
                )
            )
    if error_of is not None:
        panels += _errors(rows[-1][0], cut, error_of, view)
    return image_panels(
        panels,
        key=key,
        columns=3,
        on_point=partial(_move, view.point.shape),
        player=player,
        tallest=tallest,
    )


def _cut(volumes: Image | Sequence[Image], point: Point) -> list[Image | list[Image]]:
    """The picture of each plane, or its frames where there are several volumes."""
    frames = [volumes] if isinstance(volumes, np.ndarray) else volumes
    planes = [list(images) for images in zip(*map(point.slices, frames), strict=True)]
    return [images if len(images) > 1 else images[0] for images in planes]


def _errors(
    title: str, cut: Sequence[Image | list[Image]], truth: Image, view: View
) -> list[Panel]:
    reach = (view.high - view.low) / 2
    return [
        Panel(
            title=f"Error: {plane}" if number == 0 else plane,
            image=found,
            minus=true,
            low=-reach,
            high=reach,
            colormap="diverging",
            overlays=_cross(view.point, number),
            alt=f"The error of {title}: {plane.lower()}.",
        )
        for number, (plane, found, true) in enumerate(
            zip(PLANES, cut, view.point.slices(truth), strict=True)
        )
    ]


def _cross(point: Point, number: int) -> list[Overlay]:
    """The two lines through the point in one of the slices."""
    slices, rows, columns = point.shape
    wide, high = ((columns, rows), (columns, slices), (rows, slices))[number]
    x, y = point.places[number]
    return [
        Overlay(x=np.array([-0.5, wide - 0.5]), y=np.array([y, y]), colour=OVERLAY, width=0.8),
        Overlay(x=np.array([x, x]), y=np.array([-0.5, high - 0.5]), colour=OVERLAY, width=0.8),
    ]


def _move(shape: tuple[int, ...], pixel: Pixel) -> None:
    """Move the cross-hair to a pixel that was clicked."""
    slices, rows, columns = shape
    across, down = pixel.column, pixel.row
    moved: dict[str, tuple[int, int]] = {
        0: {"x": (across, columns), "y": (rows - 1 - down, rows)},
        1: {"x": (across, columns), "z": (slices - 1 - down, slices)},
        2: {"y": (rows - 1 - across, rows), "z": (slices - 1 - down, slices)},
    }[pixel.panel % 3]
    for axis, (index, count) in moved.items():
        keep(POSITIONS[axis], round(100 * index / max(count - 1, 1)))


def _index(share: int, count: int) -> int:
    return round(share / 100 * (count - 1))
