"""The lectures that the first page offers, and what this laboratory is."""

import streamlit as st

from core.problem.images import demo_sets
from core.ui.lecture import session
from core.ui.lecture.library import listed_lectures

ABOUT = """\
The course follows a lecture on inverse problems in imaging, given in Python notebooks with ASTRA,
PyLops and PyProximal: *the lecture* on these pages is that one, and its settings are the defaults
here.

**Why magnetic resonance images in a CT scanner?** The leading imaging method for the brain is
magnetic resonance, and open data sets hold such images; the lecture takes them from
[fastMRI](https://fastmri.med.nyu.edu). Like the lecture, this laboratory lets their brightness
play the part of the **attenuation** of X-rays. Real attenuation looks otherwise: bone, which is
dark in these images, would be the brightest. For the mathematics it makes no difference. The tilt
series under *Measured* in the sidebar is a true measurement of projections.

**The libraries of the lecture**

- [ASTRA Toolbox](https://www.astra-toolbox.com): projections in 2-D (parallel and fan beam) and 3-D
  (parallel and cone beam), on CPU and GPU, from Python and MATLAB.
- [PyLops](https://pylops.readthedocs.io): linear operators with their adjoints, and solvers.
- [PyProximal](https://pyproximal.readthedocs.io): proximal operators and algorithms.

A lecture of your own is a folder of text files: `docs/lectures.md` says how to write one."""


def lectures() -> None:
    """Offer each lecture, to follow alone or to present."""
    for lecture in listed_lectures():
        with st.container(border=True, key=f"lecture {lecture.name}"):
            st.subheader(lecture.title, anchor=False)
            st.markdown(lecture.text)
            with st.container(horizontal=True, gap="small"):
                st.button(
                    "Start the lecture",
                    key=f"scene start {lecture.name}",
                    type="primary",
                    icon=":material/play_arrow:",
                    on_click=session.open_lecture,
                    args=(lecture,),
                )
                st.button(
                    "Present it",
                    key=f"present {lecture.name}",
                    icon=":material/present_to_all:",
                    on_click=session.open_lecture,
                    args=(lecture,),
                    kwargs={"present": True},
                )


def about() -> None:
    """Say whose lecture, whose images and whose work the laboratory stands on."""
    images = " ".join(entry.credit for entry in demo_sets())
    with st.expander("About this lab", icon=":material/info:"):
        st.markdown(ABOUT)
        st.caption(
            f"Images: {images} Projections: ASTRA Toolbox. Solvers: PyLops, PyProximal, SciPy, "
            "PyTorch. Screen: Streamlit, Plotly."
        )
