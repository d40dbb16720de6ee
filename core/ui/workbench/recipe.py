"""The recipe: a plain script that makes the same picture, to copy or to keep."""

from collections.abc import Mapping

import streamlit as st

from core.methods.base import Method
from core.problem.errors import InputError
from core.problem.scan import Scan
from core.run.export import recipe


def recipe_tab(scan: Scan, chosen: Mapping[str, Method]) -> None:
    """Show the script of each chosen method, filled in with the values on screen."""
    st.markdown(
        "The same picture with ASTRA, PyLops and PyProximal as they come. The script runs in "
        "this laboratory's folder and leaves the image in `reconstruction`."
    )
    for letter, method in chosen.items():
        with st.expander(f"{letter} · {method.title}", expanded=letter == "A"):
            _script(scan, letter, method)


def _script(scan: Scan, letter: str, method: Method) -> None:
    try:
        script = recipe(scan, method)
    except InputError as error:
        st.info(str(error))
        return
    downloads: dict[str, str | bytes] = {script.name: script.text, **script.files}
    with st.container(horizontal=True):
        for name, content in downloads.items():
            st.download_button(
                f"Download {name}",
                content,
                file_name=name,
                mime="text/x-python" if name == script.name else "application/octet-stream",
                icon=":material/download:",
                on_click="ignore",
                key=f"recipe {letter} {name}",
            )
    if script.files:
        st.caption("Put the files into one folder and run the script there.")
    st.code(script.text, language="python")
