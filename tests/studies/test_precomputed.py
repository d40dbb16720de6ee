from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.landweber import Landweber
from core.methods.support.reconstruction import reconstruct
from core.networks import weights
from core.parameters import settings_of
from core.problem.scan import Scan
from core.studies import precomputed as module
from core.studies.measurements import measurement_of
from core.studies.precomputed import (
    BEFOREHAND,
    MOST_SNAPSHOTS,
    PRECOMPUTED,
    make,
    precomputed_answer,
    precomputed_result,
)
from core.studies.reconstruction import ReconstructionStudy

QUESTION = ReconstructionStudy(
    scan=Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=12), detectors=46)),
    method=Landweber(iterations=5),
)


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the run of a small question of its own."""
    monkeypatch.setitem(module.PRECOMPUTED, "small", QUESTION)
    make("small", tmp_path)
    return tmp_path


@pytest.mark.parametrize("name", sorted(PRECOMPUTED))
def test_what_is_shipped_has_all_settings_of_its_method(name):
    asked = settings_of(PRECOMPUTED[name].method)
    assert asked.items() <= precomputed_result(name).parameters.items()


@pytest.mark.parametrize("name", sorted({*PRECOMPUTED} - {"deep_image_prior"}))
def test_what_is_shipped_is_what_the_method_computes_now(name):
    question = PRECOMPUTED[name]
    result = precomputed_result(name)
    data = measurement_of(question.scan)
    *_, last = question.method.iterate(data.operator, data.data)
    apart = np.linalg.norm(result.image - last.image) / np.linalg.norm(last.image)
    assert apart < 5e-3  # half precision, and sums in another order through several networks
    assert result.snapshots[0].iteration == 0
    planned = question.method.iterations_planned()
    assert result.snapshots[-1].iteration == planned
    assert len(result.snapshots) == min(MOST_SNAPSHOTS.get(name, 24), planned + 1)


def test_a_question_finds_its_stored_result_and_no_other_does():
    question = PRECOMPUTED["plug_and_play"]
    assert precomputed_answer(question).message.startswith(BEFOREHAND)
    assert precomputed_answer(replace(question, scan=QUESTION.scan)) is None
    assert precomputed_answer(QUESTION) is None


def test_what_is_shipped_answers_its_question_and_shows_when_to_stop():
    result = precomputed_result("deep_image_prior")
    errors = -result.history["snr"]
    assert result.stop == "finished"
    assert len(result.snapshots) > 20
    assert not result.snapshots[0].image.flags.writeable
    # The run is there to show a minimum of the error within it: a decibel below its end at least.
    best = int(np.nanargmin(errors))
    assert 0.02 * len(errors) < best < 0.9 * len(errors)
    assert errors[-1] > errors[best] + 1


def test_a_shipped_run_is_the_run_itself_in_the_precision_of_its_file(folder):
    again, result = precomputed_result("small", folder), reconstruct(QUESTION.method, _data())
    # Eleven bits of mantissa.
    np.testing.assert_allclose(again.image, result.image, rtol=2**-11, atol=1e-7)
    np.testing.assert_array_equal(again.history["snr"], result.history["snr"])
    assert np.array_equal(again.snapshots[-1].image, again.image)
    for stored, shot in zip(again.snapshots[:-1], result.snapshots[:-1], strict=True):
        # Half a grey of 255.
        half = np.ptp(shot.image) / 510
        np.testing.assert_allclose(stored.image, shot.image, rtol=0, atol=1.001 * half)


def _data():
    return measurement_of(QUESTION.scan)


def test_a_missing_or_damaged_run_is_a_sentence(folder):
    path = folder / "small.run"
    whole = path.read_bytes()
    for content in (whole[: len(whole) // 2], whole[:-1], b"", b"nonsense"):
        path.write_bytes(content)
        with pytest.raises(InputError, match="missing from assets/runs or damaged"):
            precomputed_result("small", folder)
    path.unlink()
    with pytest.raises(InputError, match="missing"):
        precomputed_result("small", folder)


def test_a_run_of_another_scan_or_of_other_settings_is_refused(folder, monkeypatch):
    wider = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=13), detectors=46))
    longer = replace(QUESTION, method=Landweber(iterations=6))
    for other in (replace(QUESTION, scan=wider), longer):
        monkeypatch.setitem(module.PRECOMPUTED, "small", other)
        with pytest.raises(InputError, match="of another scan, other settings or other weights"):
            precomputed_result("small", folder)


def test_a_run_of_other_weights_does_not_answer(tmp_path, monkeypatch):
    question = PRECOMPUTED["unet"]
    assert precomputed_answer(question) is not None
    (tmp_path / "unet.safetensors").write_bytes(b"weights of another training")
    monkeypatch.setattr(weights, "FOLDER", tmp_path)
    assert precomputed_answer(question) is None
