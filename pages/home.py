"""The first page: what the laboratory is, three ways into it, and the course."""

import streamlit as st

from core.ui import shell

WORDS = """\
Scan a brain, then reconstruct it with every family of methods: from back-projection to neural
networks. Watch every iteration, and see *why* one method does better than another. Nearly
everything is computed while you look, for the image and the scanner that you choose on the left.
The link stores all settings: copy it, and others see what you see."""

with shell.page("Inverse problems", WORDS, equation="d = G\\,m + n", simulated=True) as scan:
    from core.ui.home.lectures import about, lectures
    from core.ui.home.page import course, scenes
    from core.ui.unknown_page import say_what_is_missing

    say_what_is_missing()
    lectures()
    st.space("small")
    scenes(scan)
    st.space("small")
    course()
    st.space("small")
    about()
