"""The settings of the page as a file, and a field that loads one."""

from collections.abc import Mapping

import streamlit as st

from core.errors import InputError
from core.ui.controls import permalink
from core.ui.controls.link_sentence import plain_text
from core.ui.controls.settings_file import LARGEST_BYTES, Settings, read_settings
from core.ui.downloads import download
from core.ui.figures.component import SCAN
from core.ui.file_names import dated
from core.ui.home.page import COURSE

PAGES: Mapping[str, str] = {title: script for script, title, _ in COURSE}
"""The scripts of the pages that settings may be for, by their titles."""

_SEEN = "settings: file looked at last"


def settings_box() -> None:
    """Offer all that stands in the link as a file, and load such a file again."""
    link = permalink.current()
    left, right = st.columns(2, gap="medium", vertical_alignment="bottom")
    with left:
        download(
            "Download the settings",
            lambda: Settings(page=link.page, query=link.query).to_text(),
            dated(f"settings {link.page}", st.session_state.get(SCAN, ""), "json"),
            icon="tune",
            help="Everything that the link of this page stores, as a small file.",
        )
    with right:
        given = st.file_uploader(
            "Load settings",
            type="json",
            key="settings file",
            max_upload_size=1,
            help=f"A file of settings, at most {LARGEST_BYTES // 1000} kB.",
        )
    if given is None:
        st.session_state[_SEEN] = ""
        return
    try:
        loaded = read_settings(given.getvalue(), PAGES)
    except InputError as error:
        st.error(plain_text(str(error)))
        return
    if st.session_state.get(_SEEN) != given.file_id:
        st.session_state[_SEEN] = given.file_id
        _load(loaded)


def _load(settings: Settings) -> None:
    """Set all controls of a page as the settings have them, the others to their defaults."""
    link = permalink.current()
    link.set_exactly(settings.query)
    if settings.page != link.page:
        st.switch_page(PAGES[settings.page])
    st.rerun()
