"""A sinogram as a panel: detectors to the right, views downwards."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from core.geometry.beams import Beam
from core.ui.figures.panels import Axis, Overlay, Panel, view_axis


def sinogram_panel(
    beam: Beam,
    sinogram: NDArray[np.floating],
    *,
    title: str,
    alt: str,
    low: float | None = None,
    high: float | None = None,
    colormap: str = "bone",
    caption: str = "",
    overlays: Sequence[Overlay] = (),
) -> Panel:
    """Return the panel of data (views, detectors), its detectors in pixels."""
    edges = beam.detector_edges
    half = beam.detector_width / 2
    return Panel(
        title=title,
        image=sinogram,
        alt=alt,
        low=low,
        high=high,
        colormap=colormap,
        caption=caption,
        overlays=overlays,
        x_axis=Axis(title="detector", first=edges[0] + half, last=edges[-1] - half, unit="px"),
        y_axis=view_axis(beam.angles_deg),
    )
