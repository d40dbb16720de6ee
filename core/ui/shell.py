"""What every page stands in: its header, the scan in the sidebar, its link, its errors."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, ParamSpec, overload

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from core.errors import InputError
from core.ui import server
from core.ui.controls import permalink
from core.ui.formulas import formulas
from core.ui.notation import notation_popover
from core.ui.run_slots import RUN_SLOTS

if TYPE_CHECKING:
    from core.problem.scan import Scan
    from core.problem.volume_scan import VolumeScan

P = ParamSpec("P")

_FRONTEND = Path(__file__).parent / "frontend"
_STYLES = ("shell.css", "workbench.css")
_STYLE = f"<style>{''.join((_FRONTEND / name).read_text() for name in _STYLES)}</style>"


def _guard() -> None:
    """Make sure that the shell around the page runs too.

    A folder called `pages` makes Streamlit run a page without its shell when a fresh process is
    first asked for that page's own address.
    """
    if PagesManager.uses_pages_directory:
        PagesManager.uses_pages_directory = False
        st.rerun()


@overload
def page(
    title: str, idea: str, *, equation: str = "", simulated: bool = False
) -> AbstractContextManager[Scan]: ...
@overload
def page(
    title: str, idea: str, *, equation: str = "", volumes: Literal[True]
) -> AbstractContextManager[VolumeScan]: ...
def page(title: str, idea: str, **options: Any) -> AbstractContextManager[Any]:
    """Draw the header of a page and the scan controls; yield the scan.

    Parameters
    ----------
    title, idea : the name of the page, and what it is about in one sentence.
    equation : LaTeX, beside the title.
    simulated : whether all of the page needs a true image, which measured data do not have.
    volumes : whether a volume is scanned; then the sidebar has its controls.

    An `InputError` inside becomes its sentence on the page. The header is drawn at once; the scan
    follows when the libraries are loaded, so what needs them is imported inside.
    """
    return _page(title, idea, **options)


@contextmanager
def _page(
    title: str,
    idea: str,
    *,
    equation: str = "",
    simulated: bool = False,
    volumes: bool = False,
) -> Iterator[Any]:
    _guard()
    permalink.begin(title)
    st.html(_STYLE)
    with st.container(horizontal=True, vertical_alignment="center", key="page_header"):
        st.title(title, width="content", anchor=False)
        if equation:
            st.markdown(formulas(equation), width="content")
        st.space("stretch")
        notation = st.container(width="content")
        presentation = st.container(width="content")
        link = st.container(width="content")
    st.markdown(idea)
    stage = st.container()
    notices = st.container()
    if not server.is_loaded():
        with st.spinner("The laboratory has just been started and loads its libraries …"):
            server.wait_until_loaded()
    from core.problem.images import images_trouble
    from core.projection.projector import slowness
    from core.ui.appearance import appearance_control, look_style
    from core.ui.controls import drawn_controls
    from core.ui.figures.component import SCAN
    from core.ui.file_names import scan_name
    from core.ui.lecture import session
    from core.ui.lecture.card import scene_card
    from core.ui.lecture.presenter import present_button, presenter, stage_style
    from core.ui.scan.open_files import bound_uploads
    from core.ui.scan.sidebar import scan_controls
    from core.ui.scan.source import simulated_meanwhile, source_for
    from core.ui.volumes.sidebar import volume_controls

    bound_uploads()
    drawn_controls.begin(title)
    now = session.begin(title)
    with stage:
        stage_style(now)
        scene_card(now)
    scan: Any = volume_controls() if volumes else scan_controls()
    if not volumes:
        session.remember(scan)
    by_hand = appearance_control()
    with stage:
        look_style(by_hand)
    st.session_state[SCAN] = scan_name(scan if volumes else source_for(scan))
    if simulated:
        simulated_meanwhile(scan)
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
    with notation:
        notation_popover(permalink.current().title)
    with presentation:
        present_button()
    with stage:
        presenter(now, by_hand=by_hand)
    with link:
        permalink.copy_button()


def part(draw: Callable[P, None]) -> Callable[P, None]:
    """Make a function a part of a page that runs again alone when one of its widgets is used.

    What its controls hold stays in the link of the page.
    """

    @st.fragment
    @wraps(draw)
    def run(*args: P.args, **options: P.kwargs) -> None:
        permalink.run_whole_page()
        # In a run of the whole page that one has a slot already.
        with nullcontext() if permalink.current().whole_page else RUN_SLOTS.one():
            try:
                draw(*args, **options)
            except InputError as error:
                st.error(str(error))
            permalink.publish(draw.__name__)

    return run
