"""A helical cone beam: source and panel climb along the axis while they turn."""

from dataclasses import dataclass
from typing import ClassVar, final

import numpy as np

from core.array_types import Float64Array
from core.geometry.volume_beams._point import PointPanel
from core.parameters import param


@final
@dataclass(frozen=True, kw_only=True)
class HelicalBeam(PointPanel):
    """A point source on a helix and a flat panel that climbs with it.

    The arc of the views is that of one turn: each angle is taken `turns` times. The helix is
    centred on the volume: it begins turns · pitch / 2 below its middle.
    """

    name: ClassVar[str] = "helix"
    title: ClassVar[str] = "Helix"
    order: ClassVar[int] = 2
    kind: ClassVar[str] = "helical cone"
    view_equations: ClassVar[tuple[str, ...]] = (
        "d(\\theta, s, v) = \\int m\\bigl(p_\\theta + t\\,u_{\\theta sv}\\bigr)\\,dt",
        "p_\\theta = \\bigl(D\\sin\\theta, -D\\cos\\theta, "
        "h\\,\\tfrac{\\theta}{2\\pi} + z_0\\bigr)",
    )
    pixel_equations: ClassVar[tuple[str, ...]] = (
        "s = M(\\theta)\\,(x\\cos\\theta + y\\sin\\theta)",
        "v = M(\\theta)\\,(z - z_0 - h\\,\\tfrac{\\theta}{2\\pi})",
    )
    pixel_curve: ClassVar[str] = "a curve that falls"
    script: ClassVar[str] = """\
G = volume_beams.ConeBeam(
    (SIZE, SIZE, SIZE),
    TURNS * angles,
    (ROWS, DETECTORS),
    (ROW_HEIGHT, DETECTOR_WIDTH),
    (SOURCE_ORIGIN, ORIGIN_DETECTOR),
    heights=PITCH * TURNS * (angles / (2 * np.pi) - 0.5),
    offset=PANEL_OFFSET,
    kernel=KERNEL,
)
"""

    pitch: float = param(
        32.0,
        low=0.0,
        high=10_000.0,
        unit="voxels",
        title="Pitch of the helix",
        label="Pitch (voxels)",
        typed=True,
        place="half",
        help="How far source and panel climb in one turn.",
    )
    turns: float = param(
        2.0,
        low=0.1,
        high=20.0,
        title="Turns of the helix",
        label="Turns",
        typed=True,
        place="half",
        help="How often the gantry turns while it climbs.",
    )

    @classmethod
    def sized(cls, size: int) -> "HelicalBeam":
        """The usual scanner for a volume of this size: two turns from its bottom to its top."""
        usual = super().sized(size)
        return cls(**{**vars(usual), "pitch": size / 2, "turns": 2.0})

    @property
    def angles_deg(self) -> Float64Array:
        """The view angles (views,) in degrees, counted on over the turns."""
        return np.asarray(self.views.angles_deg * self.turns)

    @property
    def source_heights(self) -> Float64Array:
        """How high the source stands in each view (views,), in voxels."""
        climbed = self.angles_deg / 360 - self.turns / 2
        return np.asarray(self.pitch * climbed)
