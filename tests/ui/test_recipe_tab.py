"""The tab with the scripts of the chosen methods."""

from streamlit.testing.v1 import AppTest

from core.methods.unet import UNet
from core.networks import weights
from core.problem.images import SheppLogan
from core.problem.scan import Scan
from core.studies.export import recipe
from core.ui.file_names import file_name
from core.ui.workbench.recipe import how_to_run

AWAY = ["Notebook", "All arrays (HDF5)"]


def tab():
    from core.methods.cgls import CGLS
    from core.methods.unet import UNet
    from core.problem.images import SheppLogan
    from core.problem.scan import Scan
    from core.ui.workbench.recipe import recipe_tab

    recipe_tab(Scan(image=SheppLogan()), {"A": UNet(), "B": CGLS()})


def test_a_script_with_files_comes_as_one_archive():
    app = AppTest.from_function(tab, default_timeout=60).run()
    assert not app.exception
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == [
        *("Script and files", *AWAY),
        *("Script", *AWAY),
        "Download the settings",
    ]
    scan = Scan(image=SheppLogan())
    assert app.code[0].value == recipe(scan, UNet()).text.strip()
    assert app.caption[0].value == how_to_run(recipe(scan, UNet()), "unet.py")
    assert app.caption[1].value == (
        f"Run it with `python {file_name('cgls', scan, 'py')}`, after "
        "`pip install astra-toolbox numpy pylops`."
    )


def test_weights_that_are_missing_are_said(monkeypatch, tmp_path):
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    app = AppTest.from_function(tab, default_timeout=60).run()
    assert not app.exception
    assert "The weights of unet are not there" in app.info[0].value
    labels = [button.proto.label for button in app.get("download_button")]
    assert labels == [AWAY[-1], "Script", *AWAY, "Download the settings"]
