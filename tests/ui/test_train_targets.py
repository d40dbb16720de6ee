"""The targets of *Train one now* on the page: their words, and the table of what they reach."""

import math
import re
from dataclasses import replace
from itertools import product

import pytest

from core.errors import InputError
from core.evaluation import target_scores
from core.evaluation.readme import RESULTS
from core.evaluation.target_scores import (
    EARLY,
    NOISES,
    VIEWS,
    TargetRow,
    load,
    save,
    settings,
    targets,
)
from core.networks.training.train_now import TrainingConfig, train, unseen_images
from core.ui.learned.train_targets import TARGETS, score_table

OTHERS = ("half", "sure", "equivariant", "robust")
ROW = TargetRow(target="truth", views=16, noise=0.03, snr=13.0, fbp=8.0, early=0.01, seconds=9.0)


def test_each_target_has_its_words():
    assert tuple(TARGETS) == targets()


@pytest.mark.parametrize("name", TARGETS)
def test_a_loss_can_be_typeset(name):
    loss = TARGETS[name].loss
    assert loss.count("{") == loss.count("}")
    assert loss.count("(") == loss.count(")")
    assert loss.count(r"\lVert") == loss.count(r"\rVert")
    assert not re.search(r"\^(\w|\{[^}]*\})'", loss), "a prime after a superscript is refused"


def test_the_table_marks_the_best_of_those_without_a_truth():
    rows = (ROW, replace(ROW, target="sure", snr=11.0), replace(ROW, target="robust", snr=12.0))
    *_, line = score_table(rows).splitlines()
    assert line == "| 16 | 3 % | 8.0 | 13.0 | – | 11.0 | – | **12.0** |"


def test_the_scores_come_back_from_their_file(tmp_path):
    path = tmp_path / "targets.json"
    save([ROW], path)
    assert load(path) == (ROW,)
    path.write_text(path.read_text().replace('"steps": 300', '"steps": 200'))
    with pytest.raises(InputError, match=r"targets\.json are missing, damaged or of other sett"):
        load(path)


@pytest.mark.parametrize("changed", target_scores.SOURCES)
def test_scores_of_other_losses_or_of_another_network_are_measured_again(
    changed, tmp_path, monkeypatch
):
    """Each file of code in a folder of its own, where one of them gets another line."""
    for name in target_scores.SOURCES:
        (tmp_path / name).parent.mkdir(parents=True)
        (tmp_path / name).write_bytes((target_scores.HOME / name).read_bytes())
    monkeypatch.setattr(target_scores, "HOME", tmp_path)
    path = tmp_path / "targets.json"
    save([ROW], path)
    assert load(path) == (ROW,)
    with (tmp_path / changed).open("a") as file:
        file.write("PROBE = 0.2\n")
    with pytest.raises(InputError, match="of other settings or code"):
        load(path)
    monkeypatch.setattr(target_scores, "row_of", lambda *which: replace(ROW, snr=1.0))
    assert len(list(target_scores.measure(path))) == len(VIEWS) * len(NOISES) * len(targets())


def test_making_the_scores_makes_those_of_the_targets():
    makefile = (RESULTS.parents[1] / "Makefile").read_text(encoding="utf-8")
    recipe = makefile.partition("\nscores:")[2].partition("\n\n")[0]
    assert "python -m core.evaluation.target_scores" in recipe


def test_who_reads_the_file_while_it_is_written_has_a_whole_one(tmp_path):
    path = tmp_path / "targets.json"
    save([ROW], path)
    before = path.read_text()
    with path.open() as reader:
        save([ROW, replace(ROW, target="sure")], path)
        assert reader.read() == before
    assert [other.name for other in tmp_path.iterdir()] == ["targets.json"]


def test_a_training_that_was_lost_has_no_number(tmp_path):
    path = tmp_path / "targets.json"
    save([replace(ROW, snr=math.nan)], path)
    assert "NaN" not in path.read_text()
    (row,) = load(path)
    assert math.isnan(row.snr)


def test_only_what_is_missing_is_measured(tmp_path, monkeypatch):
    path = tmp_path / "targets.json"
    every = [
        replace(ROW, views=views, noise=noise, target=target)
        for views, noise, target in product(VIEWS, NOISES, targets())
    ]
    save(every[:-1], path)
    monkeypatch.setattr(target_scores, "row_of", lambda *which: replace(ROW, snr=1.0))
    assert [row.snr for row in target_scores.measure(path)] == [1.0]
    assert load(path) == (*every[:-1], replace(ROW, snr=1.0))


def test_what_the_words_say_of_the_targets_is_what_was_measured():
    cells = {(row.views, row.noise, row.target): row for row in load()}

    def gain(views, noise, target):
        """By how much the training beat filtered back-projection, in dB."""
        row = cells[views, noise, target]
        return row.snr - row.fbp

    assert max(gain(views, noise, "truth") for views in VIEWS for noise in NOISES) > 4
    for views, noise in product(VIEWS, NOISES):
        assert all(gain(views, noise, "truth") > gain(views, noise, name) for name in OTHERS)
    # Halves learn to denoise; of streaks they learn nothing.
    assert gain(16, 0.0, "half") < 0 < gain(64, 0.1, "half")
    # Without noise SURE is the consistency; what the turned image adds is of the null space.
    for noise in NOISES[:2]:
        assert gain(16, noise, "equivariant") > gain(16, noise, "sure") + 0.3
    # A consistency that knows of no noise fits it, and SURE does not.
    for views in VIEWS:
        assert gain(views, 0.1, "robust") > gain(views, 0.1, "equivariant")


def test_the_stored_scores_are_those_of_this_code():
    """The first steps again: the same network comes out of them."""
    (row,) = [r for r in load() if (r.target, r.views, r.noise) == ("robust", 16, 0.1)]
    config = TrainingConfig(target="robust", views=16, noise=0.1, **settings())
    head = unseen_images()[0]
    points = (trained.point for trained in train(config, head) if trained.step == EARLY)
    assert next(points).validation == pytest.approx(row.early, rel=0.01)
