"""What stands below a fit of the deep image prior, at its end."""

import pytest
from streamlit.testing.v1 import AppTest

from tests.helpers.said import said, without_numbers


def page(stop, shapes):
    import numpy as np

    from core.geometry.beams import ParallelBeam
    from core.geometry.views import EvenViews
    from core.jobs.job import JobState
    from core.methods.support.history import History, Snapshot
    from core.methods.support.reconstruction import Reconstruction
    from core.problem.drawing import Drawing
    from core.problem.metrics import snr
    from core.problem.scan import Scan
    from core.studies.measurements import measurement_of
    from core.ui.learned import prior

    beam = ParallelBeam(views=EvenViews(angles=4), detectors=16, detector_width=4.0)
    measurement = measurement_of(Scan(image=Drawing(shapes=shapes), size=64, beam=beam))
    images = [np.full((64, 64), value, np.float32) for value in (0.2, 0.1, 0.0)]
    steps, ones = np.arange(3.0), np.ones(3)
    errors = [snr(image, measurement.truth) for image in images]
    result = Reconstruction(
        method="deep_image_prior",
        parameters={},
        image=images[-1],
        history=History(
            names=("iteration", "snr", "loss", "residual"),
            table=np.array([steps, errors, ones, ones]),
        ),
        snapshots=tuple(Snapshot(iteration=n, image=image) for n, image in enumerate(images)),
        stop=stop,
        message="How it ended.",
        seconds=1.0,
    )
    prior._look(measurement, JobState(phase="done", result=result))


def ended(stop="finished", shapes="disc 1 0 0 0.5"):
    app = AppTest.from_function(page, default_timeout=60, args=(stop, shapes)).run()
    assert not app.exception
    return app


def test_an_empty_image_has_no_relative_error():
    app = ended(shapes="disc 0 0 0 0.1")
    assert not without_numbers(app)
    assert said(app).count("error –") == 3
    assert any("The true image is empty" in text.value for text in app.markdown)
    assert not any("error –" in text for text in said(ended()))


@pytest.mark.parametrize(("stop", "warnings"), [("finished", []), ("diverged", ["How it ended."])])
def test_a_fit_that_diverged_is_a_warning(stop, warnings):
    assert [warning.value for warning in ended(stop).warning] == warnings
