"""What makes a kept result stale: the code and the files that it depends on, and nothing else."""

import os
import shutil
from dataclasses import replace
from pathlib import Path

import h5py
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.admm import ADMM
from core.methods.fbp import FBP
from core.methods.plug_and_play import PlugAndPlay
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.unet import UNet
from core.networks import weights
from core.networks.training import train_now
from core.problem.images import Lesion, SheppLogan, StoredImage, WithLesion
from core.problem.scan import Scan
from core.problem.stored import ASSETS, IMAGES_FILE, TRAINING_FILE
from core.studies import version
from core.studies.comparison import Comparison
from core.studies.descents import Descent
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.null_space_study import UnseenParts
from core.studies.reconstruction import ReconstructionStudy
from core.studies.sweep import ParameterSweep
from core.studies.training_run import TrainingRun

BEAM = ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0)
HEAD = Scan(size=64, beam=BEAM)
PHANTOM = Scan(size=64, beam=BEAM, image=SheppLogan())
SICK = Scan(size=64, beam=BEAM, image=WithLesion(image=StoredImage(), lesion=Lesion()))
PLAIN = (EvaluatedMethod(method=FBP()),)
LEARNED = (EvaluatedMethod(method=UNet()),)
FEW = PlugAndPlay(iterations=1)


def question(scan=PHANTOM, method=None):
    return ReconstructionStudy(scan=scan, method=method or FBP())


STUDIES = {
    "fbp": question(),
    "admm": question(method=ADMM()),
    "unet": question(method=UNet()),
    "sweep": ParameterSweep(
        scan=PHANTOM,
        method=RegularisedLeastSquares(),
        parameter="epsilon",
        values=(0.1, 1.0, 10.0),
    ),
    "comparison": Comparison(scans=(PHANTOM,), candidates=PLAIN, title=""),
    "unseen": UnseenParts(scan=PHANTOM, candidates=PLAIN),
    "training": TrainingRun(image=PHANTOM.image, steps=10, images=2),
    "descent": Descent(
        scan=PHANTOM, problem="", optimiser="", weights=(0, 0, 0), step=1.0, iterations=1
    ),
}


@pytest.fixture(scope="module")
def copied(tmp_path_factory):
    """A copy of the package, and the versions that the studies have by it."""
    home = tmp_path_factory.mktemp("copy") / "core"
    shutil.copytree(version.HOME, home, ignore=shutil.ignore_patterns("__pycache__", "frontend"))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(version, "HOME", home)
        return home, {name: version.version_of(study) for name, study in STUDIES.items()}


@pytest.fixture
def change(copied, monkeypatch):
    """Give a function that changes a module of the copy, from which versions are taken."""
    home, _ = copied
    monkeypatch.setattr(version, "HOME", home)
    texts = {}

    def add_a_line(module):
        path = home.joinpath(*module.split(".")).with_suffix(".py")
        texts[path] = path.read_text(encoding="utf-8")
        path.write_text(texts[path] + "\nTHIS_IS_NEW = 1\n", encoding="utf-8")
        version.code_digest.cache_clear()
        version._source.cache_clear()

    yield add_a_line
    for path, text in texts.items():
        path.write_text(text, encoding="utf-8")
    version.code_digest.cache_clear()
    version._source.cache_clear()


@pytest.mark.parametrize(
    ("changed", "stale"),
    [
        ("problem.noise.base", set(STUDIES)),
        ("methods.landweber", set()),
        ("methods.fbp", {"fbp", "comparison", "unseen"}),
        ("methods.priors.tv_kernels", {"admm", "sweep"}),
        ("methods.support.null_space", {"unseen"}),
        ("methods.support.parameter_selection", {"sweep", "comparison", "unseen"}),
        ("networks.architectures.blocks", {"unet"}),
        ("networks.architectures.physics", {"unet", "training"}),
        ("networks.architectures.tiny_unet", {"training"}),
        ("studies.sweep", {"sweep", "comparison", "unseen"}),
        ("studies.comparison", {"comparison"}),
        ("studies.null_space_study", {"unseen"}),
        ("studies.training_run", {"training"}),
        ("studies.descents", {"descent"}),
        ("recipes.bridge.use", {"descent"}),
        ("ui.shell", set()),
        ("evaluation.readme", set()),
    ],
)
def test_a_change_of_code_makes_stale_what_imports_it_and_nothing_else(
    change, copied, changed, stale
):
    _, before = copied
    change(changed)
    after = {name: version.version_of(study) for name, study in STUDIES.items()}
    assert {name for name in STUDIES if before[name] != after[name]} == stale


def test_imports_are_found_wherever_they_stand(tmp_path):
    files = {
        "__init__": "",
        "a": "from core.b import (\n    one,\n    two,\n)\nfrom core import c\n",
        "b": "def later():\n    import core.d.e\n    from . import f\n",
        "c": "import os, scipy.linalg\nfrom core.d import name\n",
        "d/__init__": "from core.d.inner import name\n",
        "d/e": "",
        "d/inner": "name = 1\n",
        "f": "from core.a import x\nimport core.c as short\n",
        "unseen": "",
    }
    for name, text in files.items():
        path = tmp_path / f"{name}.py"
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
    found = version.reached(("core.a",), tmp_path)
    assert set(found) == {f"core.{name}" for name in ("a", "b", "c", "d", "d.e", "d.inner", "f")}
    assert found["core.c"].libraries == {"scipy"}
    assert set(version.reached(("core.d.e",), tmp_path)) == {"core.d.e"}


def test_every_library_of_the_package_has_a_version():
    every = tuple(
        ".".join((version.PACKAGE, *path.relative_to(version.HOME).with_suffix("").parts))
        for path in version.HOME.rglob("*.py")
        if path.name != "__init__.py" and "ui" not in path.relative_to(version.HOME).parts
    )
    assert len(version.code_digest(every)) == 64


@pytest.fixture
def reads(monkeypatch):
    """The files that were opened, by any of the two ways in which assets are read."""
    seen = []

    class File(h5py.File):
        def __init__(self, name, *arguments, **options):
            seen.append(Path(name))
            super().__init__(name, *arguments, **options)

    def opened(path, *arguments, **options):
        seen.append(Path(path))
        return safe_open(path, *arguments, **options)

    safe_open = weights.safe_open
    monkeypatch.setattr(h5py, "File", File)
    monkeypatch.setattr(weights, "safe_open", opened)
    weights._load.cache_clear()
    train_now._training_images.cache_clear()
    train_now._unseen_images.cache_clear()
    return seen


@pytest.mark.parametrize(
    ("study", "files"),
    [
        (question(HEAD), {IMAGES_FILE}),
        (question(SICK), {IMAGES_FILE}),
        (question(PHANTOM), set()),
        (question(PHANTOM, UNet()), {weights.path_of("unet")}),
        (question(HEAD, FEW), {IMAGES_FILE, weights.path_of("denoiser")}),
        (
            Comparison(scans=(SICK,), candidates=LEARNED, title=""),
            {IMAGES_FILE, weights.path_of("unet")},
        ),
        (STUDIES["training"], {IMAGES_FILE, TRAINING_FILE}),
    ],
    ids=["head", "lesion", "phantom", "network", "denoiser", "comparison", "training"],
)
def test_the_files_of_a_version_are_those_that_the_study_reads(study, files, reads, monkeypatch):
    monkeypatch.setattr("core.studies.reconstruction.measurement_of", lambda scan: scan.simulate())
    monkeypatch.setattr("core.studies.comparison.measurement_of", lambda scan: scan.simulate())
    study.compute(lambda *_, **__: False)
    assert {path for path in reads if ASSETS in path.parents} == files
    digested = []
    monkeypatch.setattr(version, "file_digest", lambda path: digested.append(path) or "")
    assert replace(study).key  # another one: keys are remembered
    assert set(digested) == files


def test_files_count_by_their_content(tmp_path, monkeypatch):
    copies = tmp_path / "weights"
    copies.mkdir()
    path = shutil.copy(weights.path_of("unet"), copies)
    monkeypatch.setattr(weights, "FOLDER", copies)
    before = version.version_of(question(method=UNet()))
    os.utime(path, (1, 1))
    assert version.version_of(question(method=UNet())) == before
    with Path(path).open("ab") as file:
        file.write(b" ")
    assert version.version_of(question(method=UNet())) != before
    Path(path).unlink()
    assert version.version_of(question(method=UNet())) != before
