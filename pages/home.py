"""The first page: what the laboratory is, three ways into it, and the course."""

import streamlit as st

from core.ui import shell
from core.ui.home.page import course, credits_line, scenes

WORDS = """\
Here a brain is scanned, and brought back from its data by every family of methods, from plain
back-projection to networks that learn; each step of each method can be watched, and so can
*why* one does better than another. Everything is computed here and now, on the image and the
scanner that you set up on the left. What defines a picture stands in its address: copy the
link, and others see what you see."""

with shell.page("Inverse problems", WORDS, equation="d = G\\,m + n") as scan:
    scenes(scan)
    st.space("small")
    course()
    st.space("small")
    credits_line()
