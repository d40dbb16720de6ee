"""Methods on volumes: each one runs, and what they share agrees with libraries."""

from dataclasses import replace

import numpy as np
import pylops
import pyproximal
import pytest

from core.errors import InputError
from core.geometry.views import EvenViews
from core.geometry.volume_beams import ConeBeam, HelicalBeam, ParallelBeam3D
from core.methods import method_named
from core.methods.cgls import CGLS
from core.methods.fista import FISTA
from core.methods.priors import InnerLoop, prior_named, priors_for_volumes, volume_tv_kernels
from core.methods.priors.differences import Differences
from core.methods.priors.field_length import FieldLength
from core.methods.support.astra_fbp import parallel_fbp
from core.methods.support.reconstruction import reconstruct
from core.methods.support.regularisers import regularisers
from core.methods.volumes import VOLUME_METHODS, require_volumes, volume_method_named
from core.methods.volumes.fdk import FDK
from core.methods.volumes.ordered_subsets import OrderedSubsets
from core.problem.measurement import SimulatedMeasurement
from core.problem.metrics import snr
from core.problem.volume_scan import VolumeScan
from core.problem.volumes._ellipsoids import rasterise
from core.problem.volumes.shepp_logan import SheppLoganVolume
from core.projection.projector import make_projector
from tests.helpers.dense import krylov_minimiser
from tests.helpers.volumes import exact_projections

SHAPE = (5, 7, 6)


def signed(shape, seed=0, dtype=np.float32):
    return np.random.default_rng(seed).standard_normal(shape).astype(dtype)


@pytest.fixture(scope="module")
def scan():
    beam = ConeBeam.sized(12).with_angles(16)
    return VolumeScan(image=SheppLoganVolume(), size=12, beam=beam, kernel="linear").measurement()


@pytest.mark.parametrize("method", VOLUME_METHODS, ids=lambda method: method.name)
def test_every_method_brings_a_volume_nearer_to_the_data(scan, method):
    iterations = {} if method.family == "direct" else {"iterations": 4}
    result = reconstruct(method(**iterations), scan)
    assert result.image.shape == scan.operator.dims
    assert result.stop != "diverged"
    if method.name != "back_projection":
        assert result.history.last("residual") < 0.6
        assert result.history.last("snr") > 3


def test_cgls_on_a_volume_is_the_best_of_its_krylov_space(scan):
    matrix = scan.operator.matrix().toarray().astype(float)
    *_, last = CGLS(iterations=3).iterate(scan.operator, scan.data)
    expected = krylov_minimiser(matrix, scan.data.ravel().astype(float), 3)
    np.testing.assert_allclose(last.image.ravel(), expected, atol=2e-4 * expected.max())


def test_snapshots_of_a_large_volume_are_few(scan):
    small = reconstruct(CGLS(iterations=30), scan)
    assert len(small.snapshots) > 20
    from core.methods.support.history import FEWEST_SNAPSHOTS, snapshot_iterations

    assert len(snapshot_iterations(30, FEWEST_SNAPSHOTS)) in (4, 5)


@pytest.mark.parametrize("weights", [(), (0.5, 2.0, 1.5)])
def test_differences_are_those_of_pylops(weights):
    ours = Differences(SHAPE, weights)
    theirs = pylops.Gradient(SHAPE, kind="forward", edge=False)
    x, y = signed(SHAPE), signed((3, *SHAPE), seed=1)
    scale = np.reshape(weights or (1, 1, 1), (3, 1, 1, 1))
    np.testing.assert_allclose(
        (ours @ x.ravel()).reshape(3, *SHAPE),
        scale * (theirs @ x.ravel()).reshape(3, *SHAPE),
        atol=1e-6,
    )
    np.testing.assert_allclose(ours.H @ y.ravel(), theirs.H @ (scale * y).ravel(), atol=1e-5)
    norm = np.linalg.norm(Differences(SHAPE).todense(), 2) ** 2
    assert 0.6 * 12 < norm <= Differences(SHAPE).norm_squared == 12


@pytest.mark.parametrize("kind", ["laplacian", "gradient", "identity"])
def test_regularisers_have_an_exact_adjoint_on_volumes(kind):
    for operator in regularisers(kind, SHAPE, 0.7):
        assert pylops.utils.dottest(operator, rtol=1e-4)


@pytest.mark.parametrize("anisotropic", [False, True])
def test_lengths_in_space_are_those_of_pyproximal(anisotropic):
    x = signed(3 * 50)
    ours = FieldLength(0.6, anisotropic=anisotropic, axes=3)
    theirs = pyproximal.L1(0.6) if anisotropic else pyproximal.L21(ndim=3, sigma=0.6)
    assert ours(x) == pytest.approx(float(theirs(x)), rel=1e-5)
    for mine, other in ((ours.prox, theirs.prox), (ours.proxdual, theirs.proxdual)):
        np.testing.assert_allclose(mine(x, 0.8), other(x, 0.8), atol=1e-5)


@pytest.mark.parametrize("name", ["tv", "tv_anisotropic", "huber_tv"])
def test_total_variation_of_a_volume_has_the_value_of_its_gradient(name):
    x = signed(SHAPE, dtype=np.float64)
    prior = prior_named(name)(SHAPE, 0.7)
    parts = np.abs((pylops.Gradient(SHAPE, kind="forward", edge=False) @ x.ravel()).reshape(3, -1))
    length = parts.sum(axis=0) if name == "tv_anisotropic" else np.linalg.norm(parts, axis=0)
    short = np.minimum(length, prior.corner)
    curved = short**2 / (2 * prior.corner) if prior.corner else 0
    assert prior(x.ravel()) == pytest.approx(0.7 * np.sum(length - short + curved), rel=1e-9)


def test_the_prox_of_total_variation_is_that_of_pyproximal():
    x = signed(SHAPE, dtype=np.float64)
    ours = prior_named("tv")(SHAPE, 0.3, InnerLoop(iterations=1000, warm=True, gap=1e-12))
    theirs = pyproximal.TV(dims=SHAPE, sigma=0.3, niter=600, rtol=1e-14)
    np.testing.assert_allclose(ours.prox(x.ravel(), 0.9), theirs.prox(x.ravel(), 0.9), atol=2e-4)


def test_its_bounds_hold_and_its_gap_closes():
    x = signed(SHAPE, dtype=np.float64)
    prior = prior_named("tv_nonnegative")(SHAPE, 0.3, InnerLoop(iterations=3000, warm=True))
    found = prior.prox(x.ravel(), 1.0)
    assert found.min() == 0
    assert prior.report()["inner_gap"] <= 1e-6


def test_threads_do_not_change_total_variation(monkeypatch):
    monkeypatch.setattr(volume_tv_kernels, "_WORTH_A_THREAD", 1)
    results = []
    for threads in (1, 3):
        monkeypatch.setattr(volume_tv_kernels, "available_threads", lambda n=threads: n)
        prior = prior_named("huber_tv")((9, 8, 7), 0.3, InnerLoop(iterations=20))
        results.append((prior.prox(signed(9 * 8 * 7), 1.0), prior(signed(9 * 8 * 7))))
    np.testing.assert_array_equal(results[0][0], results[1][0])
    assert results[0][1] == results[1][1]


def test_priors_of_images_say_so():
    assert {"tv", "tv_nonnegative", "l1", "nonnegative"} <= set(priors_for_volumes())
    with pytest.raises(InputError, match="is for images"):
        require_volumes(FISTA(prior="wavelet_l1"))
    require_volumes(FISTA(prior="tv"))
    with pytest.raises(InputError, match=r"no method 'unet' for volumes; those are fdk|those are"):
        volume_method_named("unet")
    with pytest.raises(InputError, match="no method 'fdk'"):
        method_named("fdk")


BALL = np.array([[1.0, 0.5, 0.5, 0.5, 0.1, -0.1, 0.0, 0.0]])


def ball_measurement(size, beam):
    data = exact_projections(BALL, size, beam, subrays=2).astype(np.float32)
    truth = rasterise(BALL, size, size).astype(np.float32)
    operator = make_projector(size, beam, "linear")
    return SimulatedMeasurement(operator=operator, data=data, clean=data, truth=truth)


@pytest.mark.parametrize("arc", [360.0, 220.0])
def test_fdk_has_the_value_of_a_ball_within_two_per_cent(arc):
    """A short scan needs 180° and the opening of the fan, 29°; its views are as dense."""
    size = 40
    views = EvenViews(angles=round(arc / 4), arc=arc)
    given = ball_measurement(size, replace(ConeBeam.sized(size), views=views))
    found = next(FDK().iterate(given.operator, given.data)).image
    inside = rasterise(0.75 * BALL + 0.25 * BALL * (np.arange(8) > 3), size, size) > 0.5 * 0.75
    assert found[inside].mean() == pytest.approx(1, abs=0.02)
    middle = found[size // 2][inside[size // 2]].mean()
    assert middle == pytest.approx(1, abs=0.02)
    assert snr(found, given.truth) > 14


def test_fdk_with_a_quarter_of_the_turn_missing_still_weighs_each_ray_once():
    size = 24
    whole = ball_measurement(size, ConeBeam.sized(size).with_angles(72))
    views = EvenViews(angles=54, arc=270.0)
    short = ball_measurement(size, replace(whole.operator.beam, views=views))
    one = next(FDK().iterate(whole.operator, whole.data)).image
    other = next(FDK().iterate(short.operator, short.data)).image
    assert np.linalg.norm(other - one) < 0.12 * np.linalg.norm(one)


def test_fdk_of_parallel_rays_is_fbp_of_each_slice():
    size, beam = 16, ParallelBeam3D(rows=3, detectors=22, interleaved=2, turned=1.5)
    volume = np.abs(signed((3, size, size)))
    operator = make_projector(size, beam, "strip")
    data = operator.project(volume)
    found = next(FDK().iterate(operator, data)).image
    expected = parallel_fbp(
        data[:, 1],
        size=size,
        angles_deg=beam.slice_beams[1].angles_deg,
        detector_width=1.1,
        kernel="strip",
        filter="ram-lak",
        cutoff=1.0,
    )
    np.testing.assert_array_equal(found[1], expected)


def test_fdk_refuses_an_orbit_that_it_does_not_know():
    for beam, words in (
        (HelicalBeam.sized(12), "not on a helix"),
        (replace(ConeBeam.sized(12), panel_offset=2.0), "moved by 2 detectors"),
    ):
        operator = make_projector(12, beam, "linear")
        with pytest.raises(InputError, match=words):
            next(FDK().iterate(operator, np.zeros(operator.dimsd, np.float32)))


def test_ordered_subsets_start_from_fdk_and_beat_fista_in_as_many_passes(scan):
    ordered = reconstruct(OrderedSubsets(sigma=0.02, iterations=4), scan)
    start = next(FDK(nonnegative=True).iterate(scan.operator, scan.data)).image
    np.testing.assert_array_equal(ordered.snapshots[0].image, start)
    fista = reconstruct(FISTA(prior="tv_nonnegative", sigma=0.02, iterations=4), scan)
    assert ordered.history.last("snr") > fista.history.last("snr") + 1
    helix = replace(HelicalBeam.sized(12), views=EvenViews(angles=12, arc=360.0))
    G = make_projector(12, helix, "linear")
    assert not next(OrderedSubsets().iterate(G, np.ones(G.dimsd, np.float32))).image.any()
