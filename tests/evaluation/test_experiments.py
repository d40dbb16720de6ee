"""The lesion test at many places and worst-case noise: trials, their file, and their tables."""

from dataclasses import replace

import numpy as np
import pytest

from core.cli.commands import main
from core.errors import InputError
from core.evaluation import experiments, lesions, worst_case
from core.evaluation.readme import RESULTS, with_experiments
from core.evaluation.trials import Trial, mean_and_deviation, save, trials
from core.methods.fbp import FBP
from core.problem.images import StoredImage, WithLesion, demo_sets
from core.problem.lesion import finding
from core.problem.lesion_shapes import SHAPES
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.solving import last_image
from tests.helpers.printed_tables import tables_of

FBP_ONLY = (EvaluatedMethod(method=FBP()),)


def trial(method="fbp", number=0, case="disc", **changed):
    values = changed.pop("values", {"recovered": 0.5, "false": 0.1, "elsewhere": 0.2})
    return Trial(
        experiment="lesions", subject="colin27", case=case, number=number, method=method,
        **{"digest": "d", **changed}, values=values,
    )  # fmt: skip


def test_places_are_tissue_all_around_and_a_seed_repeats_them():
    image = StoredImage().read(160)
    found = lesions.places(image, 12)
    assert found == lesions.places(image, 12)
    assert len({(one.x, one.y) for one in found}) == 12
    low, high = lesions.TISSUE
    for one in found:
        inside, ring = one.masks(160)
        around = image[inside | ring]
        assert low < around.min()
        assert around.max() < high
        # So the whole contrast is added, and nothing is cut off.
        changed = one.added_to(image) - image
        np.testing.assert_allclose(changed, lesions.CONTRAST * one.cover(160), atol=1e-6)
    with pytest.raises(InputError, match="0 places for a lesion, and 1 are needed"):
        lesions.places(np.zeros((64, 64), np.float32), 1)


@pytest.mark.parametrize("fewer", [1, 2, 9, 10, 19])
def test_fewer_places_are_the_first_of_more(fewer):
    image = StoredImage().read(160)
    assert lesions.places(image, fewer) == lesions.places(image, 20)[:fewer]


def test_the_trials_of_the_file_are_of_the_places_that_are_drawn_now():
    """Filtered back-projection is quick enough to do a part of it again."""
    again = [one for one in lesions.run(lambda one: one.number < 2, FBP_ONLY) if one]
    made = {row.key: row.values for row in trials()}
    assert len(again) == 2 * 2 * len(SHAPES)
    for row in again:
        assert row.values == pytest.approx(made[row.key], abs=2e-4)


def test_a_trial_is_the_lesion_test_at_its_place():
    rows = list(lesions.run(lambda one: True, FBP_ONLY, count=3, size=64))
    assert len(rows) == 3 * len(SHAPES)
    first, second = (entry.name for entry in demo_sets())
    assert [one.subject for one in rows].count(first) == 2 * len(SHAPES)
    row = next(one for one in rows if (one.subject, one.case) == (second, "ring"))
    image = StoredImage(set=second, slice=demo_sets()[1].default_slice)
    scan = lesions.scan_of(image, 64)
    healthy = scan.simulate()
    lesion = replace(lesions.places(healthy.truth, 1)[0], shape="ring")
    sick = replace(scan, image=WithLesion(image=image, lesion=lesion)).simulate()
    images = [last_image(FBP(), one) for one in (healthy, sick)]
    judged = finding(lesion, (healthy.truth, sick.truth), tuple(images))
    assert row.values["recovered"] == pytest.approx(judged.recovered)
    assert row.values["false"] == pytest.approx(judged.false)


@pytest.mark.parametrize(
    ("module", "constant", "value"),
    [
        (lesions, "RADIUS", 0.1), (lesions, "CONTRAST", 0.3), (lesions, "NOISE", 0.02),
        (lesions, "TISSUE", (0.1, 0.76)), (worst_case, "LEVEL", 0.02),
    ],
)  # fmt: skip
def test_a_trial_of_other_constants_is_out_of_date(module, constant, value, monkeypatch):
    before = _asked(module)
    assert before == _asked(module)
    assert before.isdisjoint(_asked(module, size=96))
    monkeypatch.setattr(module, constant, value)
    assert before.isdisjoint(_asked(module))


def test_worst_case_noise_of_more_steps_is_another_trial():
    assert _asked(worst_case, steps=1).isdisjoint(_asked(worst_case, steps=2))


def _asked(module, size=64, **given):
    """The digests of all trials of an experiment, of which none is made."""
    digests = set()
    list(module.run(lambda one: digests.add(one.digest), FBP_ONLY, 2, size=size, **given))
    return digests


def test_what_is_made_already_is_not_made_again(tmp_path, monkeypatch):
    path = tmp_path / "trials.json"
    monkeypatch.setattr(lesions, "methods", lambda: FBP_ONLY)
    run = lesions.run
    monkeypatch.setattr(lesions, "run", lambda *given: run(*given, size=64))
    calls = []
    experiments.run("lesions", 2, path, lambda: calls.append(1))
    before = path.read_text(encoding="utf-8")
    assert len(calls) == len(trials(path)) == 2 * len(SHAPES)
    monkeypatch.setattr(EvaluatedMethod, "solve", lambda *_: pytest.fail("made again"))
    experiments.run("lesions", 2, path)
    assert path.read_text(encoding="utf-8") == before


def test_an_interrupted_experiment_keeps_what_it_has(tmp_path, monkeypatch):
    path = tmp_path / "trials.json"
    monkeypatch.setattr(lesions, "methods", lambda: FBP_ONLY)
    run = lesions.run
    monkeypatch.setattr(lesions, "run", lambda *given: run(*given, size=64))
    calls = []

    def interrupt():
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        experiments.run("lesions", 2, path, interrupt)
    assert len(trials(path)) == 3


def test_the_file_replaces_trials_of_other_settings(tmp_path):
    path = tmp_path / "trials.json"
    assert trials(path) == ()
    save([trial(), trial(number=1), trial("unet")], path)
    save([trial(number=1, digest="new")], path)
    assert [(one.method, one.number, one.digest) for one in trials(path)] == [
        ("unet", 0, "d"), ("fbp", 1, "new"),
    ]  # fmt: skip
    assert not list(tmp_path.glob("*.partial"))


@pytest.mark.parametrize("damage", ["{", '{"format": 9}', '{"format": 1, "columns": []}', "[]"])
def test_a_damaged_file_gives_a_sentence(tmp_path, damage):
    path = tmp_path / "trials.json"
    path.write_text(damage, encoding="utf-8")
    with pytest.raises(InputError, match=r"trials.json cannot be read\. Take the file from"):
        trials(path)


def test_the_tables_have_means_and_deviations_over_places():
    rows = [
        trial(number=n, case=shape, values={"recovered": r, "false": f, "elsewhere": 0.0})
        for shape in SHAPES
        for n, r, f in ((0, 0.4, -0.1), (1, 0.8, 0.3))
    ]
    rows += [replace(one, method="tv", values={**one.values, "recovered": 0.9}) for one in rows]
    (table,) = tables_of(lesions.as_markdown(rows, {"tv": "TV", "fbp": "FBP"}.get))
    assert table[0] == ["method", *SHAPES, "false, of a disc", "places"]
    assert table[1][:2] == ["TV", "90 ± 0"]
    assert table[2] == ["FBP", *["60 ± 28"] * len(SHAPES), "10 ± 28", "2"]
    mean, deviation = mean_and_deviation(rows[:2], "recovered")
    assert (mean, deviation) == pytest.approx((0.6, np.std([0.4, 0.8], ddof=1)))


def test_worst_case_noise_is_tried_on_slices_of_both_people():
    rows = list(worst_case.run(lambda one: True, FBP_ONLY, slices=1, size=64, steps=1))
    assert [one.subject for one in rows] == [entry.name for entry in demo_sets()]
    for row in rows:
        assert row.values["worst"] > row.values["random"] > 0
        assert row.values["snr_worst"] < row.values["snr_random"] < row.values["snr_clean"]
    first, second = rows
    other = replace(first, number=0, values={**first.values, "worst": first.values["worst"] + 2})
    (table,) = tables_of(worst_case.as_markdown([*rows, other]))
    assert table[1][0] == "fbp"
    assert table[1][-1] == "3"
    # Each person counts once, with the mean over the slices.
    people = [first.values["worst"] + 1, second.values["worst"]]
    assert table[1][2] == f"{np.mean(people):.2f} ± {np.std(people, ddof=1):.2f}"
    names = [one.name for one in worst_case.methods()]
    assert {"fbp", "tv", "unet", "learned_primal_dual"} <= set(names)
    assert {"plug_and_play", "red", "convex_ridge"} <= set(names)
    assert "deep_image_prior" not in names


def test_the_command_runs_an_experiment_and_prints_its_table(tmp_path, monkeypatch, capsys):
    path = tmp_path / "scores.json"
    made = (trial(), trial("tv"))
    monkeypatch.setattr(experiments, "run", lambda name, count, path, advance: save(made, path))
    assert main(["evaluate", "--benchmark", "lesions", "--scores", str(path)]) == 0
    printed = capsys.readouterr().out
    assert "**The lesion test: share of the contrast recovered / %" in printed
    assert "| fbp | 50 |" in printed
    assert main(["evaluate", "--benchmark", "lesions", "--scores", str(path), "--json"]) == 0
    assert '"experiment": "lesions"' in capsys.readouterr().out


def test_the_results_show_the_trials_of_the_file():
    text = RESULTS.read_text(encoding="utf-8")
    assert with_experiments(text, trials()) == text, "run `python -m core evaluate`"
    assert {one.experiment for one in trials()} == set(experiments.EXPERIMENTS)
