from dataclasses import replace

import pytest

from core.cli.commands import main
from core.cli.train import queued
from core.errors import InputError
from core.networks import weights
from core.networks.catalogue import PLANS
from core.networks.data.heads import SHARES, people_seen
from core.networks.training.training import NothingLeftError
from tests.helpers.small_training import set_apart


@pytest.fixture(autouse=True)
def apart(tmp_path, monkeypatch):
    set_apart(tmp_path, monkeypatch, steps=2, batch=1)


def test_a_network_is_trained_and_its_weights_are_named(capsys):
    assert main(["train", "denoiser"]) == 0
    captured = capsys.readouterr()
    assert "denoiser.safetensors" in captured.out
    assert "step 2 of 2" in captured.out
    assert weights.load("denoiser").card["steps"] == 2


def test_a_finished_training_says_how_to_go_on(capsys):
    main(["train", "denoiser"])
    assert main(["train", "denoiser"]) == 2
    assert "has been trained for 2 steps, and 2 were asked for" in capsys.readouterr().err
    assert main(["train", "denoiser", "--steps", "3"]) == 0
    assert weights.load("denoiser").card["steps"] == 3


def test_the_weights_of_the_project_are_trained_further(tmp_path, monkeypatch, capsys):
    main(["train", "denoiser"])
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "another cache"))
    assert main(["train", "denoiser", "--further", "--steps", "4"]) == 0
    card = weights.load("denoiser").card
    assert card["steps"] == 4
    assert [point["step"] for point in card["curve"]] == [2, 4]


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["oracle"], "no network 'oracle'"),
        (["denoiser", "--steps", "0"], "Steps must be"),
        (["denoiser", "--threads", "0"], "Threads must be"),
        (["denoiser", "--seed", "-1"], "Seed must be from 0 to 4294967295, not -1"),
        (["denoiser", "--further"], "denoiser.safetensors is missing"),
        ([], "Name a network, `all`, or --queue"),
        (["denoiser", "--queue"], "one of them only"),
        (["denoiser", "--list"], "goes without a network"),
        (["--queue", "--list"], "goes without a network"),
        (["--list", "--steps", "5"], "and without --steps, --fresh"),
        (["--list", "--fresh"], "and without --steps, --fresh"),
        (["--list", "--further"], "and without --steps, --fresh"),
        (["--list", "--seed", "3"], "and without --steps, --fresh"),
        (["--list", "--threads", "2"], "and without --steps, --fresh"),
    ],
)
def test_bad_input_is_a_sentence(arguments, sentence, capsys):
    assert main(["train", *arguments]) == 2
    error = capsys.readouterr().err
    assert sentence in error
    assert "Traceback" not in error


@pytest.mark.parametrize("which", ["all", "--queue"])
def test_one_that_fails_keeps_none_from_its_training_but_fails_the_command(
    which, monkeypatch, capsys
):
    plans = dict.fromkeys(("a", "b", "c", "d"), PLANS["denoiser"])
    for name, plan in plans.items():
        monkeypatch.setitem(PLANS, name, plan)
    monkeypatch.setattr("core.cli.train.PLANS", plans)
    begun = []

    def train(settings, report):
        begun.append(settings.name)
        if settings.name == "a":
            raise InputError("The loss of a is not finite.")
        if settings.name == "b":
            raise NothingLeftError("b has been trained for 2 steps.")
        return True

    monkeypatch.setattr("core.cli.train.train", train)
    assert main(["train", which]) == 2
    assert begun == ["a", "b", "c", "d"]
    captured = capsys.readouterr()
    assert "loss" not in captured.out
    lines = [line for line in captured.err.splitlines() if line.endswith(".")]
    assert lines == [
        "The loss of a is not finite.",
        "b has been trained for 2 steps.",
        "The training of a failed; the lines above say why.",
    ]


@pytest.mark.parametrize("which", ["all", "--queue"])
def test_nothing_left_to_be_done_is_no_failure(which, monkeypatch, capsys):
    monkeypatch.setattr("core.cli.train.PLANS", {"denoiser": PLANS["denoiser"]})
    assert main(["train", "denoiser"]) == 0
    assert main(["train", which]) == 0
    captured = capsys.readouterr()
    if which == "all":
        assert "has been trained for 2 steps" in captured.err
    else:
        assert "Every network has been trained as long as planned." in captured.out


def test_all_of_them_go_further_too(tmp_path, monkeypatch, capsys):
    # Taken out and put back one by one, the others would stand in another order afterwards.
    monkeypatch.setattr("core.cli.train.PLANS", {"denoiser": PLANS["denoiser"]})
    main(["train", "all"])
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "another cache"))
    assert main(["train", "all", "--further", "--steps", "4"]) == 0
    curve = weights.load("denoiser").card["curve"]
    assert [point["step"] for point in curve] == [2, 4]


def test_the_list_says_whose_heads_a_network_has_seen(capsys):
    assert main(["train", "--list"]) == 0
    rows = {line.split(" | ")[0]: line for line in capsys.readouterr().out.splitlines()}
    for name, plan in PLANS.items():
        assert (people_seen() in rows[f"| {name}"] or people_seen(SHARES) in rows[f"| {name}"]) == (
            not plan.benchmark
        ), name


def test_the_queue_trains_who_is_furthest_from_its_plan_first(tmp_path, monkeypatch, capsys):
    plans = {
        name: replace(PLANS["denoiser"], steps=n) for name, n in (("a", 2), ("b", 4), ("c", 2))
    }
    for name, plan in plans.items():
        monkeypatch.setitem(PLANS, name, plan)
    monkeypatch.setattr("core.cli.train.PLANS", plans)
    assert queued() == ["a", "b", "c"]
    main(["train", "a"])
    main(["train", "b", "--steps", "1"])
    assert queued() == ["c", "b"]
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "another machine"))
    assert main(["train", "--queue"]) == 0
    assert queued() == []
    assert [point["step"] for point in weights.load("b").card["curve"]] == [1, 4]
    assert main(["train", "--list"]) == 0
    rows = [line.split("|")[1].strip() for line in capsys.readouterr().out.splitlines()[-3:]]
    assert rows == ["a", "b", "c"]
