"""The recipe: a plain script that makes the same picture, to copy or to keep."""

from collections.abc import Mapping

import streamlit as st

from core.methods.base import Method
from core.problem.scan import Scan
from core.run.export import recipe


def recipe_tab(scan: Scan, chosen: Mapping[str, Method]) -> None:
    """Show the script of each chosen method, filled in with the values on screen."""
    st.markdown(
        "The same picture without this laboratory: ASTRA, PyLops and PyProximal as they come. "
        "Run the script in the project's folder, or open it in a notebook."
    )
    for letter, method in chosen.items():
        with st.expander(f"{letter} · {method.title}", expanded=letter == "A"):
            text = recipe(scan, method)
            st.download_button(
                "Download",
                text,
                file_name=f"{method.name}.py",
                mime="text/x-python",
                icon=":material/download:",
                on_click="ignore",
                key=f"recipe {letter}",
            )
            st.code(text, language="python")
