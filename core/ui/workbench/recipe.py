"""The recipe: a plain script that makes the same picture, to copy or to keep."""

from collections.abc import Mapping

import streamlit as st

from core.errors import InputError
from core.methods.base import Method
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.studies.export import Recipe, recipe


def recipe_tab(source: Source, chosen: Mapping[str, Method]) -> None:
    """Show the script of each chosen method, filled in with the values on screen."""
    st.markdown(
        "The same picture with ASTRA, PyLops, PyProximal and PyTorch as they come, without this "
        "laboratory. The script leaves the image in `reconstruction`."
    )
    for letter, method in chosen.items():
        with st.expander(f"{letter} · {method.title}", expanded=letter == "A"):
            try:
                script = recipe(simulated(source), method)
            except InputError as error:
                st.info(str(error), icon=":material/info:")
            else:
                _script(letter, script)


def simulated(source: Source) -> Scan:
    """The scan that a script simulates; raise `InputError` for measured data."""
    if isinstance(source, Scan):
        return source
    raise InputError(
        "A script simulates its scan, and these data were measured: the command line solves them "
        "with `python -m core solve METHOD --sinogram FILE`."
    )


def _script(letter: str, script: Recipe) -> None:
    with st.container(horizontal=True, vertical_alignment="center"):
        archive = f"{script.name.removesuffix('.py')}.zip"
        st.download_button(
            f"Download {archive if script.files else script.name}",
            script.archive if script.files else script.text,  # packed on a click
            file_name=archive if script.files else script.name,
            mime="application/zip" if script.files else "text/x-python",
            icon=":material/download:",
            on_click="ignore",
            key=f"recipe {letter}",
        )
        st.caption(how_to_run(script), width="stretch")
    st.code(script.text, language="python", height=600)


def how_to_run(script: Recipe) -> str:
    """One sentence: what to install, and the command."""
    where = "in the folder of its files, " if script.files else ""
    return (
        f"Run it {where}with `python {script.name}`, after "
        f"`pip install {' '.join(script.packages)}`."
    )
