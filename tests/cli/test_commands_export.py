"""The command that writes a script."""

import subprocess
import sys

import numpy as np
from PIL import Image

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.export import recipe
from core.studies.notebook import notebook
from tests.helpers.cli_runner import SMALL, run


def test_the_script_lies_in_its_folder_with_its_files(capsys, tmp_path):
    folder = tmp_path / "new" / "a b"
    options = ("--noise", "gaussian", "--set", "filter=hann", "cutoff=0.5")
    code, out, _ = run(capsys, "export", "fbp", *SMALL, *options, "--out", str(folder))
    assert code == 0
    beam = ParallelBeam(views=EvenViews(angles=12), detectors=46)
    scan = Scan(size=64, beam=beam, noise=GaussianNoise())
    expected = recipe(scan, FBP(filter="hann", cutoff=0.5))
    assert {path.name for path in folder.iterdir()} == {"fbp.py", "image.npy"}
    assert (folder / "fbp.py").read_text() == expected.text
    assert (folder / "image.npy").read_bytes() == expected.files["image.npy"]
    install, go = out.splitlines()
    assert install == f"pip install {' '.join(expected.packages)}"
    assert go == f"cd '{folder}' && python fbp.py"


def test_the_image_of_a_visitor_goes_along_and_the_script_runs(capsys, tmp_path):
    pixels = np.random.default_rng(0).integers(0, 255, (40, 64), np.uint8)
    image = tmp_path / "mine.png"
    Image.fromarray(pixels).save(image)
    folder, command = tmp_path / "out", ("export", "cgls", *SMALL, "--image", str(image))
    assert run(capsys, *command, "--iterations", "3", "--out", str(folder))[0] == 0
    assert "mine" not in (folder / "cgls.py").read_text()
    done = subprocess.run(
        [sys.executable, "-I", "cgls.py"], cwd=folder, capture_output=True, text=True, timeout=180
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("SNR ")


def test_nothing_is_written_over(capsys, tmp_path):
    command = ("export", "back_projection", *SMALL, "--out", str(tmp_path))
    (tmp_path / "image.npy").write_text("mine")
    code, out, err = run(capsys, *command)
    assert (code, out, err.count("\n")) == (2, "", 1)
    assert "image.npy is there already" in err
    assert [path.name for path in tmp_path.iterdir()] == ["image.npy"]
    assert (tmp_path / "image.npy").read_text() == "mine"


def test_trouble_is_one_sentence(capsys, tmp_path):
    (tmp_path / "file").write_text("")
    for arguments, sentence in (
        (("magic", "--out", str(tmp_path)), "There is no method 'magic'"),
        (("fbp",), "--out"),
        (("fbp", "--set", "cutoff=2", "--out", str(tmp_path)), "Cutoff must be from"),
        (("fbp", "--out", str(tmp_path / "file")), "could not be written to"),
        (("fbp", "--out", str(tmp_path / ("x" * 300))), "could not be written to"),
    ):
        code, out, err = run(capsys, "export", *arguments)
        assert (code, out, err.count("\n")) == (2, "", 1)
        assert sentence in err


def test_a_notebook_is_one_file(capsys, tmp_path):
    options = ("--notebook", "--iterations", "3", "--out", str(tmp_path))
    code, out, _ = run(capsys, "export", "cgls", *SMALL, *options)
    assert code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["cgls.ipynb"]
    beam = ParallelBeam(views=EvenViews(angles=12), detectors=46)
    expected = notebook(recipe(Scan(size=64, beam=beam), CGLS(iterations=3)))
    assert (tmp_path / "cgls.ipynb").read_text(encoding="utf-8") == expected
    assert out.splitlines()[1].endswith("jupyter notebook cgls.ipynb")
