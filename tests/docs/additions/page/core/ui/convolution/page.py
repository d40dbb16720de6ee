"""What stands on the page."""

import streamlit as st

from core.problem.scan import Scan


def show(scan: Scan) -> None:
    """Say how many unknowns there are."""
    st.markdown(f"The image has {scan.size**2} unknowns.")
