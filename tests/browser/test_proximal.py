"""The proximal page in a real browser: the sliding parabola, one iterate taken apart, the race."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

SMALL = "size=64&detectors=64&width=1&angles=20"


@pytest.fixture
def at(app_url: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    return lambda query, **kwargs: open_page(f"{app_url}proximal_methods?{SMALL}&{query}", **kwargs)


def test_the_prox_follows_v_and_agrees_with_a_search(at, settled) -> None:
    page = at("step=prox&function=half_square", dark=True)
    # prox(v) = v / (1 + τ) at v = 2, τ = 1
    expect(page.get_by_text(re.compile("the formula gives"))).to_contain_text("1.000000")
    slider = page.get_by_role("slider", name="the point v")
    slider.focus()
    for _ in range(4):
        slider.press("ArrowRight")
    # Four steps of 0.05 further
    sentence = page.get_by_text(re.compile("the formula gives"))
    expect(sentence).to_contain_text("1.100000")
    assert sentence.inner_text().count("1.1000") == 2


def test_one_iterate_is_taken_apart(at, settled) -> None:
    page = at("step=condition&k=2")
    for name in ("After the gradient|step down the slope", "What the prior changed"):
        expect(page.get_by_role("figure", name=re.compile(name)).first).to_be_visible()


def test_all_solvers_race_on_one_objective(at) -> None:
    page = at("step=race&race_steps=10&race_sigma=1.0")
    start = page.get_by_role("button", name="Start the race")
    expect(start).to_be_visible()
    if start.is_enabled():  # it is not where the store remembers the race of an earlier run
        start.click()
    table = page.locator("table", has_text="above the minimum")
    expect(table.locator("tbody tr")).to_have_count(8)
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    shares = table.locator("tbody tr td:last-child").all_inner_texts()
    assert all(float(share.removesuffix(" %")) >= 0 for share in shares)


def test_the_workbench_says_which_pairs_are_valid(at) -> None:
    page = at("step=workbench&a=admm&b=none&a.admm.iterations=2&a.admm.inner_iterations=2")
    expect(page.get_by_role("button", name="Download the table")).to_be_visible()
    page.get_by_text("Which prior goes with which solver").click()
    expect(page.get_by_text(re.compile("the gradient cannot be undone"))).to_be_visible()
