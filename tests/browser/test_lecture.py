"""The guided lecture is given with keys alone, and each scene is on one screen."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

import core.ui.lecture
from core.ui.lecture.library import lecture_named
from tests.browser.conftest import ROOT, wait_until_served
from tests.helpers.javascript import Frontend
from tests.helpers.waiting import eventually

pytestmark = pytest.mark.browser

Open = Callable[..., Page]
Settled = Callable[[Page], Page]
FOLDER = Path(core.ui.lecture.__file__).parent / "frontend"
LECTURE = lecture_named("guided")
# What does not fit, in CSS pixels, and the least of the type.
MEASURES = """() => {
    const main = document.querySelector('[data-testid=stMain]');
    const words = document.querySelector('.st-key-scene p, .st-key-scene td');
    return {
        below: main.scrollHeight - main.clientHeight,
        beside: main.scrollWidth - main.clientWidth,
        cut: [...document.querySelectorAll('.lab-title span')].filter((line) => (
            line.checkVisibility() && line.scrollWidth > line.clientWidth + 1))
            .map((line) => line.textContent),
        type: parseFloat(getComputedStyle(words).fontSize),
    };
}"""
SCREENS = [
    pytest.param(1280, 720, False, id="small"),
    pytest.param(1280, 720, True, id="small-dark", marks=pytest.mark.lecture),
    pytest.param(1280, 800, False, id="laptop", marks=pytest.mark.lecture),
    pytest.param(1280, 800, True, id="laptop-dark", marks=pytest.mark.lecture),
    pytest.param(1920, 1080, False, id="large", marks=pytest.mark.lecture),
    pytest.param(1920, 1080, True, id="large-dark", marks=pytest.mark.lecture),
]


@pytest.mark.parametrize(("width", "height", "dark"), SCREENS)
def test_the_whole_lecture_is_given_with_keys_alone(
    width: int,
    height: int,
    dark: bool,
    app_url: str,
    open_page: Open,
    settled: Settled,
    request: pytest.FixtureRequest,
):
    """`make lecture` keeps screenshots and seconds of both themes and three sizes."""
    kept = os.environ.get("SCREENSHOTS")
    name = request.node.callspec.id
    page = open_page(f"{app_url}?lecture=guided&present=1", width=width, height=height, dark=dark)
    for number, scene in enumerate(LECTURE.scenes, start=1):
        page.evaluate("window.pressedAt = performance.now(); delete window.restingSince")
        if number > 1:
            page.keyboard.press("PageDown" if number % 2 else "ArrowRight")
        expect(page).to_have_url(re.compile(rf"scene={scene.name}\b"))
        expect(page.locator(".st-key-scene h3")).to_have_text(scene.title)
        settled(page)
        expect(page.get_by_test_id("stProgress")).to_have_count(0)  # no job is under way
        settled(page)
        seconds = page.evaluate("(window.restingSince - window.pressedAt) / 1000")
        if scene.question:
            expect(page.locator(".lab-figure").first).to_be_hidden()
            page.keyboard.press("ArrowRight")
            expect(page.get_by_role("button", name="Show", exact=True)).to_be_hidden()
        assert_seen(page, scene.show)
        found = page.evaluate(MEASURES)
        assert (found["below"], found["beside"], found["cut"]) == (0, 0, []), scene.name
        assert found["type"] >= (24 if width == 1920 else 16), scene.name
        if kept:
            path = Path(kept) / f"{name}_{number:02}_{scene.name}.png"
            path.parent.mkdir(parents=True, exist_ok=True)
            page.screenshot(path=path)
            with (path.parent / f"{name}_seconds.tsv").open("a") as table:
                table.write(f"{number}\t{scene.name}\t{seconds:.2f}\n")


def assert_seen(page: Page, rows: tuple[tuple[str, ...], ...]) -> None:
    """Everything that a scene shows is on the screen, whole."""
    for name in (name for row in rows for name in row):
        key = re.sub("[^a-zA-Z0-9_-]", "-", name)
        part = page.locator(f".st-key-component--{key}, .st-key-{key}").first
        expect(part).to_be_visible()
        expect(part).to_be_in_viewport(ratio=0.99)


def test_the_keys_of_a_presentation(app_url: str, open_page: Open, settled: Settled):
    page = open_page(f"{app_url}forward?lecture=guided&scene=forward")
    header, sidebar = page.get_by_test_id("stHeader"), page.get_by_test_id("stSidebar")
    expect(page.get_by_text("The guided lecture · 2 of")).to_be_visible()
    page.keyboard.press("p")
    expect(page).to_have_url(re.compile("present=1"))
    expect(header).to_be_hidden()
    expect(sidebar).to_be_hidden()
    note = page.locator(".st-key-speaker_note")
    expect(note).to_be_hidden()
    page.keyboard.press("n")
    expect(note).to_contain_text("Start the player")
    page.keyboard.press("s")
    expect(sidebar).to_be_visible()
    page.keyboard.press("s")
    expect(page.get_by_role("tab", name="2 · One view")).to_be_hidden()
    page.keyboard.press("e")
    expect(page.get_by_role("tab", name="2 · One view")).to_be_visible()
    page.keyboard.press("e")
    # Drawn by hand: the font is there, and the lines go through the filter.
    title = page.locator(".lab-title").first
    page.keyboard.press("d")
    expect(page).to_have_url(re.compile("hand_drawn=true"))
    expect(title).to_have_css("font-family", re.compile("Patrick Hand"))
    loaded = "document.fonts.check('16px \"Patrick Hand\"')"
    assert eventually(page, lambda: page.evaluate(loaded), bool)
    lines = page.locator(".lab-by-hand .xlines-above").first
    expect(lines).to_have_css("filter", 'url("#lab-hand")')
    page.keyboard.press("d")
    expect(title).not_to_have_css("font-family", re.compile("Patrick Hand"))
    page.keyboard.press("b")
    black = "getComputedStyle(document.body, '::after').backgroundColor"
    assert page.evaluate(black) == "rgb(0, 0, 0)"
    page.keyboard.press("b")
    page.keyboard.press("q")
    code = page.locator(".lab-over")
    expect(code.locator("svg")).to_be_visible()
    expect(code).to_contain_text("scene=forward")
    assert "present" not in code.inner_text()
    page.keyboard.press("Escape")
    page.keyboard.press("f")
    page.wait_for_function("document.fullscreenElement")
    page.keyboard.press("f")
    page.wait_for_function("!document.fullscreenElement")
    # The second screen: note and next scene in a window of their own, which follows.
    with page.expect_popup() as popup:
        page.keyboard.press("Shift+N")
    notes = popup.value
    expect(notes.get_by_role("heading", name="The forward problem")).to_be_visible()
    expect(notes.get_by_text("Start the player")).to_be_visible()
    page.keyboard.press("1")
    page.keyboard.press("2")
    expect(page).to_have_url(re.compile("scene=regularise_or_precondition"))
    page.keyboard.press("4")
    expect(page).to_have_url(re.compile("scene=sinogram"))
    settled(page)
    expect(notes.get_by_role("heading", name="The sinogram")).to_be_visible()
    expect(notes.get_by_text("Click another pixel")).to_be_visible()
    expect(notes.get_by_text("Next: Back-projection and FBP")).to_be_visible()
    notes.close()
    page.reload()  # stays where it was
    expect(settled(page).locator(".st-key-scene h3")).to_have_text("The sinogram")
    # A prediction stays in this browser, and the answer is shown after it.
    page.get_by_role("button", name="At the rim").click()
    page.keyboard.press("ArrowRight")
    expect(page.locator(".lab-question output")).to_have_text("In the centre.")
    assert page.evaluate("localStorage.getItem('lab prediction guided/sinogram')") == "At the rim"
    page.keyboard.press("ArrowLeft")
    expect(page).to_have_url(re.compile("scene=geometries"))
    page.keyboard.press("p")
    expect(header).to_be_visible()
    page.set_viewport_size({"width": 400, "height": 800})
    page.wait_for_timeout(200)
    assert page.evaluate(MEASURES)["beside"] == 0


@pytest.fixture(scope="module")
def frontend(browser):
    page = browser.new_page()
    yield Frontend(page, FOLDER)
    page.close()


@pytest.mark.parametrize(
    ("left", "rows", "height"),
    [
        (600, [None], 592),
        (600, [40, None], 544),
        (600, [40, None, None], 268),
        (600, [200, None], 384),
        (600, [200, 100], 292),  # all are small: all may be as high as there is room
        (100, [None], 120),
    ],
)
def test_rows_of_figures_share_what_is_left(left, rows, height, frontend):
    assert frontend.call("fit", "shareOf", left, rows, 8) == height


def test_the_link_of_a_qr_code_is_for_who_follows(frontend):
    link = frontend.call("presenter", "linkFor", "http://a.b/~/+/forward?present=1&size=64")
    assert link == "http://a.b/forward?size=64"


MINE = """+++
order = 1
title = "{title}"
page = "home"
note = "Say hello."
+++

A first scene.
"""


def test_a_preview_opens_a_scene_and_shows_what_is_saved_in_it(tmp_path: Path, open_page: Open):
    scene = tmp_path / "mine" / "01_first.md"
    scene.parent.mkdir()
    scene.write_text(MINE.format(title="My first scene"))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    log = tmp_path / "log"
    process = subprocess.Popen(
        [*(sys.executable, "-m", "core", "lecture", "preview", scene), f"--port={port}"],
        cwd=ROOT,
        env={**os.environ, "BROWSER": "true", "PYTHONUNBUFFERED": "1"},  # `true` opens nothing
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        wait_until_served(process, f"http://localhost:{port}/", log)
        address = log.read_text().split()[0]
        assert address == f"http://localhost:{port}/?lecture=mine&scene=first"
        page = open_page(address)
        heading = page.locator(".st-key-scene h3")
        expect(heading).to_have_text("My first scene")
        scene.write_text(MINE.format(title="A better title"))
        page.keyboard.press("p")
        expect(heading).to_have_text("A better title")
        page.close()  # nothing of it is asked for when the server has gone
        process.terminate()  # the command alone: its server ends with it
        assert process.wait(timeout=60) == 128 + signal.SIGTERM
        with pytest.raises(ProcessLookupError):
            os.killpg(process.pid, 0)
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait(timeout=30)
