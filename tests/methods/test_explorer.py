import numpy as np
import pytest

from core.methods.priors.examples_1d import CORNER, EXAMPLES, by_search

V = np.linspace(-3, 3, 61)
TAUS = (0.1, 0.7, 2.0)


@pytest.mark.parametrize("tau", TAUS)
@pytest.mark.parametrize("name", EXAMPLES)
def test_the_closed_form_is_what_a_search_finds(name, tau):
    example = EXAMPLES[name]
    for v in V:
        closed = float(example.prox(np.array([v]), tau)[0])
        found = by_search(example, v, tau)
        # At the hard threshold's jump two minimisers are equally low: compare the values.
        values = [
            float(example.value(np.array([x]))[0]) + (x - v) ** 2 / (2 * tau)
            for x in (closed, found)
        ]
        assert values[0] <= values[1] + 1e-9
        if abs(v**2 - 2 * tau) > 1e-6 or name != "count":
            assert closed == pytest.approx(found, abs=1e-6)


@pytest.mark.parametrize("name", [name for name in EXAMPLES if name != "count"])
def test_a_convex_prox_is_firmly_non_expansive(name):
    image = EXAMPLES[name].prox(V, 0.7)
    moved, apart = image[:, None] - image, V[:, None] - V
    assert (moved**2 <= moved * apart + 1e-12).all()


def test_hubers_function_is_the_envelope_of_the_absolute_value():
    envelope = EXAMPLES["absolute"].envelope(V, CORNER)
    np.testing.assert_allclose(envelope, EXAMPLES["huber"].value(V), atol=1e-12)


def test_the_envelope_lies_below_the_function():
    for example in EXAMPLES.values():
        assert (example.envelope(V, 0.7) <= example.value(V) + 1e-12).all()
