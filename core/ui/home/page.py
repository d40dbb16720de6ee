"""The first page: three scenes, with pictures computed from the scan on screen, and the course."""

import base64
import io
from collections.abc import Callable, Mapping

import numpy as np
import streamlit as st
from PIL import Image

from core.array_types import FloatArray
from core.methods.fbp import FBP
from core.problem.scan import Scan
from core.ui import cached
from core.ui.figures.colormaps import COLORMAPS
from core.ui.lecture.library import scenes_of
from core.ui.lecture.scene import Scene
from core.ui.lecture.setting import set_up


def _sinogram(scan: Scan) -> FloatArray:
    """The data, stretched to a square: every picture of the page has one shape."""
    data = cached.measurement(scan).data
    views, detectors = data.shape
    return np.asarray(data[np.arange(detectors) * views // detectors])


def _reconstruction(scan: Scan) -> FloatArray:
    shown = cached.measurement(scan)
    image: FloatArray = next(FBP().iterate(shown.operator, shown.data)).image
    return image


PICTURES: Mapping[str, Callable[[Scan], FloatArray]] = {"data": _sinogram, "fbp": _reconstruction}
"""What makes the thumbnail of a scene."""


def scenes(scan: Scan) -> None:
    """Draw the scenes side by side; a click sets the scan and opens the page."""
    lecture, found = scenes_of("home")
    for column, scene in zip(st.columns(len(found), gap="medium"), found, strict=True):
        with column, st.container(border=True, height="stretch"):
            st.subheader(scene.title, anchor=False)
            _draw(scene, lecture.scan(scene, scan))
            st.markdown(scene.text)
            if st.button(
                "Open",
                key=f"scene {scene.title}",
                icon=":material/arrow_forward:",
                width="stretch",
                on_click=set_up,
                args=(lecture, scene, scan),
            ):
                st.switch_page(scene.script)


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
        "pages/uncertainty.py",
        "Uncertainty",
        "Many images that the data allow, and whether their spread is honest.",
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
    (
        "pages/volumes.py",
        "Volumes",
        "Parallel and cone beams in three dimensions, and what only they can teach.",
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
        "scene", scene.title, scan, compute=lambda: _png_address(PICTURES[scene.thumbnail](scan))
    )
    st.html(f'<img src="{picture}" alt="{scene.caption}" style="width: 100%; border-radius: 6px">')
    st.caption(scene.caption)


def _png_address(image: FloatArray) -> str:
    """A picture in the lecture's colours, from 0 to its 99.5th percentile, as a data address."""
    brightest = np.percentile(image, 99.5) or image.max() or 1  # a drawing may be nearly empty
    shares = np.clip(image / brightest, 0, 1)
    file = io.BytesIO()
    Image.fromarray(COLORMAPS["bone"][np.rint(255 * shares).astype(int)]).save(file, "PNG")
    return f"data:image/png;base64,{base64.b64encode(file.getvalue()).decode()}"
