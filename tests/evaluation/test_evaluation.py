"""The evaluation: what is scored, that it can be interrupted, and what stale rows are worth."""

import json
from dataclasses import replace

import numpy as np
import pytest

from core.cli.commands import main
from core.errors import InputError
from core.evaluation import heads, scores
from core.evaluation.benchmark import Benchmark, spread
from core.evaluation.published import BenchmarkNetwork
from core.evaluation.runner import open_cases, run
from core.evaluation.scores import COLUMNS, save
from core.methods.admm import ADMM
from core.methods.deep_image_prior import DeepImagePrior
from core.methods.fbp import FBP
from core.problem import metrics
from core.problem.images import StoredImage, demo_sets
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.available_methods import TUNED_TV
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.solving import last_image
from tests.helpers.score_rows import row

FBP_ONLY = EvaluatedMethod(method=FBP())


def fbp_benchmark(slices=1, solver=None):
    """The heads at 64² for FBP alone."""
    method = FBP_ONLY if solver is None else replace(FBP_ONLY, method=solver)
    return Benchmark(groups=heads.benchmark(slices, size=64).groups, methods=(method,))


def test_an_evaluation_scores_what_was_reconstructed(tmp_path):
    path = tmp_path / "scores.json"
    calls = []
    run(open_cases([fbp_benchmark()], path), path, advance=lambda: calls.append(1))
    rows = scores(path)
    assert len(calls) == len(rows) == len(demo_sets()) * len(heads.LEVELS)
    entry = demo_sets()[0]
    noise = GaussianNoise(level=0.01)
    image = StoredImage(set=entry.name, slice=entry.slices // 2)
    measurement = Scan(image=image, size=64, noise=noise).simulate()
    (own,) = (r for r in rows if (r.subject, r.noise) == (entry.name, 0.01))
    reconstruction = last_image(FBP(), measurement)
    assert own.number == entry.slices // 2
    assert own.snr == pytest.approx(metrics.snr(reconstruction, measurement.truth), abs=1e-3)
    assert own.ssim == pytest.approx(metrics.ssim(reconstruction, measurement.truth), abs=1e-4)
    misfit = measurement.operator.project(reconstruction) - measurement.data
    relative = np.linalg.norm(misfit) / np.linalg.norm(measurement.data)
    assert own.residual == pytest.approx(relative, abs=1e-5)
    assert own.sigma is None


def test_a_slow_method_is_evaluated_on_fewer_images_and_as_many_as_asked_for(tmp_path):
    def images(**more):
        method = EvaluatedMethod(method=DeepImagePrior(iterations=1), **more)
        few = Benchmark(groups=heads.benchmark(size=64).groups[:1], methods=(method,))
        return [case.number for case in open_cases([few], tmp_path / "scores.json")]

    assert len(images()) == DeepImagePrior.benchmark_images == 2
    assert len(images(images=5)) == 5


def test_an_interrupted_evaluation_goes_on_where_it_was(tmp_path):
    path = tmp_path / "scores.json"
    todo = open_cases([fbp_benchmark(2)], path)
    done = []

    def interrupt():
        done.append(1)
        if len(done) == 3:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run(todo, path, advance=interrupt)
    assert len(scores(path)) == 3
    left = open_cases([fbp_benchmark(2)], path)
    assert [case.key for case in left] == [case.key for case in todo[3:]]
    run(left, path)
    assert open_cases([fbp_benchmark(2)], path) == []


def test_rows_of_other_settings_are_made_anew_and_replaced(tmp_path):
    path = tmp_path / "scores.json"
    run(open_cases([fbp_benchmark()], path), path)
    before = scores(path)
    changed = fbp_benchmark(solver=FBP(filter="hann"))
    stale = open_cases([changed], path)
    assert len(stale) == len(before)
    run(stale, path)
    after = scores(path)
    assert [r.key for r in after] == [r.key for r in before]
    assert all(new.snr != old.snr for new, old in zip(after, before, strict=True))


def test_digests_follow_settings_and_weights():
    plain = EvaluatedMethod(method=FBP(), weights="one")
    network = EvaluatedMethod(method=BenchmarkNetwork(trained="x_dival"), label="x", weights="one")
    others = [
        replace(plain, weights="two"),
        replace(plain, method=FBP(cutoff=0.5)),
        network,
        replace(network, weights="two"),
        TUNED_TV,
        replace(TUNED_TV, method=ADMM(prior="tv", iterations=60)),
        replace(TUNED_TV, tuning="default"),
    ]
    digests = {plain.digest, *(other.digest for other in others)}
    assert len(digests) == 8
    # The weight is searched for: the one that the solver happens to carry plays no part.
    other = replace(TUNED_TV.method, sigma=3.0)
    assert replace(TUNED_TV, method=other).digest == TUNED_TV.digest


def test_the_file_has_one_row_a_line_and_merges_what_others_wrote(tmp_path):
    path = tmp_path / "scores.json"
    save([row(number=1), row(number=0)], path)
    save([row("tv", sigma=0.25), row(number=1, psnr=21.0)], path)
    lines = path.read_text(encoding="utf-8").splitlines()
    content = json.loads("".join(lines))
    assert content["format"] == 1
    assert tuple(content["columns"]) == COLUMNS
    assert len(lines) == 3 + 2
    assert all(len(line) == len(COLUMNS) for line in content["rows"])
    found = {r.key[3:]: r for r in scores(path)}
    assert list(found) == [(0, "fbp"), (0, "tv"), (1, "fbp")]
    assert found[1, "fbp"].psnr == 21
    assert found[0, "tv"] == row("tv", sigma=0.25)
    assert not list(tmp_path.glob("*.partial"))


def test_scores_of_old_weights_never_mix_with_those_of_new_ones(tmp_path):
    path = tmp_path / "scores.json"
    save([row(number=0), row(number=1), row("tv"), row(benchmark="dival")], path)
    save([row(number=1, digest="new")], path)
    kept = [(r.benchmark, r.method, r.number, r.digest) for r in scores(path)]
    assert kept == [("dival", "fbp", 0, "d"), ("heads", "tv", 0, "d"), ("heads", "fbp", 1, "new")]


def test_no_file_is_no_scores(tmp_path):
    assert scores(tmp_path / "scores.json") is None


@pytest.mark.parametrize(
    "damage",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"format": 1', '"format": 99'),
        lambda text: text.replace('"snr"', '"loudness"'),
        lambda text: text.replace("20.0", "NaN"),
        lambda text: text.replace("20.0", '"many"'),
        lambda text: "[]",
    ],
)
def test_damaged_scores_are_refused_with_a_sentence(tmp_path, damage):
    path = tmp_path / "scores.json"
    save([row()], path)
    path.write_text(damage(path.read_text(encoding="utf-8")), encoding="utf-8")
    with pytest.raises(InputError, match=r"The scores in scores\.json cannot be read"):
        scores(path)


def test_the_heads_on_a_finer_grid_are_the_same_slices():
    usual, finer = (
        heads.benchmark(1, size=64).groups,
        heads.benchmark(1, 64, finer_grid=True).groups,
    )
    assert [group.numbers for group in usual] == [group.numbers for group in finer]
    assert {group.benchmark for group in finer} == {heads.FINER}
    one, other = (groups[0].measure(groups[0].numbers[0]) for groups in (usual, finer))
    np.testing.assert_array_equal(one.truth, other.truth)
    assert np.abs(one.data - other.data).max() > 1e-3 * one.data.max()


def test_spread_takes_the_middles_of_equal_parts():
    assert spread(11, None) == spread(11, 50) == tuple(range(11))
    assert spread(81, 1) == (40,)
    assert spread(81, 3) == (13, 40, 67)


def test_a_method_without_weights_is_absent_with_a_sentence(tmp_path, monkeypatch):
    monkeypatch.setattr("core.networks.weights.FOLDER", tmp_path)
    benchmark = heads.benchmark(1)
    present = {method.name for method in benchmark.methods}
    assert {"fbp", "tv"} <= present
    assert not present & {"unet", "learned_primal_dual", "plug_and_play"}
    assert any("unet.safetensors is missing" in sentence for sentence in benchmark.absent)


def test_the_command_scores_and_prints(tmp_path, monkeypatch, capsys):
    path = tmp_path / "scores.json"
    benchmarks = {
        "heads": lambda slices: replace(fbp_benchmark(slices), absent=("Somebody is ill.",))
    }
    monkeypatch.setattr("core.cli.evaluate.BENCHMARKS", benchmarks)
    arguments = ["evaluate", "--benchmark", "heads", "--slices", "2", "--scores", str(path)]
    assert main(arguments) == 0
    printed = capsys.readouterr().out
    assert "Somebody is ill." in printed
    assert printed.count("| fbp | 2 |") == len(demo_sets()) * 2
    assert len(scores(path)) == 8
    assert main([*arguments, "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    subjects = [entry.name for entry in demo_sets()]
    assert [(one["subject"], one["noise"]) for one in found] == [
        (subject, noise) for subject in (*subjects, "all") for noise in (0.0, 0.01)
    ]
    of_one = [row.snr for row in scores(path) if (row.subject, row.noise) == (subjects[0], 0.0)]
    assert found[0]["snr"] == pytest.approx([np.mean(of_one), np.std(of_one, ddof=1)])


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--benchmark", "brains"], "Benchmark must be one of heads"),
        (["--slices", "0"], "Slices must be from 1 to 100, not 0."),
        (["--scores", "no/such/folder/scores.json"], "There is no folder no/such/folder"),
    ],
)
def test_the_command_refuses_with_a_sentence(arguments, sentence, capsys):
    assert main(["evaluate", *arguments]) == 2
    assert sentence in capsys.readouterr().err
