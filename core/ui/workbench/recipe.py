"""What can be taken away of each method: the recipe as script or notebook, and all arrays."""

from collections.abc import Mapping
from functools import partial

import streamlit as st

from core.errors import InputError
from core.jobs.queue import the_jobs
from core.methods.base import Method
from core.methods.support.reconstruction import reconstruct
from core.problem.measurement import Source
from core.studies.export import Recipe, recipe
from core.studies.measurements import measurement_of
from core.studies.notebook import notebook
from core.studies.reconstruction import ReconstructionStudy
from core.studies.result_file import reconstruction_bytes
from core.ui.downloads import download
from core.ui.file_names import file_name
from core.ui.workbench.job_status import visitor
from core.ui.workbench.settings_box import settings_box


def recipe_tab(source: Source, chosen: Mapping[str, Method]) -> None:
    """Show the script of each chosen method, filled in with the values on screen."""
    st.markdown(
        "The same picture with ASTRA, PyLops, PyProximal and PyTorch as they come, without this "
        "laboratory. The script leaves the image in `reconstruction`; the notebook carries its "
        "files in itself, and draws the image. The HDF5 file has image, data, history and, for "
        "simulated data, the truth."
    )
    for letter, method in chosen.items():
        with st.expander(f"{letter} · {method.title}", expanded=letter == "A"):
            try:
                script = recipe(source, method)
            except InputError as error:
                st.info(str(error), icon=":material/info:")
                _arrays(letter, source, method)
            else:
                _script(letter, script, source, method)
    settings_box()


def _script(letter: str, script: Recipe, source: Source, method: Method) -> None:
    saved = file_name(method.name, source, "zip" if script.files else "py")
    with st.container(horizontal=True, vertical_alignment="center"):
        download(
            "Script and files" if script.files else "Script",
            script.archive if script.files else lambda: script.text,
            saved,
            key=f"recipe {letter}",
        )
        download(
            "Notebook",
            partial(notebook, script),
            file_name(method.name, source, "ipynb"),
            key=f"notebook {letter}",
            icon="menu_book",
        )
        _arrays(letter, source, method)
        st.caption(how_to_run(script, script.name if script.files else saved), width="stretch")
    st.code(script.text, language="python", height=600)


def _arrays(letter: str, source: Source, method: Method) -> None:
    download(
        "All arrays (HDF5)",
        partial(result_bytes, ReconstructionStudy(scan=source, method=method), visitor()),
        file_name(method.name, source, "h5"),
        key=f"arrays {letter}",
        icon="data_array",
    )


def how_to_run(script: Recipe, saved: str) -> str:
    """One sentence: what to install, and the command for the file that was saved."""
    where = "in the folder of its files, " if script.files else ""
    return f"Run it {where}with `python {saved}`, after `pip install {' '.join(script.packages)}`."


def result_bytes(question: ReconstructionStudy, me: str) -> bytes:
    """The result on screen as HDF5; one that is not there any more is computed once more."""
    job = the_jobs().find(question.task, me)
    result = None if job is None else job.state.result
    if result is None:
        result = reconstruct(question.method, measurement_of(question.scan))
    return reconstruction_bytes(question.scan, result)
