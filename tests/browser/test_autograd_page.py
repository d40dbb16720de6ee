"""The autograd bridge in a real browser: every step, the broken adjoint, and a run that stops."""

import inspect
import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from core.recipes.bridge import chain
from tests.helpers.one_screen import assert_on_one_screen
from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser

STEPS = ("chain", "demo", "jacobian", "checks", "broken", "by_hand", "use")
SMALL = "size=64&detectors=64&width=1&angles=12"


@pytest.fixture
def at(app_url: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open the page at a step, on a small scan."""
    return lambda step, more="", **kwargs: open_page(
        f"{app_url}autograd_bridge?{SMALL}&step={step}{more}", **kwargs
    )


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def fits(page: Page, step: str) -> None:
    expect(page.get_by_text("Things to try.")).to_be_visible()
    expect(page.get_by_text("The code of this step, as it runs")).to_be_visible()
    main = page.locator("[data-testid=stMain]")
    assert main.evaluate("e => e.scrollWidth - e.clientWidth") <= 1, step
    for equation in main.locator(".katex-display").all():
        # KaTeX draws a brace two pixels wider than it says.
        assert equation.evaluate("e => e.scrollWidth - e.clientWidth") <= 4, step


def place(page: Page) -> tuple[float, float]:
    """How far the code begins to the right of the last words of the step, and below them."""
    code = page.locator(".st-key-code_of_the_step").bounding_box()
    words = page.get_by_text("Things to try.").locator("xpath=..").bounding_box()
    assert code is not None
    assert words is not None
    return code["x"] - words["x"] - words["width"], code["y"] - words["y"] - words["height"]


def test_the_script_of_a_step_is_saved_as_it_runs(at, tmp_path):
    page = at("chain")
    with page.expect_download() as download:
        page.get_by_role("button", name="The whole script, chain.py").click()
    download.value.save_as(tmp_path / "chain.py")
    saved = (tmp_path / "chain.py").read_text()
    compile(saved, "chain.py", "exec")
    constants = re.compile(r"^[A-Z_]+ = .*\n", re.MULTILINE)  # as they are on the screen
    assert constants.sub("", saved) == constants.sub("", inspect.getsource(chain))


def test_every_step_opens_and_fits_the_screen(at, settled):
    page = at("chain")
    for number, step in enumerate(STEPS):
        page.get_by_role("tab", name=f"{number + 1} · ").click()
        if number:
            expect(page).to_have_url(re.compile(f"step={step}"))
        expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
        fits(settled(page), step)
        assert_on_one_screen(page)
        if step == "demo":
            expect(metric(page, "np.allclose")).to_have_text("True")
        if step == "checks":
            page.get_by_role("tab", name="Finite differences").click()
            expect(
                page.get_by_role("figure", name=re.compile("finite differences"))
            ).to_be_visible()
            fits(settled(page), "finite differences")
            assert_on_one_screen(page)
    assert place(page)[1] > 0  # below, where both beside each other would have no room
    page.set_viewport_size({"width": 1920, "height": 1080})
    across, down = eventually(page, lambda: place(page), lambda now: now[0] > 0)
    assert across > 0
    assert down < 0
    fits(settled(page), "use, on a wide screen")


def test_a_cold_link_in_the_dark_shows_a_jacobian_too_large_to_show(at):
    page = at("jacobian", "&jacobian.grid=128&jacobian.views=41", dark=True)
    expect(page.get_by_text(re.compile(r"would need \d+ MB; the limit is 200 MB"))).to_be_visible()


def test_the_dot_test_tells_a_wrong_adjoint(at, settled):
    page = at("broken", "&broken.adjoint=the+adjoint")
    right = float(metric(page, "Dot test").inner_text())
    assert right < 1e-6
    expect(metric(page, "Gradient descent")).to_have_text("it agrees")
    page.get_by_role("combobox", name=re.compile("Given in place of")).click()
    page.get_by_role("option", name="Angles reversed").click()
    expect(metric(page, "Gradient descent")).to_have_text("it diverges")
    assert float(metric(settled(page), "Dot test").inner_text()) > 1e-3
    expect(page).to_have_url(re.compile("step=broken"))


def test_a_descent_runs_and_stops(at):
    page = at("use", "&use.problem=prior&use.iterations=5000&use.size=128")
    page.get_by_text(re.compile(r"\d+ of 5000")).wait_for()
    expect(page.get_by_role("figure", name="The image by Adam.")).to_be_visible()
    page.locator(".st-key-stop_descents").get_by_role("button").click()
    expect(page.get_by_text(re.compile(r"Stopped after \d+ iterations"))).not_to_have_count(0)
    expect(page.get_by_role("button", name="Run again")).to_be_visible()


def test_an_optimiser_that_diverges_says_so(at):
    page = at("use", "&use.optimiser=SGD&use.step=10")
    expect(page.get_by_text("Take a shorter step")).to_be_visible()
    expect(page.get_by_text("diverged", exact=True)).to_be_visible()
