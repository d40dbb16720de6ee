import pytest

from core.benchmarks import bench_bridge
from core.benchmarks.bench_bridge import (
    BridgeNumbers,
    bridge_batch,
    bridge_overhead,
    measure_bridge,
)
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.projection.projector import make_projector


def test_the_bridge_is_weighed_against_its_operator():
    numbers = measure_bridge(
        make_projector(64, ParallelBeam(views=EvenViews(angles=7), detectors=32)), repeats=3
    )
    times = numbers.pair_ms, numbers.bridge_ms, numbers.bridge_batch_ms
    assert min(times) > 0
    assert numbers.overhead > -1
    assert numbers.batch_ratio > 0
    # The float32 gradient against the float64 matrix: the demand is 1e-6.
    assert 0 < numbers.gradient_error < 1e-6


def test_its_rows_have_the_ratios_that_are_asked_for(monkeypatch):
    numbers = BridgeNumbers(
        pair_ms=10.0,
        bridge_ms=11.0,
        bridge_batch_ms=22.0,
        overhead=0.1,
        batch_ratio=2.0,
        gradient_error=1e-7,
    )
    monkeypatch.setattr(bench_bridge, "_at_the_lectures_scan", lambda: numbers)
    overhead, batch = bridge_overhead(), bridge_batch()
    # At most 15 % above the operator, and a batch of 4 for less than 1.6 times one image.
    assert overhead.ratio > overhead.at_least == pytest.approx(1 / 1.15)
    assert batch.ratio < batch.at_least == pytest.approx(4 / 1.6)
    assert "10 % more" in overhead.note
    assert "2.0 times" in batch.note
