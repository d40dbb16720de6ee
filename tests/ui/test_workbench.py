import csv
import io
from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.methods.landweber import Landweber
from core.methods.learned_primal import LearnedPrimal
from core.methods.lsqr import LSQR
from core.methods.regularised_least_squares import RegularisedLeastSquares
from core.methods.sirt import SIRT
from core.methods.support.history import COLUMNS, History, Snapshot
from core.methods.support.reconstruction import reconstruct
from core.problem import metrics
from core.problem.images import SheppLogan
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.ui.workbench import pictures
from core.ui.workbench.convergence import _line, noise_share, past_best
from core.ui.workbench.displayed_result import Entry, off_scale, styles_for
from core.ui.workbench.job_status import at_iteration, seconds_text
from core.ui.workbench.scores import score_csv, score_table


def history(**last: float) -> History:
    table = np.full((len(COLUMNS), 1), np.nan)
    for name, value in {"iteration": 4, "seconds": 1.0, **last}.items():
        table[COLUMNS.index(name), 0] = value
    return History(names=COLUMNS, table=table)


def entry(letter: str, image: np.ndarray | None = None, method=SIRT, **last: float) -> Entry:
    image = np.zeros((64, 64), np.float32) if image is None else image
    shots = tuple(Snapshot(iteration=i, image=image * i) for i in (0, 1, 4))
    return Entry(
        letter=letter,
        method=method(),
        image=image,
        history=history(**last),
        snapshots=shots,
        stop="finished",
        style=styles_for([method()])[0],
    )


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


def walked(snr, residual, method=SIRT, **more) -> Entry:
    table = np.full((len(COLUMNS), len(snr)), np.nan)
    columns = {"iteration": range(len(snr)), "snr": snr, "residual": residual, **more}
    for name, values in columns.items():
        table[COLUMNS.index(name)] = list(values)
    return replace(entry("A", method=method), history=History(names=COLUMNS, table=table))


def test_semi_convergence_is_told_from_other_ways_to_move_away_from_the_truth():
    lost, fell, grew = [1, 9, 8, 6], [1, 0.5, 0.3, 0.2], [1, 0.5, 0.7, 0.9]
    semi = past_best(walked(lost, fell), noise=0.25)
    assert "closest to the truth at iteration 1 (9.0 dB) and has lost 3.0 dB since" in semi
    assert "fell to 20.00% of the data, of which 25.00% are noise" in semi
    assert "semi-convergence" in semi
    assert "regulariser" not in semi
    assert "its residual grew as well" in past_best(walked(lost, grew), noise=0.25)
    staged = past_best(walked(lost, fell, LearnedPrimal), noise=0.25)
    assert "at stage 1" in staged
    assert "semi-convergence" not in staged
    assert past_best(walked([1, 5, 8, 9], fell), noise=0.25) == ""
    # Where the last iterates were not scored, the last score counts.
    assert "has lost 1.0 dB" in past_best(walked([1, 9, 8, np.nan], fell), noise=0.25)


def test_what_does_not_fit_the_noise_is_no_semi_convergence():
    lost, fell = [1, 9, 8, 6], [1, 0.5, 0.3, 0.2]
    for noise in (0.0, 0.19):
        sentence = past_best(walked(lost, fell), noise)
        assert sentence.endswith("has lost 3.0 dB since, though its residual fell.")
    weighted = walked(lost, fell, regulariser=[0, 1, 2, 3], objective=[9, 8, 7, 6])
    assert "*bias* of the regulariser" in past_best(weighted, noise=0.0)
    assert "semi-convergence" not in past_best(weighted, noise=0.19)
    assert "regulariser is too weak" in past_best(weighted, noise=0.25)
    rising = walked(lost, fell, regulariser=[0, 1, 2, 3], objective=[9, 6, 7, 8])
    assert "bias" not in past_best(rising, noise=0.0)
    assert past_best(walked([1, 9, 8.6], fell[:3]), noise=1.0) == ""  # a loss that nobody sees


SMALL = Scan(
    size=64, beam=ParallelBeam(views=EvenViews(angles=16), detectors=48, detector_width=1.5)
)
NOISY = replace(SMALL, noise=GaussianNoise(level=0.05))


def solved(method, scan) -> tuple[Entry, float]:
    found = scan.simulate()
    result = reconstruct(method, found)
    done = replace(
        entry("A", method=type(method)), method=method, history=result.history, stop=result.stop
    )
    return done, noise_share(found)


@pytest.mark.parametrize("method", [LSQR(iterations=60), Landweber(iterations=500)])
def test_semi_convergence_is_announced_where_noise_is_the_cause(method):
    noisy, share = solved(method, NOISY)
    assert "semi-convergence" in past_best(noisy, share)
    data = NOISY.simulate()
    noise = np.linalg.norm(data.data - data.clean) / np.linalg.norm(data.data)
    assert share == pytest.approx(noise, rel=1e-4)
    assert noisy.history.last("residual") < noise
    # The proof that noise is the cause: from clean data the same iterates only come nearer.
    clean, nothing = solved(method, SMALL)
    assert nothing == 0
    assert np.nanargmax(clean.history["snr"]) > 0.9 * len(clean.history)
    assert past_best(clean, nothing) == ""


def test_a_loss_without_noise_is_put_down_to_the_regulariser():
    heavy, share = solved(RegularisedLeastSquares(epsilon=3.0), SMALL)
    sentence = past_best(heavy, share)
    assert "*bias* of the regulariser" in sentence
    assert "semi-convergence" not in sentence
    # The proof that the weight is the cause: with hardly any, nothing is lost.
    light, share = solved(RegularisedLeastSquares(epsilon=0.01), SMALL)
    assert past_best(light, share) == ""


def test_the_prediction_of_iterate_0_is_its_own(measurement):
    """Iterate 0 is an iterate as any other, and must not be taken for the last one."""
    last = entry("A", np.ones((64, 64), np.float32), method=Landweber, iteration=7)
    first = at_iteration(last, 0)
    shown = pictures.predictions(measurement, [last, first])
    assert np.array_equal(shown[0], measurement.operator.project(last.image))
    assert not shown[1].any()


def test_a_direct_method_is_a_level_line_as_far_as_the_others_go():
    fbp = replace(entry("B", method=FBP, snr=15.0), differs="Hann")
    line = _line(fbp, "snr", "iteration", True, "highest", 40.0)
    assert line.name == "B · Filtered back-projection: Hann"
    assert fbp.short_title == "B · Hann"
    np.testing.assert_array_equal(line.x, [1, 40])
    np.testing.assert_array_equal(line.y, [15, 15])
    assert line.best is None
    many = _line(walked([1, 9, 8], [1, 0.5, 0.3]), "snr", "iteration", False, "highest", 40.0)
    np.testing.assert_array_equal(many.y, [1, 9, 8])
    assert many.best == "highest"
