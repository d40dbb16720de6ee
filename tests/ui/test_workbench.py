"""What a workbench shows of its results: scores, images, and the words under them."""

import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.methods.landweber import Landweber
from core.methods.sirt import SIRT
from core.methods.support.history import COLUMNS, History, Snapshot
from core.problem import metrics
from core.problem.images import SheppLogan
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.ui.workbench import pictures
from core.ui.workbench.displayed_result import off_scale, styles_for
from core.ui.workbench.job_status import at_iteration, seconds_text
from core.ui.workbench.scores import score_csv, score_table
from tests.helpers.entries import entry


@pytest.fixture(scope="module")
def measurement():
    beam = ParallelBeam(views=EvenViews(angles=12), detectors=64, detector_width=1.5)
    noise = GaussianNoise(level=0.01)
    return Scan(image=SheppLogan(), size=64, beam=beam, noise=noise).simulate()


def test_the_best_score_is_bold_and_a_tie_is_not():
    table = score_table([entry("A", snr=20.0, ssim=0.5), entry("B", snr=21.0, ssim=0.5)])
    rows = [line.split("|") for line in table.splitlines()[2:]]
    assert [row[2].strip() for row in rows] == ["20.00", "**21.00**"]
    assert [row[4].strip() for row in rows] == ["0.500", "0.500"]


def test_a_score_that_cannot_be_known_is_a_dash():
    table = score_table([entry("A", residual=0.01)])
    assert table.splitlines()[2].split("|")[2].strip() == "–"


def test_the_downloaded_table_has_every_digit_and_the_parameters():
    rows = list(csv.DictReader(io.StringIO(score_csv([entry("A", snr=1 / 3)]))))
    assert float(rows[0]["snr"]) == 1 / 3
    assert rows[0]["method"] == "sirt"
    assert "iterations=100" in rows[0]["parameters"]
    assert rows[0]["psnr"] == ""


def test_an_entry_shows_the_latest_iterate_not_after_the_one_asked():
    one = entry("A", image=np.ones((64, 64), np.float32))
    assert [one.at(i).iteration for i in (0, 1, 3, 4, 99)] == [0, 1, 1, 4, 4]


def test_a_method_chosen_twice_has_two_line_styles():
    first, second, other = styles_for([SIRT(), SIRT(), FBP()])
    assert first.colour == second.colour
    assert first.dash != second.dash
    assert other.colour != first.colour


def test_reconstructions_share_the_truths_range_unless_far_outside(measurement):
    inside = entry("A", image=measurement.truth * np.float32(1.3))
    outside = entry("B", image=measurement.truth * np.float32(1000))
    truth, first, second = pictures.image_row(measurement, [inside, outside], [])
    assert (truth.low, truth.high) == (0.0, 1.0)
    assert (first.low, first.high) == (0.0, 1.0)
    assert (second.low, second.high) == (None, None)
    assert "its own grey range" in second.caption
    assert off_scale(outside.image, 0, 1)


def test_the_residual_of_the_truth_is_the_noise(measurement):
    perfect = entry("A", image=measurement.truth)
    predictions = pictures.predictions(measurement, [perfect])
    noise, residual = pictures.residual_row(measurement, [perfect], predictions)
    np.testing.assert_array_equal(noise.image, measurement.clean - measurement.data)
    np.testing.assert_allclose(residual.image, noise.image, atol=1e-4)
    assert (residual.low, residual.high) == (noise.low, noise.high)
    assert residual.low == -residual.high


def test_errors_lie_on_one_symmetric_range(measurement):
    entries = [
        entry("A", image=measurement.truth + np.float32(0.1)),
        entry("B", image=measurement.truth - np.float32(0.3)),
    ]
    panels = pictures.error_row(measurement, entries, [])
    assert [(p.low, p.high) for p in panels] == [
        pytest.approx((-0.3, 0.3), rel=1e-5),
        pytest.approx((-0.3, 0.3), rel=1e-5),
    ]


def test_the_scrubber_goes_through_each_methods_iterates(measurement):
    one = entry("A", image=measurement.truth)
    frames = pictures.image_row(measurement, [one], [0, 2, 4])[1].image
    np.testing.assert_allclose(frames, np.stack([measurement.truth * k for k in (0, 1, 4)]))


def test_the_words_under_an_image_follow_the_scrubber(measurement):
    """The score of a frame is that of its image, whoever measures it."""
    truth = measurement.truth
    images = [truth * np.float32(share) for share in (0, 0.5, 0.9)]
    shots = tuple(Snapshot(iteration=k, image=m) for k, m in zip((0, 2, 6), images, strict=True))
    table = np.full((len(COLUMNS), 7), np.nan)
    table[COLUMNS.index("iteration")] = range(7)
    for shot in shots:
        table[COLUMNS.index("snr"), shot.iteration] = metrics.snr(shot.image, truth)
    walked = replace(
        entry("A", image=images[-1]),
        history=History(names=COLUMNS, table=table),
        snapshots=shots,
    )
    direct = replace(entry("B", image=truth, method=FBP, snr=30.0), snapshots=())
    frames = [0, 2, 3, 9]
    _, first, second = pictures.image_row(measurement, [walked, direct], frames)
    # 20 log₁₀(1 / (1 − share)) dB for a share of the truth; past its end a method says where it is.
    assert first.caption == [
        "SNR 0.0 dB",
        "SNR 6.0 dB",
        "SNR 6.0 dB, iteration 2",
        "SNR 20.0 dB, iteration 6",
    ]
    assert len(first.caption) == len(first.image)
    assert second.caption == ["SNR 30.0 dB"] * 4
    errors = pictures.error_row(measurement, [walked, direct], frames)
    assert errors[0].caption == ["iteration 0", "iteration 2", "iteration 2", "iteration 6"]
    now = at_iteration(walked, 3)
    predictions = pictures.predictions(measurement, [now])
    (predicted,) = pictures.predicted_row(measurement, [now], predictions)
    assert predicted.caption == "iteration 2"
    (*_, left) = pictures.residual_row(measurement, [now], predictions)
    share = np.linalg.norm(predictions[0] - measurement.data) / np.linalg.norm(measurement.data)
    assert left.caption == f"{100 * share:.2g} % of ‖d‖, iteration 2"


@pytest.mark.parametrize(
    ("seconds", "text"), [(0.0123, "12 ms"), (4.56, "4.6 s"), (61, "61 s"), (150, "2.5 min")]
)
def test_durations_read_as_people_say_them(seconds, text):
    assert seconds_text(seconds) == text


def test_the_prediction_of_iterate_0_is_its_own(measurement):
    """Iterate 0 is an iterate as any other, and must not be taken for the last one."""
    last = entry("A", np.ones((64, 64), np.float32), method=Landweber, iteration=7)
    first = at_iteration(last, 0)
    shown = pictures.predictions(measurement, [last, first])
    assert np.array_equal(shown[0], measurement.operator.project(last.image))
    assert not shown[1].any()
