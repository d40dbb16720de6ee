"""What the page Compare draws of the first slice: curves, pictures and a profile."""

from streamlit.testing.v1 import AppTest


def nothing_solved():
    import numpy as np

    from core.evaluation.comparison_table import compared_rows
    from core.geometry.beams import ParallelBeam
    from core.geometry.views import EvenViews
    from core.methods.fbp import FBP
    from core.problem.images import RandomEllipses
    from core.problem.measured import MeasuredScan
    from core.problem.scan import Scan
    from core.studies.comparison import Comparison
    from core.studies.comparison_result import MEASURES, ComparisonResult, Remark
    from core.studies.evaluated_method import EvaluatedMethod
    from core.ui.compare import figures

    beam = ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0)
    simulated = Scan(size=64, image=RandomEllipses(seed=3), beam=beam)
    method = EvaluatedMethod(method=FBP())
    result = ComparisonResult(
        table=np.full((len(MEASURES), 1, 1), np.nan),
        images=(np.zeros((0, 0), np.float32),),
        courses=(),
        remarks=(Remark(kind="failed", scan=0, candidate=0, title=method.title, sentence="No."),),
        done=1,
    )
    for source in (MeasuredScan(), simulated):
        comparison = Comparison(
            scans=(source,), candidates=(method,), title="Comparison", keep="single"
        )
        rows = compared_rows(comparison, result)
        assert rows
        figures.quality_curves(comparison, result, rows)
        figures.pictures(comparison, result, rows)
        figures.profile(comparison, result, rows)


def test_where_no_method_gave_an_image_there_is_nothing_to_draw():
    app = AppTest.from_function(nothing_solved, default_timeout=60).run()
    assert not app.exception
    assert not app.markdown
    assert not app.get("bidi_component")


def solved_on_slices():
    from core.evaluation.comparison_table import compared_rows
    from core.geometry.beams import ParallelBeam
    from core.geometry.views import EvenViews
    from core.methods.fbp import FBP
    from core.problem.images import RandomEllipses
    from core.problem.scan import Scan
    from core.studies.comparison import Comparison
    from core.studies.evaluated_method import EvaluatedMethod
    from core.studies.slices import scans_like
    from core.ui.compare import figures

    beam = ParallelBeam(views=EvenViews(angles=12), detectors=32, detector_width=2.0)
    scan = Scan(size=64, image=RandomEllipses(seed=3), beam=beam)
    for count in (1, 3):
        comparison = Comparison(
            scans=scans_like(scan, count),
            candidates=(EvaluatedMethod(method=FBP()),),
            title="Comparison",
            keep="single",
        )
        result = comparison.compute(lambda *args, **options: False)
        figures.quality_curves(comparison, result, compared_rows(comparison, result))


def test_curves_of_one_slice_beside_a_table_of_several_say_so(monkeypatch):
    monkeypatch.setattr("core.ui.compare.figures.plot", lambda *args, **options: None)
    app = AppTest.from_function(solved_on_slices, default_timeout=60).run()
    assert not app.exception
    assert [caption.value for caption in app.caption] == [
        "Curves, pictures and profile: the slice on screen; the table: all 3 slices."
    ]
