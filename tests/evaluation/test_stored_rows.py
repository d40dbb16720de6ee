"""Scores and trials in `assets` belong to the weights and settings that are there now."""

import pytest

from core.cli.evaluate import BENCHMARKS
from core.evaluation.experiments import EXPERIMENTS
from core.evaluation.runner import cases, open_cases
from core.evaluation.scores import scores
from core.evaluation.trials import trials
from core.networks import weights

AGAIN = "run `python -m core evaluate`"


@pytest.mark.parametrize("name", sorted(BENCHMARKS))
def test_every_case_of_a_benchmark_has_a_score_of_the_present_method(name):
    benchmark = BENCHMARKS[name](None)
    assert open_cases([benchmark]) == [], AGAIN
    wanted = {case.key: case.method.digest for case in cases(benchmark)}
    rows = {row.key: row.digest for row in scores() if row.benchmark == name}
    assert rows == wanted, AGAIN


@pytest.mark.parametrize("name", sorted(EXPERIMENTS))
def test_every_trial_of_an_experiment_is_of_the_present_method(name):
    assert {row.key: row.digest for row in trials() if row.experiment == name} == asked(name), AGAIN


def test_rows_of_other_weights_are_noticed(tmp_path, monkeypatch):
    tensors, card = weights.read("unet")
    for path in weights.FOLDER.iterdir():
        (tmp_path / path.name).symlink_to(path)
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    weights.save("unet", {name: 2 * tensor for name, tensor in tensors.items()}, card)
    assert {case.method.name for case in open_cases([BENCHMARKS["heads"](None)])} == {"unet"}
    made = {row.key: row.digest for row in trials()}
    changed = {key for key, digest in asked("worst_case").items() if made[key] != digest}
    assert {method for *_, method in changed} == {"unet"}


def asked(name):
    """The digest of each trial of an experiment, by its key; none is made."""
    digests = {}
    list(EXPERIMENTS[name](lambda one: digests.update({one.key: one.digest}), None))
    return digests
