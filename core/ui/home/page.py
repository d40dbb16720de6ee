"""The first page: three scenes, with pictures computed from the scan on screen, and the course."""

import base64
import io
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import numpy as np
import streamlit as st
from numpy.typing import NDArray
from PIL import Image

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.problem.images import demo_sets
from core.problem.scan import Scan
from core.ui import cached
from core.ui.controls import permalink
from core.ui.figures.colormaps import COLORMAPS
from core.ui.scan.link import SCANNER_NAMES, scan_query
from core.ui.scan.presets import fitted

Floats = NDArray[np.floating]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """A scan of the image on screen, a picture of it, and the page that it opens."""

    title: str
    words: str
    beam: ParallelBeam
    picture: Callable[[Scan], Floats]
    caption: str
    page: str
    place: Mapping[str, str] = field(default_factory=dict)


def _sinogram(scan: Scan) -> Floats:
    """The data, stretched to a square: every picture of the page has one shape."""
    data = cached.pictures(scan).data
    views, detectors = data.shape
    return np.asarray(data[np.arange(detectors) * views // detectors])


def _reconstruction(scan: Scan) -> Floats:
    shown = cached.measurement(scan)
    image: Floats = next(FBP().iterate(shown.operator, shown.data)).image
    return image


SCENES = (
    Scene(
        title="A brain in the scanner",
        words="The gantry turns, and every view adds a row to the data. Each pixel of the brain "
        "is in there, spread along a sinusoid.",
        beam=ParallelBeam(),
        picture=_sinogram,
        caption="What the scanner reports: 41 views",
        page="pages/forward.py",
        place={"step": "view"},
    ),
    Scene(
        title="Too few views",
        words="Sixteen views are quick and gentle, and leave far more unknowns than equations. "
        "The rays themselves show in the image.",
        beam=ParallelBeam(views=EvenViews(angles=16)),
        picture=_reconstruction,
        caption="Filtered back-projection of 16 views",
        page="pages/classical_inversion.py",
        place={"a": "fbp", "b": "regularised_least_squares"},
    ),
    Scene(
        title="Half the arc",
        words="Where the gantry cannot go round, edges along the missing rays leave almost no "
        "trace in the data. No *stable* method brings them back without a prior.",
        beam=ParallelBeam(views=EvenViews(arc=90.0)),
        picture=_reconstruction,
        caption="Filtered back-projection of 90°",
        page="pages/forward.py",
        place={"step": "unseen", "views": "20"},
    ),
)


def scenes(scan: Scan) -> None:
    """Draw the scenes side by side; a click sets the scan and opens the page."""
    for column, scene in zip(st.columns(3, gap="medium"), SCENES, strict=True):
        shown = Scan(image=scan.image, size=scan.size, beam=fitted(scene.beam, scan.size))
        with column, st.container(border=True, height="stretch"):
            st.subheader(scene.title, anchor=False)
            _draw(scene, shown)
            st.markdown(scene.words)
            if st.button(
                "Open",
                key=f"scene {scene.title}",
                icon=":material/arrow_forward:",
                width="stretch",
                on_click=permalink.follow,
                args=(scan_query(shown) | dict(scene.place), (*SCANNER_NAMES, *scene.place)),
            ):
                st.switch_page(scene.page)


COURSE = (
    ("pages/forward.py", "Forward model", "What a scanner measures, and what it cannot see."),
    (
        "pages/classical_inversion.py",
        "Classical inversion",
        "Back-projection, FBP, regularised least squares; why to stop in time.",
    ),
    (
        "pages/proximal_methods.py",
        "Proximal methods",
        "Total variation and other priors without a gradient, and the solvers for them.",
    ),
    (
        "pages/learned_methods.py",
        "Learned methods",
        "Networks that were trained on heads: how good they are, and where they break.",
    ),
    (
        "pages/compare.py",
        "Compare",
        "All methods on one scan: quality, seconds, and what is known of each.",
    ),
    (
        "pages/autograd_bridge.py",
        "Autograd bridge",
        "How a scanner becomes a layer of PyTorch.",
    ),
)
"""The other pages in the order of the lecture: script, title, and what is in it."""


def course() -> None:
    """Draw a link to every page of the course, and what is in it."""
    st.subheader("The course", anchor=False)
    for script, title, words in COURSE:
        link, about = st.columns([2, 7], vertical_alignment="center")
        link.page_link(script, label=title, icon=":material/arrow_forward:")
        about.markdown(words)


def _draw(scene: Scene, scan: Scan) -> None:
    """Show the picture with a text for who cannot see it, for which `st.image` has no place."""
    picture = cached.memoize(
        "scene", scene.title, scan, compute=lambda: _png_address(scene.picture(scan))
    )
    st.html(f'<img src="{picture}" alt="{scene.caption}" style="width: 100%; border-radius: 6px">')
    st.caption(scene.caption)


def _png_address(image: Floats) -> str:
    """A picture in the lecture's colours, from 0 to its 99.5th percentile, as a data address."""
    brightest = np.percentile(image, 99.5) or image.max() or 1  # a drawing may be nearly empty
    shares = np.clip(image / brightest, 0, 1)
    file = io.BytesIO()
    Image.fromarray(COLORMAPS["bone"][np.rint(255 * shares).astype(int)]).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"


ABOUT = (
    "The course follows a lecture on inverse problems in imaging, in Python notebooks with ASTRA, "
    "PyLops and PyProximal; *the lecture* on these pages is that one, and its settings are the "
    "defaults. Like the lecture, the laboratory takes magnetic resonance images of heads, and "
    "their brightness plays the part of the attenuation of X-rays."
)


def credits_line() -> None:
    """Say whose images and whose work the laboratory stands on."""
    images = " ".join(entry.credit for entry in demo_sets())
    st.caption(ABOUT)
    st.caption(
        f"Images: {images} Projections: ASTRA Toolbox. Solvers: PyLops, PyProximal, SciPy, "
        "PyTorch. Screen: Streamlit, Plotly."
    )
