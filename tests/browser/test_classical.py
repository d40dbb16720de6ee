"""The workbench in a real browser: run, scrub, stop, sweep, and take the recipe home."""

import re
import subprocess
import sys
import zipfile
from collections.abc import Callable
from functools import partial

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser

SMALL = "size=96&detectors=96&width=1&angles=24"


@pytest.fixture
def at(app_url: str, open_page: Callable[..., Page]) -> Callable[..., Page]:
    """Open the page with a query on a small scan."""
    return lambda query="", **kwargs: open_page(
        f"{app_url}classical_inversion?{SMALL}&{query}", **kwargs
    )


def scores(page: Page) -> dict[str, list[str]]:
    """Wait until nothing runs any more; return the rows of the table by their first cell."""
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    expect(page.get_by_role("button", name="Download the table")).to_be_visible()
    table = page.locator("table", has_text="SNR / dB").first
    rows = table.locator("tbody tr").all()
    return {
        row.locator("td").first.inner_text(): row.locator("td").all_inner_texts() for row in rows
    }


def figure(page: Page, alt: str):
    return page.get_by_role("figure", name=re.compile(alt)).first


def test_two_methods_stand_side_by_side_and_are_scored(at) -> None:
    page = at("a=regularised_least_squares&b=sirt&history=true")
    found = scores(page)
    assert list(found) == ["A · Regularised least squares", "B · SIRT"]
    assert float(found["B · SIRT"][1]) > 5
    expect(figure(page, "Reconstruction by SIRT")).to_be_visible()
    expect(figure(page, "Predicted minus measured data for SIRT")).to_be_visible()
    # The last row of each history has the objective of the scores.
    for title, number in (("A · Regularised", 0), ("B · SIRT", 1)):
        histories = page.locator("table", has_text="J=f+g")
        last = histories.nth(number).locator("tbody tr").last.locator("td").all_inner_texts()
        objective, iterations = next(found[row] for row in found if row.startswith(title))[5:7]
        assert last[0] == iterations
        assert float(last[3]) == pytest.approx(float(objective), rel=1e-3)


def test_the_scrubber_walks_through_the_iterates(at) -> None:
    page = at("a=sirt&b=none")
    slider = page.get_by_role("slider", name="iteration").last
    residual = figure(page, "Predicted minus measured")
    before = residual.screenshot()
    score = figure(page, "Reconstruction by SIRT").locator(".lab-title").last
    expect(score).to_have_text(re.compile(r"A · SIRTSNR \d\d?\.\d dB$"))
    slider.focus()
    slider.press("Home")
    # SIRT starts from nothing, and an empty image has an SNR of 0 dB.
    expect(score).to_have_text("A · SIRTSNR 0.0 dB")
    residual.scroll_into_view_if_needed()  # it is drawn anew when it is near
    expect(residual.locator(".lab-title")).to_have_text(re.compile("iteration 0$"))
    slider.press("End")
    for _ in range(12):
        slider.press("ArrowLeft")
    # Twelve of SIRT's 24 stored iterates before the last one, of 100
    expect(page.get_by_role("status").filter(has_text="iteration")).to_have_text("iteration 13")
    assert eventually(page, residual.screenshot, lambda now: now != before) != before


def test_a_long_run_stops_at_once_and_keeps_what_it_has(at) -> None:
    # Five minutes of work, so that it cannot be over before a busy browser has clicked.
    page = at("size=512&detectors=512&angles=720&a=sirt&b=none&a.sirt.iterations=2000&live=false")
    page.get_by_role("button", name="Run", exact=True).click()
    page.get_by_text(re.compile(r"\d+ of 2000")).wait_for()
    expect(figure(page, "Reconstruction by SIRT")).to_be_visible()
    # While it runs, only its progress and its image are drawn, and there is one Stop: that of the
    # job, beside its progress.
    expect(page.get_by_role("figure")).to_have_count(1)
    page.wait_for_timeout(600)  # Streamlit shows a run of half a second with a Stop of its own
    stop = page.get_by_role("button", name="Stop", exact=True)
    expect(stop).to_have_count(1)
    bar = page.locator("[data-testid=stProgress]").bounding_box()
    button = stop.bounding_box()
    assert bar["y"] < button["y"] + button["height"]
    assert button["y"] < bar["y"] + bar["height"]
    stop.click()
    expect(page.get_by_text(re.compile("Stopped after"))).to_be_visible()
    assert list(scores(page)) == ["A · SIRT"]


HAS_TRACE = """([alt, trace]) => [...document.querySelectorAll('[role=figure]')]
    .filter((figure) => figure.ariaLabel?.startsWith(alt))
    .some((figure) => figure.querySelector('.js-plotly-plot')?.data.some(
        ({ name }) => name === trace))"""
PLACE_OF = """(host, [trace, index]) => {
  const gd = host.querySelector('.js-plotly-plot');
  const { xaxis: x, yaxis: y } = gd._fullLayout;
  const { left, top } = gd.getBoundingClientRect();
  const data = gd.data.find(({ name }) => name === trace) ?? gd.data[0];
  const at = (axis, value) => axis._offset + axis.l2p(axis.d2l(value));
  return [left + at(x, data.x[index]), top + at(y, data.y[index]), data.text[index]];
}"""


def is_near(value: str, other: str) -> bool:
    return float(other) == pytest.approx(float(value), 1e-3)


def test_a_sweep_shows_what_each_rule_chooses_and_a_click_gives_the_method_a_value(at) -> None:
    page = at(
        "noise=gaussian&noise_level=0.03&b=none&a.regularised_least_squares.iterations=20"
        "&sweep.values=9"
    )
    page.get_by_role("tab", name="Choosing the parameter").click()
    start = page.get_by_role("button", name="Sweep over epsilon")
    expect(start).to_be_visible()
    if start.is_enabled():  # it is not where the store remembers the sweep of an earlier run
        start.click()
    for rule in ("oracle (best SNR)", "L-curve's corner", "discrepancy principle"):
        expect(page.get_by_role("cell", name=rule)).to_be_visible()
    expect(page.get_by_role("cell", name="cross-validation")).to_be_visible()
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    oracle = page.locator("tr", has_text="oracle (best SNR)").locator("td").nth(1).inner_text()
    for alt, trace, index in (
        ("The penalty of the image", "epsilon", 2),
        ("The penalty of the image", "oracle (best SNR)", 0),
        ("The score of generalised", "score", 6),
        ("The quality of the image", "SNR", 1),
    ):
        plot = figure(page, alt)
        plot.scroll_into_view_if_needed()
        page.wait_for_timeout(300)
        # The page may be drawing the figure anew, for the value that was loaded just now.
        plot.page.wait_for_function(HAS_TRACE, arg=[alt, trace])
        x, y, label = plot.evaluate(PLACE_OF, [trace, index])
        page.mouse.move(x, y)
        # The pointer reads the value of the parameter, and the click gives it to the method.
        expect(plot.locator(".hoverlayer")).to_contain_text(label)
        page.mouse.click(x, y)
        value = label.removeprefix("epsilon ")
        if trace.startswith("oracle"):
            assert float(value) == pytest.approx(float(oracle), rel=1e-2)
        expect(page.get_by_text(f"It has epsilon {value} now")).to_be_visible()
        slider = page.get_by_role("slider", name="Epsilon")
        stands_at = partial(slider.get_attribute, "aria-valuetext")
        now = eventually(page, stands_at, partial(is_near, value))
        assert is_near(value, now), now
        taken = re.compile(
            r"a\.regularised_least_squares\.epsilon=" + value[:3].replace(".", r"\.")
        )
        expect(page).to_have_url(taken)
        # The sweep stays, for another try.
        expect(page.get_by_role("cell", name="oracle (best SNR)")).to_be_visible()


def test_a_scene_brings_the_visitor_to_what_it_set_up(at, settled) -> None:
    page = at("live=false")
    page.emulate_media(reduced_motion="no-preference")  # it glides there
    page.get_by_role("tab", name="Things to try").click()
    button = page.get_by_role("button", name="Set it up").last
    button.scroll_into_view_if_needed()
    methods = page.get_by_role("combobox", name="Method A")
    expect(methods).not_to_be_in_viewport()
    button.click()
    expect(page.get_by_test_id("stToast")).to_contain_text("is set up")
    settled(page)  # until the script ends, the controls of its last run stand beside the new ones
    expect(methods).to_be_in_viewport()


def test_a_step_beyond_the_bound_is_a_lesson(at) -> None:
    page = at(
        "a=gradient_descent&a.gradient_descent.step=2.5&b=none&a.gradient_descent.iterations=300"
    )
    expect(page.get_by_text(re.compile("2/L|beyond"))).not_to_have_count(0)
    expect(page.get_by_text(re.compile("Diverged"))).to_be_visible()
    assert scores(page)["A · Gradient descent"][1] != "–"


def test_a_value_out_of_range_is_replaced_and_said(at) -> None:
    page = at("a=sirt&b=none&a.sirt.relaxation=99")
    sentence = page.get_by_text(re.compile("Relaxation must be from 0.05 to 3, not 99"))
    expect(sentence).to_be_visible()


def test_the_recipe_runs_by_itself(at, tmp_path) -> None:
    page = at("a=cgls&b=none&a.cgls.iterations=5")
    page.get_by_role("tab", name="Recipe").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Script and files").click()
    archive = tmp_path / "cgls.zip"
    download.value.save_as(archive)
    alone = tmp_path / "alone"
    with zipfile.ZipFile(archive) as file:
        file.extractall(alone)
    script = alone / "cgls.py"
    script.write_text(script.read_text() + "\nprint(reconstruction.shape)\n")
    command = [sys.executable, "-I", script.name]
    done = subprocess.run(
        command, cwd=alone, capture_output=True, text=True, timeout=120, check=True
    )
    assert done.stdout.strip().endswith("(96, 96)")
