"""What every page stands in: its header, the scan in the sidebar, its link, its errors."""

import gc
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from core.errors import InputError
from core.problem.images import images_trouble
from core.problem.scan import Scan
from core.projection.projector import slowness
from core.ui import memory
from core.ui.controls import parameter_controls, permalink
from core.ui.scan.open_files import bound_uploads
from core.ui.scan.sidebar import scan_controls

P = ParamSpec("P")

_HEAVY = ("numba", "astra", "pylops", "pyproximal", "torch", "plotly", "pydicom", "nibabel")

_STYLE = f"<style>{(Path(__file__).parent / 'frontend' / 'shell.css').read_text()}</style>"


def _guard() -> None:
    """Make sure that the shell around the page runs too.

    A folder called `pages` makes Streamlit run a page without its shell when a fresh process is
    first asked for that page's own address.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


@contextmanager
def page(title: str, idea: str, *, equation: str = "") -> Iterator[Scan]:
    """Draw the header of a page and the scan controls; yield the scan.

    Parameters
    ----------
    title, idea : the name of the page, and what it is about in one sentence.
    equation : LaTeX, beside the title.

    An `InputError` inside becomes its sentence on the page.
    """
    _guard()
    memory.limit_malloc_arenas()
    bound_uploads()
    permalink.begin(title)
    parameter_controls.begin(title)
    st.html(_STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="page_header"):
        st.title(title, width="content", anchor=False)
        if equation:
            st.markdown(f"$\\displaystyle {equation}$", width="content")
        st.space("stretch")
        link = st.container(width="content")
    st.markdown(idea)
    notices = st.container()
    scan = scan_controls()
    try:
        yield scan
    except InputError as error:
        st.error(str(error))
    if slow := slowness(scan.size, scan.beam, scan.kernel):
        notices.info(slow, icon=":material/hourglass_top:")
    if sentence := images_trouble():
        notices.warning(f"{sentence} A phantom stands in for them.", icon=":material/broken_image:")
    if sentences := permalink.finish():
        notices.info("  \n".join(sentences), icon=":material/link:")
    with link:
        permalink.copy_button()
    _freeze(tuple(name for name in _HEAVY if name in sys.modules))
    memory.trim_heap()


def part(draw: Callable[P, None]) -> Callable[P, None]:
    """Make a function a part of a page that runs again alone when one of its widgets is used.

    What its controls hold stays in the link of the page.
    """

    @st.fragment
    @wraps(draw)
    def run(*args: P.args, **options: P.kwargs) -> None:
        permalink.run_whole_page()
        try:
            draw(*args, **options)
        except InputError as error:
            st.error(str(error))
        permalink.publish(draw.__name__)

    return run


@cache
def _freeze(heavy: tuple[str, ...]) -> None:
    """Keep the collector out of what the libraries have loaded, once for each that arrives.

    Streamlit collects after every run; without this it walks through all of them each time.
    """
    gc.collect()
    gc.freeze()
