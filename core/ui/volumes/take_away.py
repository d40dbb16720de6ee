"""The script that makes a volume's reconstruction alone."""

import streamlit as st

from core.errors import InputError
from core.methods.base import Method
from core.problem.volume_scan import VolumeScan
from core.studies.export import recipe
from core.ui.downloads import download
from core.ui.file_names import file_name
from core.ui.workbench.recipe import how_to_run


def script_of(scan: VolumeScan, method: Method) -> None:
    """Offer the script of the method with its values, with the files that it reads."""
    with st.expander(f"The script of {method.title}"):
        st.markdown(
            "The same volume without this laboratory, with PyLops, PyProximal and ASTRA as they "
            "come. The scanner is the module `volume_beams.py` beside the script: the loops of "
            "this laboratory in one file, compiled by Numba. The script leaves the volume in "
            "`reconstruction`."
        )
        try:
            script = recipe(scan, method)
        except InputError as error:
            st.info(str(error), icon=":material/info:")
            return
        with st.container(horizontal=True, vertical_alignment="center"):
            name = file_name(method.name, scan, "zip")
            download("Script and files", script.archive, name, key="volume script")
            st.caption(how_to_run(script, script.name), width="stretch")
        st.code(script.text, language="python", height=400)
