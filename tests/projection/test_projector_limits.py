"""Scans too large for their weights are left to ASTRA, and many threads or processes share one."""

import copy
import multiprocessing
import pickle
import threading
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.projection import projector as module
from core.projection import reference
from core.projection.projector import make_projector
from tests.helpers.projected import (
    CURVED_STRIP_TOLERANCE,
    SCANS,
    TOLERANCES,
    deviation,
    noise,
    signed,
)


def test_threads_do_not_change_the_result():
    size, beam = SCANS["lecture"]
    one, four = (make_projector(size, beam, threads=threads) for threads in (1, 4))
    assert (one.threads, four.threads) == (1, 4)
    image, sinogram = noise(one.dims), noise(one.dimsd)
    expected = one.project(image)
    # The threads' partial sums are added up in another order.
    np.testing.assert_allclose(four.project(image), expected, rtol=2e-5)
    np.testing.assert_array_equal(four.back_project(sinogram), one.back_project(sinogram))


@pytest.fixture
def too_large(monkeypatch):
    """A scan whose weights are more than allowed, and the same scan by its weights."""
    size, beam = 64, ParallelBeam(views=EvenViews(angles=6, start=1.5), detectors=40)
    by_weights = make_projector(size, beam)
    monkeypatch.setattr(module, "WEIGHTS_LIMIT", 1000)
    monkeypatch.setattr(module, "MEMORY", module.SizedLRU(1e6, lambda operator: operator.nbytes))
    return make_projector(size, beam), by_weights


def test_a_scan_too_large_for_its_weights_is_left_to_astra(too_large):
    operator, by_weights = too_large
    assert operator.backend.startswith("ASTRA on the processor. The weights would take")
    assert by_weights.backend.startswith("Exact weights in memory")
    images, sinograms = noise((2, 64, 64)), noise((2, 6, 40))
    there, back = operator.project(images), operator.back_project(sinograms)
    expected = by_weights.project(images)
    np.testing.assert_allclose(there, expected, atol=5e-4 * expected.max())
    expected = by_weights.back_project(sinograms)
    np.testing.assert_allclose(back, expected, atol=5e-4 * expected.max())
    assert operator.norm_squared == pytest.approx(by_weights.norm_squared, rel=1e-3)
    assert abs(operator.matrix() @ images[0].ravel() - there[0].ravel()).max() < 1e-4
    np.testing.assert_allclose(operator.angle_subset([4]).project(images), there[:, [4]], atol=1e-4)


@pytest.mark.parametrize("kernel", ["strip", "line"])
def test_a_curved_fan_too_large_for_its_weights_is_left_to_astra(monkeypatch, kernel):
    size, beam = SCANS["curved fan, odd everything"]
    by_weights = make_projector(size, beam, kernel)
    monkeypatch.setattr(module, "WEIGHTS_LIMIT", 1000)
    monkeypatch.setattr(module, "MEMORY", module.SizedLRU(1e6, lambda operator: operator.nbytes))
    operator = make_projector(size, beam, kernel)
    assert operator.backend.startswith("ASTRA on the processor.")
    image, sinogram = noise(operator.dims), noise(operator.dimsd)
    there, back = operator.project(image), operator.back_project(sinogram)
    tolerance = CURVED_STRIP_TOLERANCE if kernel == "strip" else TOLERANCES[kernel]
    assert deviation(there, by_weights.project(image)).max() < tolerance
    assert deviation(back, by_weights.back_project(sinogram)).max() < 5 * tolerance
    assert np.vdot(there, sinogram) == pytest.approx(np.vdot(image, back), rel=1e-5)
    matrix = operator.matrix()
    assert matrix.shape == operator.shape
    assert abs(matrix @ image.ravel() - there.ravel()).max() < 1e-5 * there.max()


def test_astra_uses_the_graphics_card_for_what_it_computes_there(too_large, monkeypatch):
    import astra

    asked = []
    monkeypatch.setattr(astra, "use_cuda", lambda: True)
    monkeypatch.setattr(reference, "_ct2d", lambda *scan: asked.append(scan[-1]))
    beam = too_large[0].beam
    for projector in beam.kernels:
        make_projector(64, beam, projector, threads=3)
    assert asked == ["cpu", "cpu", "cuda"]


def test_many_threads_at_once(too_large):
    operators = [make_projector(*SCANS[name], threads=2) for name in ("lecture", "fan")]
    operators.append(too_large[0])
    images = [[noise((k, *operator.dims), seed=k) for k in (1, 3)] for operator in operators]
    expected = [
        [operator.project(x) for x in xs] for operator, xs in zip(operators, images, strict=True)
    ]
    returned = [
        [operator.back_project(y) for y in ys]
        for operator, ys in zip(operators, expected, strict=True)
    ]
    ready = threading.Barrier(16)

    def hammer(caller):
        ready.wait(timeout=30)
        for turn in range(6):
            which, batch = (caller + turn) % 3, turn % 2
            there = operators[which].project(images[which][batch])
            np.testing.assert_array_equal(there, expected[which][batch])
            np.testing.assert_array_equal(
                operators[which].back_project(there), returned[which][batch]
            )
        return True

    with ThreadPoolExecutor(16) as callers:
        assert all(callers.map(hammer, range(16), timeout=120))


@pytest.mark.parametrize("scan", ["lecture", "fan, odd everything"])
def test_a_projector_travels_as_its_description(scan):
    size, beam = SCANS[scan]
    operator = make_projector(size, beam, "line", threads=3)
    image = signed((size, size))
    part = operator.angle_subset([4, 0, 2])
    for itself in (operator, part, part.angle_subset([1])):
        _ = itself.rows_sum, itself.norm_squared
        written = pickle.dumps(itself)
        assert len(written) < 2000
        for twin in (pickle.loads(written), copy.deepcopy(itself), copy.copy(itself)):
            assert (twin.size, twin.kernel) == (size, "line")
            assert twin.threads == 3
            assert twin.beam == itself.beam
            np.testing.assert_array_equal(twin.project(image), itself.project(image))
    adjoint = pickle.loads(pickle.dumps(operator.H))
    sinogram = signed(operator.shape[0])
    np.testing.assert_array_equal(adjoint @ sinogram, operator.H @ sinogram)


def test_another_process_gets_a_projector():
    size, beam = SCANS["fan"]
    operator = make_projector(size, beam)
    image = signed((size, size))
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        there = pool.submit(operator.project, image).result()
    np.testing.assert_allclose(there, operator.project(image), rtol=1e-5, atol=1e-4)
