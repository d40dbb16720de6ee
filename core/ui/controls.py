"""The scan controls of the sidebar, the same on every page."""

from dataclasses import dataclass
from typing import Any

import streamlit as st

from core.methods.parameters import Parameter
from core.problem.geometry import TRUNCATED, Beam, share_outside
from core.problem.images import demo_sets
from core.problem.scan import Scan
from core.ui import cached, permalink
from core.ui.parameter_controls import control
from core.ui.scan_form import ask_scan
from core.ui.scan_link import scan_query, text_of
from core.ui.scan_presets import PRESETS, fitted
from core.ui.scan_questions import FILE, IMAGE_NAMES, SCANNER_NAMES, UPLOAD
from core.ui.upload import file_control, files
from core.ui.wording import count, percent

SIZES = (64, 96, 128, 160, 192, 224, 256, 288, 320, 384, 448, 512)
ANGLES = (*range(1, 61), *range(62, 121, 2), *range(125, 361, 5), *range(370, 721, 10))
ARCS = tuple(float(arc) for arc in range(5, 361, 5))
LEVELS = tuple(percent / 100 for percent in (0.1, 0.2, 0.3, 0.5, 0.7, 1, 1.5, 2, 3, 5, 7, 10, 20))
PHOTONS = tuple(m * 10.0**power for power in range(2, 7) for m in (1, 2, 5))

IMAGE_WORDS = {
    **{entry.name: entry.title for entry in demo_sets()},
    "shepp_logan": "Shepp–Logan phantom",
    "ellipses": "Random ellipses",
    UPLOAD: "Your own file …",
}


LOOKS: dict[str, dict[str, Any]] = {
    "image": {"words": IMAGE_WORDS},
    "phantom_seed": {"typed": True, "label": "Seed"},
    "size": {"options": SIZES, "show": lambda n: f"{n:g} × {n:g}"},
    "angles": {"options": ANGLES},
    "arc": {"options": ARCS, "show": lambda degrees: f"{degrees:g}°", "label": "Arc"},
    "start": {"typed": True},
    "detectors": {"typed": True},
    "width": {"typed": True, "label": "Width (px)"},
    "source_distance": {"typed": True, "label": "Source (px)"},
    "detector_distance": {"typed": True, "label": "Detector (px)"},
    "noise_level": {"options": LEVELS, "show": lambda share: f"{100 * share:g} %"},
    "photons": {"options": PHOTONS, "show": count, "label": "Photons per ray"},
    "noise_seed": {"typed": True, "label": "Seed of the noise"},
}


@dataclass(frozen=True, kw_only=True)
class _Places:
    """Where the sidebar shows what; whatever is not named goes into `rest`."""

    presets: Any
    field: Any
    named: dict[str, Any]

    def of(self, name: str) -> Any:
        return self.named[name]


def scan_controls() -> Scan:
    """Draw the controls of the scan in the sidebar and return the scan they describe.

    The values are kept between pages and stand in the link; they are always allowed ones.
    """
    with st.sidebar:
        places = _lay_out()

        def ask(parameter: Parameter) -> Any:
            with places.of(parameter.name):
                if parameter.name == FILE.name:
                    chosen[FILE.name] = file_control()
                    return chosen[FILE.name]
                # Each image set, and each file, remembers its own slice.
                of = chosen.get(FILE.name) or chosen.get("image")
                key = f"slice of {of}" if parameter.name == "slice" else ""
                chosen[parameter.name] = control(
                    parameter, key=key, **LOOKS.get(parameter.name, {})
                )
            return chosen[parameter.name]

        chosen: dict[str, Any] = {}
        scan = ask_scan(ask, files())
        with places.presets:
            _presets(scan)
        with places.field:
            _field(scan)
    return scan


def _lay_out() -> _Places:
    presets = st.container(horizontal=True, gap="xsmall", key="presets")
    image = st.container(gap="small")
    st.subheader("Scanner")
    scanner = st.container(gap="small")
    pairs: dict[str, Any] = {}
    with scanner:
        top = st.container(gap="small")
        left, right = st.columns(2)
        pairs |= {"detectors": left, "width": right}
        field = st.container(gap="xsmall")
        near, far = st.columns(2)
        pairs |= {"source_distance": near, "detector_distance": far}
    st.subheader("Noise")
    noise = st.container(gap="small")
    details = st.expander("More settings").container(gap="small")
    named = {
        **dict.fromkeys(IMAGE_NAMES, image),
        **dict.fromkeys(("beam", "angles", "arc"), top),
        **pairs,
        **dict.fromkeys(("noise", "noise_level", "photons"), noise),
        **dict.fromkeys(("projector", "start", "noise_seed"), details),
    }
    return _Places(presets=presets, field=field, named=named)


def _presets(scan: Scan) -> None:
    for preset in PRESETS:
        names = (*IMAGE_NAMES, *SCANNER_NAMES) if preset.whole else SCANNER_NAMES
        st.button(
            preset.title,
            key=f"preset {preset.title}",
            help=preset.help,
            on_click=permalink.follow,
            args=(scan_query(preset.make(scan)), names),
        )


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
            args=(_detectors(better), ("detectors", "width")),
        )


def _detectors(beam: Beam) -> dict[str, str]:
    return {"detectors": text_of(beam.detectors), "width": text_of(beam.detector_width)}
