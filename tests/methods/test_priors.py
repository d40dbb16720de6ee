"""What makes a prior a prior: its prox, its split, its precision, its name and its file."""

import numpy as np
import pytest
from pyproximal.utils.moreau import moreau
from scipy.optimize import minimize_scalar

from core.errors import InputError
from core.methods.priors import NAMES, PRIORS, prior_named
from core.methods.priors.compatibility import find_priors
from tests.helpers.prior_images import CONVERGED, SIZE, noise, within

POINTWISE = ("l1", "l2", "huber", "box", "nonnegative")
every_prior = pytest.mark.parametrize("prior", PRIORS, ids=lambda prior: prior.name)
taus = pytest.mark.parametrize("tau", [0.03, 0.7])


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
