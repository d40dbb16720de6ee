"""Gradient descent in its forms and Landweber, against the spectrum of G in float64."""

from itertools import islice, pairwise

import numpy as np
import pytest
import scipy.optimize

from core.methods.gradient_descent import GradientDescent
from core.methods.landweber import Landweber
from core.methods.minibatch_gradient_descent import MinibatchGradientDescent
from core.methods.sart import SART
from core.methods.sirt import SIRT
from core.methods.support.ordered_subsets import batches_of, ordered_subsets
from core.methods.support.reconstruction import reconstruct
from core.methods.transmission import Transmission
from core.problem.measurement import Measurement
from tests.helpers.dense import SIZE, iterates, relative, small_problem

# A hundred float32 steps, each of which rounds once.
ROUND_OFF = 2e-5


def filtered(problem, data, step, iterations):
    """Σ (1 − (1 − τσ²)ᵏ) (uᵀd / σ) v: gradient descent from zero, in closed form."""
    U, s, Vt = np.linalg.svd(problem.G, full_matrices=False)
    tau = step / problem.operator.norm_squared
    return Vt.T @ ((1 - (1 - tau * s**2) ** iterations) / s * (U.T @ data))


@pytest.mark.parametrize("step", [0.3, 1.0, 1.9])
@pytest.mark.parametrize("iterations", [1, 7, 100])
def test_each_component_contracts_at_the_rate_of_its_singular_value(step, iterations):
    problem = small_problem()
    expected = filtered(problem, problem.noisy, step, iterations)
    descent = GradientDescent(step=step, iterations=iterations)
    landweber = Landweber(relaxation=step, iterations=iterations)
    for method in (descent, landweber):
        found = iterates(method, problem, problem.noisy)
        assert len(found) == iterations + 1
        assert relative(found[-1], expected) < ROUND_OFF


@pytest.mark.parametrize(
    "method",
    [GradientDescent(step=2.3, iterations=200), Landweber(relaxation=2.3, iterations=200)],
    ids=lambda m: m.name,
)
def test_beyond_two_it_diverges_at_that_rate_and_says_which_bound_it_broke(method):
    problem = small_problem()
    measurement = Measurement(operator=problem.operator, data=problem.data)
    result = reconstruct(method, measurement)
    assert result.stop == "diverged"
    assert "2.3/L is beyond 2/L" in result.message
    assert np.isfinite(result.image).all()
    residual = result.history["residual"]
    assert residual[-1] / residual[-2] == pytest.approx(1.3, rel=2e-3)


def test_a_step_below_two_says_nothing_of_bounds():
    assert GradientDescent(step=1.99).caution() == ""
    assert GradientDescent(step=2.5, rule="line_search").caution() == ""
    assert "4/(3L)" in GradientDescent(step=1.5, rule="nesterov").caution()


def test_nesterov_diverges_beyond_four_thirds_and_not_below():
    problem = small_problem()
    measurement = Measurement(operator=problem.operator, data=problem.data)

    def run(step):
        return reconstruct(GradientDescent(rule="nesterov", step=step, iterations=500), measurement)

    assert run(1.3).stop == "finished"
    assert run(1.4).stop == "diverged"


def misfit(problem, image):
    return 0.5 * np.sum((problem.G @ image - problem.noisy) ** 2)


def test_nesterov_keeps_its_promised_rate():
    problem = small_problem()
    best = np.linalg.lstsq(problem.G, problem.noisy)[0]
    images = iterates(GradientDescent(rule="nesterov", iterations=60), problem, problem.noisy)
    for k, image in enumerate(images):
        # A. Beck and M. Teboulle (2009), theorem 4.4, from m = 0
        bound = 2 * problem.operator.norm_squared * best @ best / (k + 1) ** 2
        assert misfit(problem, image) - misfit(problem, best) <= bound
    plain = iterates(GradientDescent(iterations=60), problem, problem.noisy)
    assert misfit(problem, images[-1]) < misfit(problem, plain[-1])


def test_nesterov_takes_the_steps_of_the_formula():
    problem = small_problem()
    tau = 1 / problem.operator.norm_squared
    image = point = np.zeros(SIZE**2)
    t = 1.0
    for _ in range(25):
        before = image
        image = point - tau * problem.G.T @ (problem.G @ point - problem.noisy)
        longer = (1 + np.sqrt(1 + 4 * t**2)) / 2
        point = image + (t - 1) / longer * (image - before)
        t = longer
    found = iterates(GradientDescent(rule="nesterov", iterations=25), problem, problem.noisy)
    assert relative(found[-1], image) < ROUND_OFF


@pytest.mark.parametrize("nonnegative", [False, True])
def test_line_search_takes_the_best_step(nonnegative):
    problem = small_problem()
    images = iterates(
        GradientDescent(rule="line_search", nonnegative=nonnegative, iterations=20),
        problem,
        problem.noisy,
    )
    for before, after in pairwise(images):
        direction = after - before
        along = [misfit(problem, before + t * direction) for t in (0.98, 1.0, 1.02)]
        assert along[1] < along[0]
        if not nonnegative:  # with the constraint a longer step may be better but forbidden
            assert along[1] < along[2]


def test_line_search_ends_where_the_gradient_is_zero():
    problem = small_problem()
    steps = GradientDescent(rule="line_search").iterate(problem.operator, 0 * problem.data)
    assert not next(steps).image.any()
    with pytest.raises(StopIteration) as ended:
        next(steps)
    assert "this is a minimum" in ended.value.value


NONNEGATIVE = [
    GradientDescent(nonnegative=True, iterations=400),
    GradientDescent(rule="line_search", nonnegative=True, iterations=400),
    GradientDescent(rule="nesterov", nonnegative=True, iterations=400),
    MinibatchGradientDescent(nonnegative=True, batch=10, iterations=200, decay=0.2),
    Landweber(nonnegative=True, iterations=400),
    SIRT(nonnegative=True, iterations=400),
    SART(nonnegative=True, iterations=40),
    Transmission(nonnegative=True, iterations=60),
]


@pytest.mark.parametrize("method", NONNEGATIVE, ids=lambda m: f"{m.name}-{getattr(m, 'rule', '')}")
def test_non_negativity_is_never_violated(method):
    problem = small_problem()
    images = iterates(method, problem, problem.noisy)
    assert min(image.min() for image in images) >= 0
    # On these data the constraint binds: without it there are negative pixels.
    assert np.linalg.lstsq(problem.G, problem.noisy)[0].min() < -0.1
    _, best = scipy.optimize.nnls(problem.G, problem.noisy)
    assert np.sqrt(2 * misfit(problem, images[-1])) < 1.5 * best  # batches end in a cycle


def test_projected_descent_converges_to_non_negative_least_squares():
    problem = small_problem()
    _, best = scipy.optimize.nnls(problem.G, problem.noisy)
    method = GradientDescent(rule="nesterov", nonnegative=True, iterations=2000)
    found = iterates(method, problem, problem.noisy)[-1]
    assert np.sqrt(2 * misfit(problem, found)) == pytest.approx(best, rel=1e-4)


def test_one_batch_is_gradient_descent_exactly():
    problem = small_problem()
    for order in ("spread", "shuffled", "sequential"):
        batches = MinibatchGradientDescent(batch=40, order=order, rate=1.2, iterations=30)
        descent = GradientDescent(step=1.2, iterations=30)
        for ours, theirs in zip(
            iterates(batches, problem, problem.noisy),
            iterates(descent, problem, problem.noisy),
            strict=True,
        ):
            np.testing.assert_array_equal(ours, theirs)


def test_mini_batches_take_the_steps_of_the_formula():
    problem = small_problem()
    method = MinibatchGradientDescent(
        batch=7, order="sequential", rate=0.8, decay=0.5, iterations=3
    )
    found = iterates(method, problem, problem.noisy)[-1]
    detectors = problem.operator.dimsd[1]
    blocks = [
        (problem.G[views[0] * detectors :][: len(views) * detectors], views)
        for views in np.array_split(np.arange(40), 6)
    ]
    largest = max(np.linalg.norm(block, 2) ** 2 for block, _ in blocks)
    image = np.zeros(SIZE**2)
    for number in range(3):
        for block, views in blocks:
            data = problem.noisy[views[0] * detectors :][: len(block)]
            rate = 0.8 / (1 + 0.5 * number) / largest
            image -= rate * block.T @ (block @ image - data)
    # The safe rate stands on a bound for ‖G_B‖² that is up to 0.1 % above it.
    assert relative(found, image) < 1e-3


def test_shuffling_depends_on_its_seed_only():
    problem = small_problem()

    def final(seed):
        method = MinibatchGradientDescent(batch=5, order="shuffled", seed=seed, iterations=4)
        return iterates(method, problem, problem.noisy)[-1]

    assert np.array_equal(final(3), final(3))
    assert not np.array_equal(final(3), final(4))


def test_a_falling_rate_ends_nearer_to_the_solution_than_a_constant_one():
    problem = small_problem()
    best = misfit(problem, np.linalg.lstsq(problem.G, problem.noisy)[0])

    def excess(decay):
        method = MinibatchGradientDescent(batch=2, decay=decay, iterations=120)
        return misfit(problem, iterates(method, problem, problem.noisy)[-1]) - best

    assert excess(0.1) < 0.8 * excess(0.0)


@pytest.mark.parametrize("order", ["spread", "shuffled", "sequential"])
@pytest.mark.parametrize(("views", "size"), [(41, 4), (41, 41), (41, 500), (7, 1), (1, 1)])
def test_every_view_is_in_one_batch_and_every_batch_has_its_turn(order, views, size):
    batches = batches_of(views, size, order, seed=1)
    assert sorted(np.concatenate(batches).tolist()) == list(range(views))
    assert max(map(len, batches)) <= size
    for turn in islice(ordered_subsets(batches, order, seed=1), 3):
        assert sorted(turn) == list(range(len(batches)))


def test_spread_batches_cover_the_arc_and_follow_each_other_far_apart():
    assert all(np.all(np.diff(batch) == 15) for batch in batches_of(60, 4, "spread", seed=0))
    apart = np.abs(np.diff(np.concatenate(batches_of(60, 1, "spread", seed=0))))
    assert np.minimum(apart, 60 - apart).min() >= 10  # views of 180° are a circle


def test_shuffled_batches_are_random_and_take_their_turns_in_a_new_order():
    batches = batches_of(20, 5, "shuffled", seed=0)
    assert any(np.ptp(np.diff(batch)) for batch in batches)
    first, second, third = islice(ordered_subsets(batches, "shuffled", seed=0), 3)
    assert not np.array_equal(first, second) or not np.array_equal(second, third)
