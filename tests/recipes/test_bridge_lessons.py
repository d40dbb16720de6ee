"""Each lesson on the bridge, held to dense matrices and to what PyTorch says itself."""

import inspect
import re
import runpy
from pathlib import Path

import pytest
import torch

from core.recipes.bridge import chain, checks

torch.set_num_threads(1)


FOLDER = Path(chain.__file__).parent
LESSONS = sorted(path.stem for path in FOLDER.glob("[a-z]*.py"))


@pytest.mark.filterwarnings("ignore:Sparse CSR tensor support")
@pytest.mark.parametrize("lesson", LESSONS)
def test_lessons_run_alone(lesson, capsys):
    runpy.run_path(str(FOLDER / f"{lesson}.py"), run_name="__main__")
    assert len(capsys.readouterr().out.splitlines()) >= 2


@pytest.mark.parametrize(
    ("lesson", "constants", "words"),
    [
        ("chain", {"OPERATOR": '"derivative"', "SIZE": "20"}, "gradients: 0.0e+00"),
        ("demo", {"OPERATOR": '"scan"', "V": '"a checkerboard"'}, "True"),
        ("broken", {"ADJOINT": '"a missing factor"', "SIZE": "32"}, "it diverges"),
        ("by_hand", {"LAYER": "1"}, "from autograd"),
        ("use", {"PROBLEM": '"photons"', "SIZE": "32"}, "40: objective"),
        ("use", {"PROBLEM": '"prior"', "ITERATIONS": "10", "SIZE": "32"}, "10: objective"),
    ],
)
def test_constants_on_top_are_what_a_lesson_is_run_with(lesson, constants, words, capsys, tmp_path):
    text = (FOLDER / f"{lesson}.py").read_text()
    for name, value in constants.items():
        text, found = re.subn(rf"^{name} = [^#\n]*", f"{name} = {value}", text, flags=re.MULTILINE)
        assert found == 1
    script = tmp_path / "lesson.py"
    script.write_text(text)
    runpy.run_path(str(script), run_name="__main__")
    assert words in capsys.readouterr().out


def test_the_rule_is_the_same_in_both_lessons_that_need_it():
    assert inspect.getsource(chain.WithAdjoint) == inspect.getsource(checks.WithAdjoint)
    assert inspect.getsource(chain.with_adjoint) == inspect.getsource(checks.with_adjoint)
