"""The one component that draws every figure, and where the browser finds its files.

The scripts in `frontend/`, Plotly's own library, which comes inside the plotly package, and the
images of `frame_store` are served by Streamlit's route for component files: from this same server,
under any base path, once a page load. The component itself is mounted with bytes alone.
"""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Callable
from functools import cache
from importlib.metadata import version
from pathlib import Path
from typing import Any, TypeVar

import streamlit as st
from streamlit.components.v2.get_bidi_component_manager import get_bidi_component_manager
from streamlit.components.v2.manifest_scanner import ComponentConfig, ComponentManifest

from core.ui.figures.frame_store import shelf
from core.ui.figures.payload import pack
from core.ui.style import ON_DARK

_FRONTEND = Path(__file__).parent / "frontend"
_STYLES = ("figure.css", "player.css", "table.css")
_NAME = "lab.figure"
PLOTLY_VERSION = version("plotly")
PLOTLY_ADDRESS = f"/plotly.{PLOTLY_VERSION}/plotly.min.js"
"""How the address of Plotly's library ends."""

SCAN = "figures: name of the scan"
"""Where the session keeps what the names of saved figures call the scan."""

Clicked = TypeVar("Clicked")


def element_key(name: str) -> str:
    """Return the key under which Streamlit keeps the component that we call `name`.

    Components and widgets share one set of keys. No parameter's name begins as these keys do, so
    a figure may be called what a parameter is called. Streamlit refuses a component's key that
    holds two underscores in a row.
    """
    return f"component: {re.sub('_+', '_', name)}"


def mount(
    header: dict[str, Any],
    *,
    key: str,
    height: int | None = None,
    events: dict[str, Callable[[], None]],
) -> Any:
    """Show the component with `header`, which may hold arrays, and return its state.

    Parameters
    ----------
    height : in CSS pixels; None lets the figure find its own.
    events : what the browser may report, with what to call when it does.
    """
    _serve()
    return _component()(
        key=element_key(key),
        data=pack(
            {
                "plotly": PLOTLY_VERSION,
                "name": key,
                "scan": st.session_state.get(SCAN, ""),
                "onDark": ON_DARK,
                **header,
            }
        ),
        height="content" if height is None else height,
        **{f"on_{name}_change": call for name, call in events.items()},
    )


def mount_clickable(
    header: dict[str, Any],
    kind: type[Clicked],
    *,
    key: str,
    height: int | None,
    on_point: bool | Callable[[Clicked], None],
) -> Clicked | None:
    """Show a figure whose points can be clicked and return the one clicked just now."""
    events: dict[str, Callable[[], None]] = {}
    if on_point:

        def report() -> None:
            point = st.session_state[element_key(key)].get("point")
            if point is not None and callable(on_point):
                on_point(kind(**point))

        events["point"] = report
    result = mount({**header, "clickable": bool(on_point)}, key=key, height=height, events=events)
    return kind(**result.point) if on_point and result.point is not None else None


def _serve() -> None:
    """Tell this runtime where the files of figures are."""
    serve_folder(_NAME, _FRONTEND)
    serve_folder("lab.frames", shelf().folder)
    serve_folder(f"plotly.{PLOTLY_VERSION}", _plotly_folder())


@cache
def _plotly_folder() -> Path:
    package = importlib.util.find_spec("plotly")
    assert package is not None
    assert package.origin is not None
    return Path(package.origin).parent / "package_data"


def serve_folder(name: str, folder: Path) -> None:
    """Let this runtime give out a folder's files, as the manifest of an installed package would.

    `name` is that of a component, with a full stop after the package's.
    """
    manager = get_bidi_component_manager()
    if manager.get_component_asset_root(name) is not None:
        return
    package, _, part = name.partition(".")
    config = ComponentConfig(name=part, asset_dir=folder.name)
    manifest = ComponentManifest(name=package, version=PLOTLY_VERSION, components=[config])
    manager.register_from_manifest(manifest, folder.parent)


@cache
def _component() -> Callable[..., Any]:
    """Register the component when the first figure is drawn, for by then there is a runtime.

    Its styles are not isolated: Plotly writes its own into the head of the page, which a shadow
    root would not see.
    """
    css = "\n".join((_FRONTEND / name).read_text() for name in _STYLES)
    return st.components.v2.component(_NAME, css=css, js="main.js", isolate_styles=False)
