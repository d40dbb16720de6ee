"""Scripts and notebooks of measured data, run alone and compared with what is on screen."""

import os

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient
from skimage.data import shepp_logan_phantom
from skimage.transform import radon, resize

from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.spdhg import SPDHG
from core.methods.support.reconstruction import reconstruct
from core.problem.measured import Acquisition, MeasuredScan, TiltSeries, open_sinogram
from core.problem.preparation.steps import STEPS
from core.problem.preparation.steps.binning import Binning
from core.problem.preparation.steps.centre import Centre
from core.problem.preparation.steps.flat_field import FlatField
from core.problem.preparation.steps.logarithm import Logarithm
from core.problem.preparation.steps.outliers import Outliers
from core.problem.preparation.steps.rings import Rings
from core.problem.preparation.steps.scaling import Scaling
from core.studies.export import recipe
from core.studies.notebook import notebook
from core.studies.script import FOLDER
from tests.helpers.recipe_runner import executed

ANGLES = np.arange(0, 180, 3.0)
LAST = 'from importlib.util import find_spec\nassert find_spec("core") is None\n'
LAST += 'np.save("left.npy", reconstruction)\n'
OURS = ("MPLBACKEND", "PYTHONPATH")


@pytest.fixture(scope="module")
def counts(tmp_path_factory):
    """Counts of a scanner with fields, a wrong detector and zingers; views are columns."""
    image = np.pad(resize(shepp_logan_phantom(), (44, 44), anti_aliasing=True), 10)
    integrals = radon(image, ANGLES, circle=True) / 40
    rng = np.random.default_rng(0)
    white, dark = rng.uniform(900, 1100, 64), rng.uniform(9, 11, 64)
    measured = dark[:, None] + (white - dark)[:, None] * np.exp(-integrals)
    measured[20] *= 1.05
    measured[rng.integers(0, 64, 9), rng.integers(0, 60, 9)] *= 3
    path = tmp_path_factory.mktemp("measured") / "counts_of_mrs_smith.npz"
    np.savez(path, data=measured, white=white, dark=dark, theta=np.deg2rad(ANGLES))
    return open_sinogram(path.name, path)


def steps(*changed):
    """All steps, some of them changed."""
    settings = {type(step): step for step in changed}
    return tuple(settings.get(step, step()) for step in STEPS)


PREPARATIONS = {
    "fields": (Outliers(remove=True), Rings(filter="sorting"), Centre(by="pairs")),
    "border": (FlatField(field="border"), Rings(filter="wavelet"), Centre(by="hand", offset=-1.3)),
    "brightest": (
        FlatField(field="none"),
        Logarithm(take="yes", floor=0.01),
        Binning(detectors=3, views=2),
    ),
    "fan": (Outliers(remove=True), Centre(by="hand", offset=2.0), Scaling(to_one=False)),
}


@pytest.mark.parametrize("name", PREPARATIONS)
def test_the_script_prepares_and_solves_as_the_laboratory(name, counts, tmp_path):
    acquired = Acquisition(rays="fan", source_axis=300.0) if name == "fan" else Acquisition()
    source = MeasuredScan(series=counts, acquisition=acquired, steps=steps(*PREPARATIONS[name]))
    method = SPDHG(iterations=4) if name == "border" else CGLS(iterations=5)
    exported = recipe(source, method)
    assert "smith" not in exported.text
    left = executed(exported, tmp_path)
    measurement = source.measurement()
    scale = np.abs(measurement.data).max()
    np.testing.assert_allclose(left["data"], measurement.data, atol=1e-5 * scale)
    np.testing.assert_allclose(np.rad2deg(left["angles"]), source.prepared.angles_deg, atol=1e-9)
    image = reconstruct(method, measurement).image
    difference = np.linalg.norm(left["reconstruction"] - image) / np.linalg.norm(image)
    assert difference < 5e-4


def test_every_recipe_of_the_preparation_is_run_above(counts):
    used = set()
    for changed in PREPARATIONS.values():
        source = MeasuredScan(series=counts, steps=steps(*changed))
        used |= {stage.after.recipe for stage in source.stages}
    files = {path.stem for path in (FOLDER / "preparation").glob("*.py")} - {"__init__"}
    assert files | {""} == used


def test_the_notebook_of_the_tilt_series_alone_gives_the_picture(tmp_path):
    source = MeasuredScan(series=TiltSeries(slice=2), steps=steps(Binning(detectors=4)))
    book = nbformat.reads(notebook(recipe(source, FBP())), as_version=4)
    nbformat.validate(book)
    assert any("2°" in cell.source or "haadf" in cell.source.lower() for cell in book.cells)
    book.cells.append(nbformat.v4.new_code_cell(LAST))
    client = NotebookClient(book, timeout=300, resources={"metadata": {"path": tmp_path}})
    client.execute(env={name: value for name, value in os.environ.items() if name not in OURS})
    image = reconstruct(FBP(), source.measurement()).image
    difference = np.linalg.norm(np.load(tmp_path / "left.npy") - image) / np.linalg.norm(image)
    assert difference < 5e-4
    drawn = [out for cell in book.cells if cell.cell_type == "code" for out in cell.outputs]
    assert any("image/png" in out.get("data", {}) for out in drawn)
    assert any("residual" in out.get("text", "") for out in drawn)
