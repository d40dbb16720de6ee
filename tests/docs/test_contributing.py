"""The recipes of `CONTRIBUTING.md` name every file that must be touched.

Each is followed in a copy of the package with the example in `tests/docs/additions`, writing the
named files and no others; a process of its own then says what the copy knows of the examples.
"""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.helpers import additions_worker

ROOT = Path(__file__).parents[2]
ADDITIONS = Path(__file__).parent / "additions"
TEXT = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")

RECIPES = {
    "A noise model": ("noise", "quantised"),
    "An imperfection of the scanner": ("imperfection", "afterglow"),
    "A step of the preparation of measured data": ("preparation", "smoothing"),
    "A way of choosing views": ("views", "random"),
    "A geometry": ("beam", "shifted"),
    "A prior": ("prior", "elastic_net"),
    "A method": ("method", "steepest_descent"),
    "A page": ("page", "convolution"),
    "An upload format": ("upload", "netpbm"),
}
"""The folder and the name of each recipe's example."""

CHANGES = {
    "streamlit_app.py": [
        (
            'st.Page("pages/volumes.py", title="Volumes"),',
            'st.Page("pages/volumes.py", title="Volumes"),\n'
            '        st.Page("pages/convolution.py", title="Convolution"),',
        )
    ],
    "core/problem/readers/__init__.py": [
        (
            "import archive, arrays, dicom, hdf5, nifti, picture, tiff",
            "import archive, arrays, dicom, hdf5, netpbm, nifti, picture, tiff",
        ),
        ("(hdf5, nifti, dicom, tiff, picture)", "(hdf5, nifti, dicom, tiff, picture, netpbm)"),
        ("TIFF, .npy", "TIFF, PGM, .npy"),
    ],
}
"""What is replaced in the files that a recipe changes."""


def named(heading: str, kind: str, name: str) -> set[str]:
    """The files that a recipe names as new or changed."""
    _, _, after = TEXT.partition(f"\n### {heading}\n")
    section = re.split(r"^#{2,3} ", after, maxsplit=1, flags=re.MULTILINE)[0]
    found = re.search(rf"^{kind}:\n\n((?:- .+\n)+)", section, flags=re.MULTILINE)
    listed = re.findall(r"`([^`]+)`", found[1]) if found else []
    return {path.replace("NAME", name) for path in listed}


@pytest.fixture(scope="module")
def answers(tmp_path_factory):
    copy = tmp_path_factory.mktemp("copy")
    for folder in ("core", "pages"):  # with what is compiled, or the copy would compile it again
        shutil.copytree(ROOT / folder, copy / folder)
    (copy / "assets").symlink_to(ROOT / "assets")
    shutil.copy2(ROOT / "streamlit_app.py", copy)
    for heading, (folder, name) in RECIPES.items():
        for path in named(heading, "New", name):
            (copy / path).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ADDITIONS / folder / path, copy / path)
        for path in named(heading, "Changed", name):
            text = (copy / path).read_text(encoding="utf-8")
            for old, new in CHANGES[path]:
                assert text.count(old) == 1, f"{path} has no {old!r}"
                text = text.replace(old, new)
            (copy / path).write_text(text, encoding="utf-8")
    worker = subprocess.run(
        [sys.executable, additions_worker.__file__],
        cwd=copy,
        env={**os.environ, "PYTHONPATH": str(copy)},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert worker.returncode == 0, worker.stderr[-3000:]
    found = json.loads(worker.stdout.splitlines()[-1])
    assert Path(found["package"]) == copy
    return found


@pytest.mark.parametrize("heading", RECIPES)
def test_a_recipe_names_the_files_of_its_example(heading):
    folder, name = RECIPES[heading]
    example = ADDITIONS / folder
    files = {path.relative_to(example).as_posix() for path in example.rglob("*.py")}
    assert named(heading, "New", name) == files
    assert named(heading, "Changed", name) <= set(CHANGES)


def test_every_change_belongs_to_a_recipe():
    changed = [named(heading, "Changed", name) for heading, (_, name) in RECIPES.items()]
    assert set().union(*changed) == set(CHANGES)


def test_a_noise_model_costs_one_file(answers):
    assert "quantised" in answers["families"]["noise"]
    assert "noise_steps" in answers["parameters"]
    assert "--noise-steps" in answers["help"]


def test_an_imperfection_costs_one_file(answers):
    assert "afterglow" in answers["families"]["imperfections"]
    assert "afterglow_part" in answers["parameters"]
    assert "--afterglow-part" in answers["help"]


def test_a_step_of_the_preparation_costs_two_files(answers):
    assert "smooth_width" in answers["parameters of measured data"]
    assert "--smooth-width" in answers["help"]
    assert answers["steps"][-1] == "Blurred by 1.5 detectors."
    assert answers["script of the preparation"] < 5e-4


def test_a_geometry_costs_one_file(answers):
    assert "shifted" in answers["families"]["beam"]
    assert "shift" in answers["parameters"]
    assert "--shift" in answers["help"]


def test_a_way_of_choosing_views_costs_one_file(answers):
    assert answers["views"] == "RandomViews"
    assert "angles_seed" in answers["parameters"]
    assert "--angles-seed" in answers["help"]


def test_a_link_to_the_additions_opens_them(answers):
    assert answers["complaints"] == []
    assert answers["link"] == additions_worker.SCAN


def test_a_method_costs_two_files(answers):
    assert "steepest_descent" in answers["listed"]
    assert answers["solved"]["iterations"] == 3
    assert answers["solved"]["snr"] > 3
    # The script has ASTRA's projector, on the shifted beam at the random angles.
    assert answers["script of the method"] < 5e-3


def test_a_prior_costs_two_files(answers):
    assert answers["prior"] == "Elastic net"
    assert answers["solved with the prior"]["parameters"]["prior"] == "elastic_net"
    assert answers["script of the prior"] < 5e-3


def test_a_page_costs_its_script_and_its_folder(answers):
    assert answers["navigation"][-1] == "Convolution"
    assert answers["trouble on the page"] == []
    assert "The image has 102400 unknowns." in answers["page"]


def test_an_upload_format_costs_one_file_and_a_line(answers):
    assert answers["upload"] == [pytest.approx([0, 0.2, 0.4]), pytest.approx([0.6, 0.8, 1])]
