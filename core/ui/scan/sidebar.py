"""The scan controls of the sidebar, the same on every page."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.description import make
from core.geometry.beams import TRUNCATED, Beam, share_outside
from core.number_format import percent
from core.parameter import Parameter, text_of
from core.problem.images import UploadedImage
from core.problem.lesion import without_lesion
from core.problem.scan import Scan
from core.problem.uploads import DATASET, FILE
from core.ui import cached
from core.ui.controls import permalink
from core.ui.controls.folded import folded
from core.ui.controls.parameter_controls import control
from core.ui.scan.drawing import SHAPES, drawing_control
from core.ui.scan.imperfect import SWITCHES, idle
from core.ui.scan.link import IMAGE_NAMES, SCANNER_NAMES, scan_query
from core.ui.scan.measured_sidebar import measured_controls
from core.ui.scan.presets import PRESETS, Preset, fitted
from core.ui.scan.source import DATA, remember
from core.ui.scan.upload import file_control, files

DETECTOR_NAMES = ("detectors", "detector_width")


@dataclass(frozen=True, kw_only=True)
class _Places:
    """Where the sidebar shows what: the parts from top to bottom, and what is seldom changed.

    closed : the parts that are folded now, in which nothing is drawn.
    """

    presets: Any
    image: Any
    beam: Any
    field: Any
    noise: Any
    wrong: Any
    imperfect: Any
    more: Any
    closed: frozenset[str]
    pairs: dict[str, list[Any]]

    def of(self, parameter: Parameter, part: str) -> Any:
        """The container for the control of a parameter that belongs to this part."""
        if parameter.place == "more":
            return self.more
        if parameter.place == "half" and self.shows(parameter, part):
            return self._half(part)
        return getattr(self, part)

    def shows(self, parameter: Parameter, part: str) -> bool:
        """Whether that control is drawn at present."""
        return ("more" if parameter.place == "more" else part) not in self.closed

    def _half(self, part: str) -> Any:
        """The next half of a row; a new row where both halves are taken."""
        free = self.pairs.setdefault(part, [])
        if not free:
            with getattr(self, part):
                free.extend(st.columns(2))
        return free.pop(0)


def scan_controls() -> Scan:
    """Draw the controls of the scan in the sidebar and return the scan they describe.

    Where data are measured their controls come first, and `core.ui.scan.source` keeps them. The
    values are kept between pages and stand in the link; they are always allowed ones.
    """
    with st.sidebar:
        measured = control(DATA) == "measured"
        own = st.container(gap="small", key="measured_data")
        if measured:
            st.subheader("Simulated scan")
            st.caption("Shown meanwhile where a true image is needed.")
        places = _lay_out()

        def ask(parameter: Parameter) -> Any:
            name = parameter.name
            if idle(name, chosen):
                return parameter.default
            part = _part_of(name)
            with places.of(parameter, part):
                if name in own_controls:
                    chosen[name] = own_controls[name](parameter)
                    return chosen[name]
                # Each image set, each file and each of its arrays remembers its own slice.
                of = chosen.get(FILE.name) or chosen.get("image")
                key = ""
                if name == DATASET.name:
                    key = f"array of {of}"
                elif name == "image_slice":
                    key = f"slice of {of} {chosen.get(DATASET.name, '')}".rstrip()
                shown = places.shows(parameter, part)
                chosen[name] = control(parameter, key=key, drawn=shown)
            return chosen[name]

        own_controls = {FILE.name: file_control, SHAPES: drawing_control}
        chosen: dict[str, Any] = {}
        scan = make(Scan, ask, files())
        with places.image:
            _remarks(scan)
        with places.presets:
            _presets(scan)
        with places.field:
            _field(scan)
        with places.wrong:
            if not scan.exact:
                st.caption(_departures(scan))
        with own:
            remember(measured_controls(scan.kernel) if measured else None)
    return scan


def _lay_out() -> _Places:
    presets = st.container(horizontal=True, gap="xsmall", key="presets")
    image = st.container(gap="small")
    st.subheader("Scanner")
    beam = st.container(gap="small")
    field = st.container(gap="xsmall")
    st.subheader("Noise")
    noise = st.container(gap="small")
    wrong = st.container(gap="xsmall")
    opened: dict[str, bool] = {}
    imperfect, opened["imperfect"] = folded("Imperfect scanner")
    more, opened["more"] = folded("More settings")
    return _Places(
        presets=presets,
        image=image,
        beam=beam,
        field=field,
        noise=noise,
        wrong=wrong,
        imperfect=imperfect,
        more=more,
        closed=frozenset(name for name, is_open in opened.items() if not is_open),
        pairs={},
    )


def _departures(scan: Scan) -> str:
    """In which ways the data are not Gm + n."""
    ways = ["on a finer grid"] if scan.finer_grid else []
    if scan.imperfections:
        ways.append("with " + ", ".join(one.title.lower() for one in scan.imperfections))
    return f"The data are simulated {', '.join(ways)}: they are not $Gm + n$."


def _part_of(name: str) -> str:
    """The part of the sidebar to which a parameter of the scan belongs."""
    if name in IMAGE_NAMES:
        return "image"
    if name in SWITCHES:
        return "imperfect"
    return "noise" if "noise" in name else "beam"


def _presets(scan: Scan) -> None:
    for preset in PRESETS:
        st.button(
            preset.title,
            key=f"preset {preset.title}",
            help=preset.help,
            on_click=_set_up,
            args=(preset, scan),
        )


def _set_up(preset: Preset, scan: Scan) -> None:
    names = (*IMAGE_NAMES, *SCANNER_NAMES) if preset.whole else SCANNER_NAMES
    names += (DATA.name,)  # a preset is a simulated scan
    permalink.follow(scan_query(preset.make(scan)), names)


def _remarks(scan: Scan) -> None:
    """What to know of how a visitor's own file was read."""
    image = without_lesion(scan.image)
    if isinstance(image, UploadedImage) and image.info.blank:
        st.caption(image.info.blank)


def _field(scan: Scan) -> None:
    """Say what the detectors cover, and offer to make them cover the image."""
    lost = share_outside(cached.truth(scan.image, scan.size), scan.beam.field_radius)
    radius = scan.beam.field_radius
    if lost > TRUNCATED:
        st.warning(
            f"The views see a disc of radius {radius:.0f} px whole; {percent(lost)} of the "
            "image lies outside. Rays through it are cut off in some views (truncated data), so "
            "reconstructions get a wrong level and a bright rim."
        )
    else:
        part = f"all but {percent(lost)}" if lost else "all"
        st.caption(f"Covered: a disc of radius {radius:.0f} px, and {part} of the object in it.")
    better = fitted(scan.beam, scan.size)
    if better != scan.beam:
        st.button(
            "Fit the detectors to the image",
            key="fit",
            type="tertiary",
            icon=":material/fit_width:",
            on_click=permalink.follow,
            args=(_detectors(better), DETECTOR_NAMES),
        )


def _detectors(beam: Beam) -> dict[str, str]:
    return {name: text_of(getattr(beam, name)) for name in DETECTOR_NAMES}
