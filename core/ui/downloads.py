"""Buttons that save a file, which is made on a click: not at every run of the page."""

from collections.abc import Callable

import streamlit as st


def download(
    label: str,
    content: Callable[[], bytes | str],
    name: str,
    *,
    key: str | None = None,
    icon: str = "download",
    help: str | None = None,
    inline: bool = False,
) -> None:
    """Draw a button that saves `content` as a file of this name; the page does not run for it.

    icon : its name among Material's symbols. inline : like a link among words.
    """
    st.download_button(
        label,
        content,
        file_name=name,
        icon=f":material/{icon}:",
        on_click="ignore",
        key=key,
        help=help,
        type="tertiary" if inline else "secondary",
    )
