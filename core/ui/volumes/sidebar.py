"""The controls of a volume's scan in the sidebar."""

from dataclasses import replace
from typing import Any

import streamlit as st

from core.errors import InputError
from core.geometry.beams.base import unbounded
from core.geometry.views import EvenViews
from core.geometry.volume_beams import (
    VOLUME_BEAMS,
    ConeBeam,
    HelicalBeam,
    PanelBeam,
    ParallelBeam3D,
    PointPanel,
)
from core.parameter import Parameter
from core.parameters import parameters_of
from core.problem.noise import GaussianNoise, Noise, NoNoise
from core.problem.stored import demo_sets
from core.problem.volume_cautions import cautions
from core.problem.volume_scan import VolumeScan, require_memory
from core.problem.volumes import VOLUMES, VolumeImage
from core.problem.volumes.head import ColinHead
from core.problem.volumes.own_file import UploadedVolume
from core.problem.volumes.shepp_logan import SheppLoganVolume
from core.projection.volume.cuda import has_gpu
from core.ui import cached
from core.ui.controls.folded import folded
from core.ui.controls.parameter_controls import control
from core.ui.volumes.own_volume import own_volume

PREFIX = "volume."
"""What stands before the names of these controls in the link: images have theirs."""
SIZES = (32.0, 48.0, 64.0, 80.0, 96.0, 112.0, 128.0)
VIEWS = (1.0, 5.0, 10.0, 15.0, 20.0, 30.0, 40.0, 50.0, 60.0, 90.0, 120.0, 180.0, 240.0, 360.0)
SHARES = (0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.2, 1.5)

SIZE = Parameter(
    name="volume.size",
    default=64,
    low=8,
    high=128,
    title="Volume size (voxels)",
    help="Side of the volume: the scan has size³ unknowns. 64 is live; 128 takes a while.",
)
VIEW_COUNT = Parameter(name="volume.views", default=60, low=1, high=360, title="Views")
ARC = Parameter(
    name="volume.arc",
    default=360.0,
    low=30.0,
    high=360.0,
    title="Arc (°)",
    help="Parallel rays take half of it, since the other half would repeat them.",
)
WIDTH = Parameter(
    name="volume.width",
    default=1.0,
    low=0.1,
    high=2.0,
    title="Panel width",
    help="As a share of the usual panel, which sees the ball in the volume whole.",
)
HEIGHT = Parameter(name="volume.height", default=1.0, low=0.1, high=2.0, title="Panel height")
DISTANCE = Parameter(
    name="volume.distance",
    default=2.0,
    low=0.5,
    high=10.0,
    title="Source (sides)",
    help="Distance of source and panel from the axis, in sides of the volume. The nearer the "
    "source, the wider the cone.",
)
PITCH = Parameter(
    name="volume.pitch",
    default=0.5,
    low=0.0,
    high=2.0,
    title="Pitch (sides)",
    help="How far source and panel climb in one turn.",
)
TURNS = Parameter(name="volume.turns", default=2.0, low=0.5, high=8.0, title="Turns")
LEVEL = Parameter(
    name="volume.noise",
    default=0.02,
    low=0.0,
    high=1.0,
    title="Noise level",
    help="Standard deviation of Gaussian noise, as a share of the mean of |d|.",
)
KERNEL = Parameter(
    name="volume.kernel",
    default="linear",
    choices=("linear", "strip"),
    words={"linear": "Joseph", "strip": "Footprint", "cuda": "GPU"},
    title="Kernel",
    help="Joseph interpolates along the ray. The separable footprint is the mean over a detector: "
    "nearer to a real one, and twice as long to compute. Of parallel rays it is the strip.",
)
FINER = Parameter(
    name="volume.finer",
    default=True,
    title="Simulate on a finer grid",
    help="The data come from a volume of twice as many voxels on a side: no inverse crime.",
)


def volume_controls() -> VolumeScan:
    """Draw the controls in the sidebar and return the scan; what cannot be is said in a sentence.

    Where the numbers do not go together, as of a source inside the volume, the nearest scan that
    does is taken.
    """
    with st.sidebar:
        place = st.container(gap="small")
        size = int(_slide(SIZE, SIZES, show=lambda n: f"{n:g}³"))
        with place:
            image = _image(size)
        st.subheader("Scanner")
        kind = VOLUME_BEAMS.member(
            _control(_beam_parameter(), words=_titles(VOLUME_BEAMS), narrow=True)
        )
        beam = _beam(kind, size)
        st.subheader("Noise")
        noise = _noise()
        more, drawn = folded("More settings")
        with more:
            kernel = _control(_kernels(beam), drawn=drawn)
            finer = _control(FINER, drawn=drawn)
        return _possible(image, size, beam, kernel, finer, noise)


def _possible(
    image: VolumeImage, size: int, beam: PanelBeam, kernel: str, finer: bool, noise: Noise
) -> VolumeScan:
    """The scan, or one that can be, with a sentence on what was wrong."""
    try:
        require_memory(size, beam, finer=finer)
        scan = VolumeScan(
            image=image, size=size, beam=beam, kernel=kernel, finer_grid=finer, noise=noise
        )
    except InputError as error:
        st.error(str(error))
        beam = type(beam).sized(size)
        scan = VolumeScan(image=image, size=size, beam=beam, kernel=kernel, noise=noise)
        st.caption("The usual scanner of this volume stands in for it.")
    truth = cached.memoize("volume", scan.image, scan.shape, compute=scan.truth)
    for sentence in cautions(truth, scan.beam):
        st.caption(sentence)
    return scan


def _image(size: int) -> VolumeImage:
    # Without the images of the laboratory there is no head: a phantom stands in for it.
    there = [one for one in VOLUMES.members if one is not ColinHead or demo_sets()]
    usual = ColinHead if ColinHead in there else SheppLoganVolume
    name = Parameter(
        name="volume.image",
        default=usual.name,
        choices=tuple(member.name for member in there),
        title="Volume",
        listed=True,
    )
    member = VOLUMES.member(_control(name, words=_titles(VOLUMES)))
    if member is UploadedVolume:
        return own_volume(size) or usual()
    values = {p.name: _control(replace(p, name=f"{PREFIX}{p.name}")) for p in parameters_of(member)}
    volume: VolumeImage = member(**values)
    return volume


def _beam_parameter() -> Parameter:
    names = tuple(member.name for member in VOLUME_BEAMS.members)
    return Parameter(
        name="volume.beam",
        default=ConeBeam.name,
        choices=names,
        title="Beam",
        help=VOLUME_BEAMS.help,
    )


def _titles(family: Any) -> dict[str, str]:
    return {member.name: member.title for member in family.members}


def _beam(kind: type[PanelBeam], size: int) -> PanelBeam:
    """The usual scanner with what the controls change."""
    usual = kind.sized(size)
    views = int(_slide(VIEW_COUNT, VIEWS))
    left, right = st.columns(2)
    with left:
        width = _slide(WIDTH, SHARES)
    with right:
        height = _slide(HEIGHT, SHARES) if kind is not ParallelBeam3D else 1.0
    changes: dict[str, Any] = {"detectors": max(1, round(width * usual.detectors))}
    if isinstance(usual, PointPanel):
        with left:
            distance = _control(DISTANCE, typed=True) * size
        changes |= {
            "rows": max(1, round(height * usual.rows)),
            "source_origin": distance,
            "origin_detector": distance,
        }
    arc = 360.0
    if isinstance(usual, HelicalBeam):
        with right:
            changes["turns"] = _control(TURNS, typed=True)
        with left:
            changes["pitch"] = _control(PITCH, typed=True) * size
    else:
        with right:
            arc = _control(ARC, typed=True)
        if kind is ParallelBeam3D:
            arc /= 2
    changes["views"] = EvenViews(angles=views, arc=arc)
    return unbounded(usual, **changes)


def _kernels(beam: PanelBeam) -> Parameter:
    """The kernels of a beam that can be had here."""
    choices = KERNEL.choices + (beam.gpu_kernels if has_gpu() else ())
    return replace(KERNEL, choices=choices)


def _noise() -> Noise:
    stops = (0.0, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2)
    level = _slide(LEVEL, stops, show=lambda share: f"{100 * share:g} %")
    return GaussianNoise(level=level) if level > 0 else NoNoise()


def _control(parameter: Parameter, **options: Any) -> Any:
    return control(parameter, label=parameter.title, **options)


def _slide(parameter: Parameter, stops: Any, **options: Any) -> float:
    value: float = _control(parameter, options=stops, **options)
    return value
