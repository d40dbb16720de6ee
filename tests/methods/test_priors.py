import numpy as np
import pylops
import pyproximal
import pytest
import pywt
from pyproximal.utils.moreau import moreau
from scipy.optimize import lsq_linear, minimize, minimize_scalar

from core.errors import InputError
from core.methods.priors import NAMES, PRIORS, InnerLoop, prior_named
from core.methods.priors.compatibility import find_priors
from core.methods.priors.differences import Differences
from core.methods.priors.dual_loop import potential_field
from core.methods.priors.field_length import FieldLength
from core.methods.priors.total_variation import (
    TV,
    AnisotropicTV,
    HuberTV,
    NonnegativeTV,
)
from core.methods.priors.wavelet import WaveletL1, Wavelets

CONVERGED = InnerLoop(iterations=4000, warm=True, gap=0.0)
POINTWISE = ("l1", "l2", "huber", "box", "nonnegative")
TVS = (TV, AnisotropicTV, NonnegativeTV, HuberTV)
SIZE = 24

every_prior = pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.name)
taus = pytest.mark.parametrize("tau", [0.03, 0.7])


def noise(size=SIZE, seed=0):
    """Something smooth, an edge and noise, some of it below zero and above one."""
    y, x = np.mgrid[-1 : 1 : size * 1j, -1 : 1 : size * 1j]
    image = 0.5 + 0.4 * np.sin(3 * x) + 0.5 * (y > 0.2 * x)
    return (image + 0.3 * np.random.default_rng(seed).standard_normal(image.shape)).ravel()


def within(prior, image):
    """The nearest image at which the prior is finite."""
    lower, upper = getattr(prior, "lower", -np.inf), getattr(prior, "upper", np.inf)
    return np.clip(image, lower, upper)


@every_prior
@taus
def test_moreau(prior, tau):
    made = prior(SIZE, 0.4, CONVERGED)
    change, before = np.inf, noise()
    while change > 1e-6:  # an inner loop may go on from where it ended
        image = made.prox(noise(), tau)
        change, before = np.abs(image - before).max(), image
    assert moreau(made, noise(), tau, tol=1e-6)


@every_prior
@taus
def test_what_the_prox_takes_away_is_a_subgradient(prior, tau):
    # (v − prox(v))/τ ∈ ∂g(prox(v)) is what defines a prox, and is not true by construction.
    made = prior(SIZE, 0.4, CONVERGED)
    v = noise()
    nearest = made.prox(v, tau)
    slope = (v - nearest) / tau
    value = made(nearest)
    # The loops of `InnerLoop` stop at a relative gap of 1e-6.
    slack = 2e-6 * (value + np.vdot(v - nearest, v - nearest) / tau)
    assert np.array_equal(within(made, nearest), nearest)
    random = np.random.default_rng(1)
    for scale in (1e-3, 0.1, 3.0):
        for direction in (*random.standard_normal((5, v.size)), v - nearest, -nearest):
            other = within(made, nearest + scale * direction)
            assert made(other) >= value + np.vdot(slope, other - nearest) - slack


@every_prior
@taus
def test_firmly_non_expansive(prior, tau):
    made = prior(SIZE, 0.4, CONVERGED)
    for seed in range(3):
        v, w = noise(seed=seed), noise(seed=seed + 10)
        difference = made.prox(v, tau) - made.prox(w, tau)
        square = np.vdot(difference, difference)
        assert square <= np.vdot(difference, v - w) * (1 + 1e-4)
        assert square < np.vdot(v - w, v - w)


@every_prior
def test_shape_dtype_and_argument_are_left_alone(prior):
    for v in (noise(), noise().reshape(SIZE, SIZE), noise().astype(np.float32)):
        before = v.copy()
        result = prior(SIZE, 0.1).prox(v, 0.5)
        assert (result.shape, result.dtype) == (v.shape, v.dtype)
        assert result is not v
        np.testing.assert_array_equal(v, before)


@every_prior
def test_single_precision_is_precise_enough(prior):
    made, v = prior(SIZE, 0.4, CONVERGED), noise()
    exact = made.prox(v, 0.3)
    single = prior(SIZE, 0.4, CONVERGED).prox(v.astype(np.float32), 0.3)
    assert np.linalg.norm(single - exact) < 1e-3 * np.linalg.norm(v - exact)
    assert made(v.astype(np.float32)) == pytest.approx(made(v), rel=1e-5)


@every_prior
def test_no_weight_no_change_but_for_constraints(prior):
    v = noise()
    for tiny in (1e-300, 1e-40, 1e-25):
        single = prior(SIZE, tiny).prox(v.astype(np.float32), 0.7)
        np.testing.assert_allclose(single, within(prior(SIZE, tiny), v), atol=1e-5)
    made = prior(SIZE, 0.0)
    np.testing.assert_allclose(made.prox(v, 0.7), within(made, v), atol=1e-12)
    assert made(v) == 0
    split = made.split()
    field = split.operator.matvec(np.pad(v, (0, split.auxiliary)))
    np.testing.assert_allclose(split.term.prox(field, 0.7), field, atol=1e-12)
    assert not np.isnan(split.term.proxdual(0 * field, 0.7)).any()


@every_prior
def test_a_split_is_the_prior_in_pieces(prior):
    made, v = prior(SIZE, 0.4), noise()
    split = made.split()
    assert split.pixels == v.size
    value = split.term(split.operator.matvec(np.pad(v, (0, split.auxiliary))))
    if split.auxiliary:  # then the prior is the least of these values
        assert value >= made(v)
    else:
        assert value == pytest.approx(made(v), rel=1e-6)
    assert (split.lower, split.upper) == (
        getattr(made, "lower", -np.inf),
        getattr(made, "upper", np.inf),
    )
    matrix = split.operator.todense().astype(float)
    largest = np.linalg.eigvalsh(matrix.T @ matrix)[-1]
    assert 0.95 * split.norm_squared < largest <= split.norm_squared * (1 + 1e-6)


@pytest.mark.parametrize("name", POINTWISE)
def test_pointwise_prox_against_brute_force(name):
    made = prior_named(name)(1, 0.7)
    lower, upper = getattr(made, "lower", -9), min(getattr(made, "upper", 9), 9)
    lower = max(lower, -9)
    for v in np.linspace(-3, 3, 25):
        for tau in (0.05, 0.6, 2.0):
            found = minimize_scalar(
                lambda m, v=v, tau=tau: made(np.array([m])) + (m - v) ** 2 / (2 * tau),
                bounds=(lower, upper),
                method="bounded",
                options={"xatol": 1e-9},
            ).x
            assert made.prox(np.array([v]), tau)[0] == pytest.approx(found, abs=2e-5)


def dual_prox(matrix, v, gamma, prior):
    """The prox from its dual, by SciPy's SLSQP on dense matrices."""
    half = matrix.shape[0] // 2

    def image_of(p):
        return within(prior, v - gamma * matrix.T @ p)

    def minus_dual(p):
        w = v - gamma * matrix.T @ p
        x = within(prior, w)
        value = 0.5 * np.sum(w**2) - 0.5 * np.sum((w - x) ** 2)
        value += 0.5 * gamma * prior.corner * np.sum(p**2)
        return value, -gamma * matrix @ x + gamma * prior.corner * p

    def slack(p):
        return 1 - p[:half] ** 2 - p[half:] ** 2

    def slack_slope(p):
        return np.hstack([np.diag(-2 * p[:half]), np.diag(-2 * p[half:])])

    constraint = {"type": "ineq", "fun": slack, "jac": slack_slope}
    if prior.anisotropic:
        constraint = ()
    found = minimize(
        minus_dual,
        np.zeros(2 * half),
        jac=True,
        bounds=[(-1, 1)] * (2 * half),
        constraints=constraint,
        method="SLSQP",
        options={"maxiter": 1000, "ftol": 1e-14},
    )
    assert found.success
    return image_of(found.x)


@pytest.mark.parametrize("prior", TVS, ids=lambda prior: prior.name)
@pytest.mark.parametrize("gamma", [0.02, 0.3])
def test_total_variation_against_a_dense_solver(prior, gamma):
    v = 1.5 * noise(6) - 0.5
    matrix = Differences(6).todense().astype(float)
    expected = dual_prox(matrix, v, gamma, prior)
    found = prior(6, gamma, InnerLoop(iterations=20000, warm=True, gap=0.0)).prox(v, 1.0)
    # The gap of 1e-6 bounds ½‖found − expected‖².
    np.testing.assert_allclose(found, expected, atol=1e-3)
    assert np.abs(found - v).max() > 0.01


@pytest.mark.parametrize(("sigma", "tau"), [(0.01, 1.6e-4), (0.1, 1.0), (1.0, 1.0)])
@pytest.mark.parametrize(("rule", "rtol"), [("pyproximal", 1e-4), ("fixed", 0.0)])
def test_the_lectures_total_variation_is_pyproximals(sigma, tau, rule, rtol):
    v = noise()
    theirs = pyproximal.TV((SIZE, SIZE), sigma=sigma, niter=20, rtol=rtol)
    ours = TV(SIZE, sigma, InnerLoop(iterations=20, rule=rule))
    np.testing.assert_allclose(ours.prox(v, tau), theirs.prox(v, tau), atol=1e-12)
    assert ours(v) == pytest.approx(theirs(v), rel=1e-12)


def test_the_gap_tells_how_far_the_inner_loop_is():
    v, sigma = noise(), 0.3

    def objective(image):
        return 0.5 * np.sum((image - v) ** 2) + TV(SIZE, sigma)(image)

    best = objective(TV(SIZE, sigma, CONVERGED).prox(v, 1.0))
    gaps = []
    for iterations in (2, 20, 200):
        prior = TV(SIZE, sigma, InnerLoop(iterations=iterations, rule="fixed"))
        image = prior.prox(v, 1.0)
        report = prior.report()
        assert report["inner_iterations"] == iterations
        excess = (objective(image) - best) / objective(image)
        assert excess <= report["inner_gap"] + 1e-6
        gaps.append(report["inner_gap"])
    assert gaps[0] > 10 * gaps[1] > 100 * gaps[2]


def test_a_warm_start_saves_inner_iterations():
    v = noise()
    prior = TV(SIZE, 0.3, InnerLoop(iterations=4000, warm=True, gap=1e-6))
    prior.prox(v, 1.0)
    cold = prior.report()["inner_iterations"]
    prior.prox(v + 1e-4, 1.0)
    assert prior.report()["inner_iterations"] < 0.2 * cold


def test_total_variation_of_known_images():
    square = np.zeros((20, 20))
    square[5:12, 4:11] = 2.0  # 7 × 7, of height 2
    # Two of its 28 boundary differences meet at one pixel, and count √2 together.
    assert TV(20, 0.5)(square) == pytest.approx(0.5 * 2 * (26 + np.sqrt(2)))
    assert AnisotropicTV(20, 0.5)(square) == pytest.approx(0.5 * 2 * 28)
    ramp = np.outer(np.ones(20), 0.01 * np.arange(20))
    assert TV(20, 1.0)(ramp) == pytest.approx(0.01 * 19 * 20)
    corner = HuberTV.corner
    assert HuberTV(20, 1.0)(ramp) == pytest.approx(0.01**2 / (2 * corner) * 19 * 20)
    assert HuberTV(20, 1.0)(100 * ramp) == pytest.approx((1.0 - corner / 2) * 19 * 20)
    y, x = np.mgrid[-1:1:200j, -1:1:200j]
    disc = (x**2 + y**2 < 0.5).astype(float)
    # A digital edge costs its length in no norm exactly; between its extremes for any angle.
    length = 2 * np.pi * np.sqrt(0.5) * 199 / 2
    assert length < TV(200, 1.0)(disc) < 1.2 * length


def test_a_huge_weight_leaves_the_mean():
    v = noise()
    for prior in (TV, AnisotropicTV, NonnegativeTV):
        np.testing.assert_array_equal(prior(SIZE, 1e4, CONVERGED).prox(v, 1.0), v.mean())
    assert not NonnegativeTV(SIZE, 1e4, CONVERGED).prox(v - 9, 1.0).any()
    # Just before it is so there is something left; the loop finds the same as the proof.
    edge = v.max() * np.add.outer(np.arange(SIZE) < SIZE // 2, np.zeros(SIZE)).ravel()
    flat = SIZE / 4 * v.max()
    for weight in (0.98 * flat, 1.02 * flat):
        found = TV(SIZE, weight, InnerLoop(iterations=20000, warm=True, gap=0.0)).prox(edge, 1.0)
        assert (np.ptp(found) < 1e-9) == (weight > flat)


def test_a_field_for_a_source():
    source = noise().reshape(SIZE, SIZE)
    source -= source.mean()
    field = potential_field(source)
    np.testing.assert_allclose(Differences(SIZE).rmatvec(field.ravel()), source.ravel(), atol=1e-12)


def test_nuclear_norm_against_the_singular_values():
    v, tau, sigma = noise(), 0.5, 3.0
    left, values, right = np.linalg.svd(v.reshape(SIZE, SIZE))
    expected = left @ np.diag(np.maximum(values - tau * sigma, 0)) @ right
    made = prior_named("nuclear")(SIZE, sigma)
    np.testing.assert_allclose(made.prox(v, tau), expected.ravel(), atol=1e-12)
    assert made(v) == pytest.approx(sigma * np.linalg.norm(v.reshape(SIZE, SIZE), "nuc"))
    flat = np.outer(np.arange(SIZE), np.ones(SIZE)).astype(np.float32)
    flat[0, 0] = 1e-3
    # PyProximal's value squares the matrix and loses what is small.
    assert made(flat) == pytest.approx(sigma * np.linalg.norm(flat.astype(float), "nuc"), rel=1e-5)


@pytest.mark.parametrize("size", [20, 19])
def test_wavelets_against_a_dense_solver(size):
    made = WaveletL1(size, 0.2, CONVERGED)
    matrix = made.wavelets.todense().astype(float)
    pixels = size**2
    np.testing.assert_allclose(matrix.T @ matrix, np.eye(pixels), atol=1e-6)
    v = noise(size)
    expected = lsq_linear(0.2 * matrix.T, v, (-1, 1), tol=1e-12)
    np.testing.assert_allclose(made.prox(v, 1.0), v - 0.2 * matrix.T @ expected.x, atol=1e-3)
    assert made(v) == pytest.approx(0.2 * np.abs(matrix @ v).sum(), rel=1e-5)
    assert (made.remark() == "") == (size == 20)
    if size == 19:
        assert "19 pixels do not divide by 2" in made.remark()
        assert "padded with zeros to 20" in made.remark()


def test_wavelets_are_pylops_where_pylops_does_not_pad():
    ours = Wavelets(64)
    theirs = pylops.signalprocessing.DWT2D(
        (64, 64), wavelet="db4", level=ours.level, dtype="float32"
    )
    v = noise(64).astype(np.float32)
    np.testing.assert_allclose(ours @ v, theirs @ v, atol=1e-5)
    np.testing.assert_allclose(ours.H @ v, theirs.H @ v, atol=1e-5)


@pytest.mark.parametrize("size", [64, 101, 320, 512])
def test_wavelets_go_as_deep_as_the_image_allows(size):
    wavelets = Wavelets(size)
    assert 1 <= wavelets.level <= pywt.dwt_max_level(size, 8)
    assert 0 <= wavelets.padded - size < 2**wavelets.level
    x = np.random.default_rng(0).standard_normal(size**2).astype(np.float32)
    np.testing.assert_allclose(wavelets.H @ (wavelets @ x), x, atol=1e-5)


def test_differences_are_pylops_gradient():
    ours = Differences(17)
    theirs = pylops.Gradient((17, 17), kind="forward", edge=False, dtype="float64")
    random = np.random.default_rng(0)
    image, field = random.standard_normal(17**2), random.standard_normal(2 * 17**2)
    np.testing.assert_allclose(ours.matvec(image), theirs @ image, atol=1e-14)
    np.testing.assert_allclose(ours.rmatvec(field), theirs.H @ field, atol=1e-14)


@pytest.mark.parametrize("anisotropic", [False, True])
def test_lengths_of_a_field_are_pyproximals(anisotropic):
    ours = FieldLength(0.3, anisotropic=anisotropic)
    theirs = pyproximal.L1(sigma=0.3) if anisotropic else pyproximal.L21(ndim=2, sigma=0.3)
    field = np.random.default_rng(0).standard_normal(200)
    field[:3] = field[100:103] = 0
    assert ours(field) == pytest.approx(theirs(field))
    for tau in (0.2, 5.0):
        np.testing.assert_allclose(ours.prox(field, tau), theirs.prox(field, tau), atol=1e-14)
        np.testing.assert_allclose(
            ours.proxdual(field, tau), theirs.proxdual(field, tau), atol=1e-14
        )


def test_the_rounded_length_and_its_stretching():
    plain = FieldLength(0.3, corner=0.5)
    field = np.random.default_rng(0).standard_normal(200)
    stretched = plain.stretched(0.25)
    assert stretched(field) == pytest.approx(plain(field / 0.25))
    for function in (plain, stretched):
        assert moreau(function, field, 0.7, tol=1e-12)
        nearest = function.prox(field, 0.7)
        slope = (field - nearest) / 0.7
        for other in np.random.default_rng(1).standard_normal((20, 200)):
            assert function(other) >= function(nearest) + slope @ (other - nearest) - 1e-12


def test_names():
    assert len(set(NAMES)) == len(PRIORS)
    for prior in PRIORS:
        assert prior_named(prior.name) is prior
        for text in (prior.title, prior.formula, prior.prox_formula, prior.effect):
            assert text.strip()
        assert prior.effect.endswith(".")
    with pytest.raises(InputError, match="Prior must be one of tv, l21_gradient"):
        prior_named("beauty")


PRIOR = """
from typing import final
from core.methods.priors.base import Prior

@final
class Mine(Prior):
    name = "{}"
    position = {}
    def __call__(self, x):
        return 0.0
    def prox(self, x, tau):
        return x
"""


@pytest.mark.parametrize(
    ("modules", "complaint"),
    [
        ({"first": PRIOR.replace("@final", "")}, "first defines no @final Prior"),
        ({"first": PRIOR.format("a", 1), "second": PRIOR.format("a", 2)}, "its own name.*'a'"),
        ({"first": PRIOR.format("a", 1), "second": PRIOR.format("b", 1)}, "its own position.*1"),
        ({"first": PRIOR.format("a", 2), "second": PRIOR.format("b", 1)}, ""),
    ],
    ids=["not final", "one name for two", "one place for two", "found"],
)
def test_a_file_is_all_that_a_prior_needs(modules, complaint, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(tmp_path)
    folder = tmp_path / f"priors_{tmp_path.name}"
    folder.mkdir()
    for stem, text in {"__init__": "", "base": "", **modules}.items():
        (folder / f"{stem}.py").write_text(text)
    if complaint:
        with pytest.raises(TypeError, match=complaint):
            find_priors(folder.name, folder)
    else:
        assert [prior.name for prior in find_priors(folder.name, folder)] == ["b", "a"]
