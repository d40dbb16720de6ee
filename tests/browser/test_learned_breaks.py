"""The learned page in a real browser: a network is trained, and a lesion put to the test."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.one_screen import assert_on_one_screen

pytestmark = pytest.mark.browser

SMALL = "size=64&detectors=32&width=2&angles=20"


@pytest.fixture
def at(app_url: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open the page with a query on a small scan."""
    return lambda query, **kwargs: open_page(f"{app_url}learned_methods?{SMALL}&{query}", **kwargs)


def start(page: Page, name: str) -> None:
    """Press a button, unless the store remembers its result from an earlier run."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_visible()
    if button.is_enabled():
        button.click()


def at_rest(page: Page, settled: Callable[[Page], Page]) -> Page:
    """Wait until no job runs and nothing is drawn any more."""
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    return settled(page)


def figure(page: Page, alt: str):
    return page.get_by_role("figure", name=re.compile(alt)).first


def test_a_network_is_trained_and_the_unseen_head_improves(at, settled) -> None:
    page = at("step=train_now&train.steps=20&train.images=3&train.batch=1", dark=True)
    start(page, "Train")
    words = page.get_by_text(re.compile("All 20 steps done"))
    expect(words).to_be_visible()
    before, now = map(float, re.findall(r"([\d.]+) dB", words.inner_text())[:2])
    assert now > before + 1
    assert_on_one_screen(at_rest(page, settled))
    expect(figure(page, "Training and validation loss")).to_be_visible()
    slider = page.get_by_role("slider", name="step of the training")
    slider.focus()
    slider.press("Home")
    expect(page.locator("output").filter(has_text="step")).to_have_text("step 0")
    expect(figure(page, "a head that it has not seen")).to_be_visible()


def test_steps_that_are_too_long_end_as_diverged_with_their_history(at, settled) -> None:
    page = at("step=train_now&train.optimiser=sgd&train.learning_rate=10&train.images=2")
    start(page, "Train")
    expect(page.get_by_text(re.compile("Diverged: the loss of step"))).to_be_visible()
    expect(figure(at_rest(page, settled), "Training and validation loss")).to_be_visible()


def test_a_training_is_stopped_and_keeps_what_it_has(at) -> None:
    page = at("step=train_now&train.steps=1000&train.images=1&train.batch=1&train.target=robust")
    expect(page.locator(".katex-display")).to_have_count(2)
    expect(page.locator(".katex-error")).to_have_count(0)
    start(page, "Train")
    page.get_by_text(re.compile(r"\d+ of 1000")).wait_for()
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ steps"))).to_be_visible()


def test_a_lesion_is_moved_tested_and_judged(at, settled) -> None:
    page = at("step=breaks&experiment=lesion&who=fbp,tv&lesion.radius=0.1&lesion.contrast=-0.4")
    picture = figure(page, "The true image with the lesion")
    box = picture.bounding_box()
    picture.click(position={"x": box["width"] * 0.3, "y": box["height"] * 0.5})
    expect(page).to_have_url(re.compile(r"lesion\.x="))
    start(settled(page), "Test the methods")
    rows = page.locator("table", has_text="Recovered").locator("tbody tr")
    expect(rows).to_have_count(2)
    at_rest(page, settled)
    for row in rows.all():
        cells = row.locator("td").all_inner_texts()
        assert cells[1] in ("kept", "faded", "lost", "invented")
        share = float(cells[2].removesuffix(" %").replace("−", "-"))
        assert {"kept": share >= 74, "faded": 24 <= share <= 76, "lost": share <= 26}.get(
            cells[1], True
        )
    expect(figure(page, "Filtered back-projection, with minus without")).to_be_visible()


def test_a_lesion_in_the_air_is_refused_with_a_sentence(at) -> None:
    page = at("step=breaks&experiment=lesion&who=fbp&lesion.x=0.9&lesion.contrast=-0.3")
    expect(page.get_by_text(re.compile("move it into the head"))).to_be_visible()


def test_one_condition_is_turned_and_the_pictures_follow(at, settled) -> None:
    page = at("step=breaks&experiment=sweep&condition=arc&who=fbp&at.arc=0", width=1920)
    start(page, "Run the sweep")
    expect(figure(page, "SNR of every method against arc")).to_be_visible()
    expect(figure(page, "Reconstruction by Filtered back-projection at 60°")).to_be_visible()
    assert_on_one_screen(at_rest(page, settled))
    scores = page.locator("[data-testid=stMain]")
    assert scores.evaluate("e => e.scrollWidth - e.clientWidth") <= 1


def test_the_unseen_part_of_each_picture_is_shown(at, settled) -> None:
    page = at("step=breaks&experiment=unseen&who=fbp")
    start(page, "Split the pictures")
    rows = page.locator("table", has_text="Share unseen").locator("tbody tr")
    expect(rows).to_have_count(2)
    assert_on_one_screen(at_rest(page, settled))
    shares = [float(row.locator("td").nth(1).inner_text().removesuffix(" %")) for row in rows.all()]
    assert shares[0] > 1, "a part of the truth is not in the data"
    assert shares[1] == 0, "FBP is Gᵀ of something: it invents nothing of that part"
    expect(figure(page, "leaves no trace in the data")).to_be_visible()


def test_the_worst_noise_is_searched_for_and_shown_beside_random_noise(at, settled) -> None:
    page = at("step=breaks&experiment=worst&who=fbp,unet&worst.level=0.02")
    start(page, "Search for the worst noise")
    rows = page.locator("table", has_text="ratio").locator("tbody tr")
    expect(rows).to_have_count(2)
    assert_on_one_screen(at_rest(page, settled))
    for row in rows.all():
        random, worst = (float(row.locator("td").nth(n).inner_text()) for n in (1, 2))
        assert worst > random > 0
    for alt in (
        "FBP and U-Net with worst noise",
        "What worst noise changes in Filtered",
        "Noise in",
    ):
        expect(figure(page, alt)).to_be_visible()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 1
