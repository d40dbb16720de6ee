from core.problem.geometry import ParallelBeam
from core.problem.projector import make_projector
from core.run.bench_bridge import measure_bridge


def test_the_bridge_is_weighed_against_its_operator():
    numbers = measure_bridge(make_projector(64, ParallelBeam(angles=7, detectors=32)), repeats=3)
    times = numbers.pair_ms, numbers.bridge_ms, numbers.bridge_batch_ms
    assert min(times) > 0
    assert numbers.overhead > -1
    assert numbers.batch_ratio > 0
    # The float32 gradient against the float64 matrix: the demand is 1e-6.
    assert 0 < numbers.gradient_error < 1e-6
