"""Without the lecture's images the lab still works: a phantom takes their place."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.cli.commands import main
from core.cli.evaluate import BENCHMARKS
from core.errors import InputError
from core.evaluation.benchmark import Benchmark
from core.evaluation.experiments import EXPERIMENTS
from core.evaluation.published import PUBLISHED
from core.problem import image_files, stored
from core.problem.images import IMAGES
from core.problem.measured import TiltSeries
from core.problem.phantoms import SheppLogan
from core.problem.scan import Scan
from core.problem.stored import IMAGES_FILE, StoredImage, default_image

ROOT = Path(__file__).parents[2]


def damaged(path):
    """A copy of the images in which one byte is wrong, with the checksums of the right ones."""
    content = bytearray(IMAGES_FILE.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    checksums = IMAGES_FILE.with_name(image_files.CHECKSUMS)
    path.with_name(image_files.CHECKSUMS).write_bytes(checksums.read_bytes())
    return path


def missing(path):
    return path


@pytest.fixture(params=[damaged, missing], ids=["damaged", "missing"])
def trouble(request, tmp_path, monkeypatch):
    path = request.param(tmp_path / "images.h5")
    monkeypatch.setattr(stored, "IMAGES_FILE", path)
    monkeypatch.setattr("core.problem.measured.tilt_series.IMAGES_FILE", path)
    forget()
    yield request.param.__name__
    forget()


def forget():
    """What was made of the images before."""
    stored.demo_sets.cache_clear()
    vars(IMAGES).pop("parameter", None)


def test_a_phantom_takes_their_place_and_a_sentence_says_why(trouble):
    assert stored.demo_sets() == ()
    assert default_image() == Scan().image == SheppLogan()
    Scan(size=64).simulate()
    for make in (StoredImage, TiltSeries().raw):
        with pytest.raises(InputError, match=f"images.h5, .* is {trouble}"):
            make()


def test_the_command_line_says_it_too(trouble, capsys):
    assert main(["solve", "fbp", "--size", "64"])
    assert f"is {trouble}" in capsys.readouterr().err
    assert not main(["solve", "fbp", "--size", "64", "--image", "shepp_logan"])


@pytest.mark.parametrize("words", ["table direct", "table priors", "uncertainty"])
def test_tables_of_the_images_say_it_before_the_work(trouble, capsys, words):
    assert main([*words.split(), "--slices", "1"]) == 2
    assert f"is {trouble}" in capsys.readouterr().err


@pytest.mark.parametrize(
    "names", [[], ["heads"], ["dival", "few_views", "lesions"], ["worst_case"]], ids=" ".join
)
def test_an_evaluation_says_it_before_the_work_and_what_needs_them(
    trouble, tmp_path, capsys, names
):
    words = ["evaluate", "--slices", "1", "--scores", str(tmp_path / "scores.json")]
    assert main([*words, *(word for name in names for word in ("--benchmark", name))]) == 2
    said = capsys.readouterr().err
    need = [name for name in names or (*BENCHMARKS, *EXPERIMENTS) if name not in PUBLISHED]
    assert said.startswith("The file ")
    assert f"images.h5, which comes with the laboratory, is {trouble}" in said
    assert said.endswith(f"It is needed by {', '.join(need)}.\n")


def test_ellipses_are_evaluated_without_them(trouble, tmp_path, capsys, monkeypatch):
    reached = Benchmark(groups=(), methods=(), absent=("The ellipses are there.",))
    monkeypatch.setattr("core.cli.evaluate.BENCHMARKS", {"dival": lambda slices: reached})
    main(["evaluate", "--benchmark", "dival", "--scores", str(tmp_path / "scores.json")])
    assert capsys.readouterr().out == "The ellipses are there.\n"


def test_every_page_opens_with_a_phantom(tmp_path):
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.helpers.without_images_worker",
            damaged(tmp_path / "images.h5"),
        ],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=True,
    )
    pages = json.loads(done.stdout.splitlines()[-1])
    assert sorted(pages) == sorted(path.stem for path in (ROOT / "pages").glob("*.py"))
    for page in pages.values():
        assert page["exceptions"] == []
        assert page["image"] == "shepp_logan"
        assert any("is damaged" in warning for warning in page["warnings"])
