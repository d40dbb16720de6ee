"""The proximal page in a real browser: the prox, one iterate, the race and the sweep."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from core.studies.solver_comparison import compared_solvers

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
    expect(table.locator("tbody tr")).to_have_count(len(compared_solvers("tv", 1.0, 10)) - 1)
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    shares = table.locator("tbody tr td:last-child").all_inner_texts()
    assert all(float(share.removesuffix(" %")) >= 0 for share in shares)


def test_a_sweep_chooses_sigma_by_each_rule(at) -> None:
    page = at(
        "step=workbench&noise=gaussian&noise_level=0.03&sweep.values=5&b=none&a=admm"
        "&a.admm.fast=true&a.admm.sigma=1&a.admm.iterations=5&a.admm.inner_iterations=5"
    )
    page.get_by_role("tab", name="Choosing σ").click()
    page.get_by_role("button", name="Sweep over sigma").click()
    rows = page.locator("table", has_text="below the best").locator("tbody tr")
    expect(rows).to_have_count(4)
    expect(page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    found = {}
    for row in rows.all():
        name, value, snr, below, _ = row.locator("td").all_inner_texts()
        found[name] = value, snr, below
    assert found["oracle (best SNR)"][2] == "0.00 dB"
    for name in ("oracle (best SNR)", "discrepancy principle"):
        assert 1e-3 < float(found[name][0]) < 1e3
        assert float(found[name][1]) > 0
    expect(page.get_by_role("figure", name=re.compile("with each rule's choice"))).to_be_visible()


def test_the_workbench_says_which_pairs_are_valid(at) -> None:
    page = at("step=workbench&a=admm&b=none&a.admm.iterations=2&a.admm.inner_iterations=2")
    expect(page.get_by_role("button", name="Download the table")).to_be_visible()
    page.get_by_text("Which prior goes with which solver").click()
    expect(page.get_by_text(re.compile("the gradient cannot be undone"))).to_be_visible()
