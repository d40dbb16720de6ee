"""Notebooks, executed as a student executes them and compared with their methods."""

import json
import os

import nbformat
import numpy as np
import pytest
from nbclient import NotebookClient

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.cgls import CGLS
from core.methods.learned_primal import LearnedPrimal
from core.methods.support.reconstruction import reconstruct
from core.problem.images import RandomEllipses, StoredImage, open_upload
from core.problem.noise import GaussianNoise, PoissonNoise
from core.problem.scan import Scan
from core.studies.export import recipe
from core.studies.notebook import notebook

LAST = """
from importlib.util import find_spec
assert find_spec("core") is None
np.save("left.npy", reconstruction)
"""
OURS = ("MPLBACKEND", "PYTHONPATH")
"""What Streamlit and the tests set for this process, and a student's kernel does not have."""
BEAM = ParallelBeam(views=EvenViews(angles=18), detectors=46)


def mine(tmp_path):
    """A visitor's own file."""
    pixels = np.random.default_rng(0).random((40, 64)).astype(np.float32)
    np.save(tmp_path / "mine.npy", pixels)
    return open_upload("mine.npy", tmp_path / "mine.npy")


@pytest.mark.parametrize("case", ["stored", "phantom", "upload", "network"])
def test_the_notebook_alone_gives_the_picture(case, tmp_path):
    method = LearnedPrimal() if case == "network" else CGLS(iterations=5)
    scan = {
        "stored": lambda: Scan(size=64, image=StoredImage(), beam=BEAM),
        "phantom": lambda: Scan(
            size=64, image=RandomEllipses(seed=2), beam=BEAM, noise=PoissonNoise(photons=1e4)
        ),
        "upload": lambda: Scan(
            size=64, image=mine(tmp_path), beam=BEAM, noise=GaussianNoise(level=0.01)
        ),
        "network": lambda: Scan(size=64, image=StoredImage(), beam=BEAM),
    }[case]()
    folder = tmp_path / "elsewhere"
    folder.mkdir()
    text = notebook(recipe(scan, method))
    assert "mine" not in text
    book = nbformat.reads(text, as_version=4)
    nbformat.validate(book)
    book.cells.append(nbformat.v4.new_code_cell(LAST))
    client = NotebookClient(book, timeout=300, resources={"metadata": {"path": folder}})
    client.execute(env={name: value for name, value in os.environ.items() if name not in OURS})
    image = reconstruct(method, scan.measurement()).image
    difference = np.linalg.norm(np.load(folder / "left.npy") - image) / np.linalg.norm(image)
    assert difference < 5e-4
    drawn = [out for cell in book.cells if cell.cell_type == "code" for out in cell.outputs]
    assert any("image/png" in out.get("data", {}) for out in drawn)
    assert any("SNR" in out.get("text", "") for out in drawn)


def test_a_notebook_is_the_script_in_cells():
    exported = recipe(Scan(size=64, image=RandomEllipses(), beam=BEAM), CGLS())
    content = json.loads(notebook(exported))
    sources = ["".join(cell["source"]) for cell in content["cells"]]
    for piece in exported.pieces[1:]:
        assert piece.strip("\n") in sources
    assert notebook(exported) == notebook(exported)
    assert len({cell["id"] for cell in content["cells"]}) == len(sources)
    assert "b64decode" not in notebook(exported)  # a phantom is computed and needs no file
