"""How long six image panels take from a change of their data until they are painted.

Measured in a real browser against what one would write first, in ``st.plotly_chart``:
``go.Heatmap`` from lists and from NumPy arrays, and ``px.imshow`` of encoded pictures.
"""

from __future__ import annotations

import os
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from functools import cache
from pathlib import Path
from typing import Any

from core.benchmarks import six_images
from core.benchmarks.browsers import system_browser
from core.benchmarks.six_images import COUNT, WAYS, title
from core.benchmarks.timing import NotMeasured, Row

WARM_UP, REPEATS = 1, 5
_PATIENCE_MS = 60_000
_ROOT = Path(__file__).parents[2]
_SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# From the key press until the frame after the one in which all six titles show the new number.
# Titles and pixels are drawn in one go, except that the browser may decode the pictures of
# `px.imshow` a moment later: that one is measured slightly too fast.
_TIME_A_STEP = """wanted => new Promise(done => {
  const begin = performance.now();
  const painted = () => (document.body.textContent.split(`step ${wanted},`).length - 1) === COUNT;
  const look = () => requestAnimationFrame(() => painted()
    ? requestAnimationFrame(() => done(performance.now() - begin)) : look());
  document.addEventListener('keydown', look, { capture: true, once: true });
})""".replace("COUNT", str(COUNT))


def heatmaps_from_lists() -> Row:
    """Compare six panels with the first that one would write."""
    return _row("heatmaps from lists", "go.Heatmap from lists", at_least=5, aim=12)


def heatmaps_from_arrays() -> Row:
    """Compare six panels with heatmaps whose values travel as bytes."""
    return _row("heatmaps from arrays", "go.Heatmap from NumPy arrays")


def encoded_pictures() -> Row:
    """Compare six panels with pictures that carry 8 bits a pixel and no values."""
    return _row("pictures", "px.imshow(binary_string=True): 8 bits a pixel, no values")


def _row(way: str, against: str, *, at_least: float | None = None, aim: float | None = None) -> Row:
    medians = measure_painting()
    return Row(
        what="six image panels, slider to painted",
        against=against,
        baseline=medians[way],
        ours=medians["panels"],
        at_least=at_least,
        aim=aim,
    )


@cache
def measure_painting() -> dict[str, float]:
    """Return the median milliseconds of every way to draw six images, taken in turns.

    Raises
    ------
    NotMeasured
        If Playwright, which only the development requirements bring, or a browser is missing.
    """
    try:
        from playwright.sync_api import Error, sync_playwright
    except ImportError as missing:
        raise NotMeasured(f"{missing}.") from missing
    try:
        with sync_playwright() as playwright, ExitStack() as opened:
            browser = playwright.chromium.launch(executable_path=system_browser(), args=_SWITCHES)
            opened.enter_context(closing(browser))
            pages = {way: _open(browser, opened.enter_context(_served(way))) for way in WAYS}
            steps = range(1, WARM_UP + REPEATS + 1)
            times = [{way: _time_step(page, step) for way, page in pages.items()} for step in steps]
    except Error as error:
        raise NotMeasured(error.message.splitlines()[0]) from error
    return {way: statistics.median(each[way] for each in times[WARM_UP:]) for way in WAYS}


def _open(browser: Any, url: str) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.goto(url)
    page.get_by_text(title(0, COUNT)).wait_for(timeout=_PATIENCE_MS)
    return page


def _time_step(page: Any, step: int) -> float:
    page.bring_to_front()
    page.wait_for_selector("[data-test-script-state=notRunning]", timeout=_PATIENCE_MS)
    page.wait_for_timeout(300)  # the browser finishes what the last step left behind
    page.get_by_role("slider").focus()
    page.evaluate(f"void (window.painted = ({_TIME_A_STEP})({step}))")
    page.keyboard.press("ArrowRight")
    return float(page.evaluate("window.painted"))


@contextmanager
def _served(way: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", str(six_images.__file__)]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    command += ["--server.fileWatcherType=none", "--", way]
    environment = {**os.environ, "PYTHONPATH": str(_ROOT)}
    with subprocess.Popen(
        command, cwd=_ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as server:
        url = f"http://127.0.0.1:{port}/"
        try:
            for _ in range(300):
                try:
                    with urllib.request.urlopen(f"{url}_stcore/health", timeout=1):
                        break
                except OSError:
                    time.sleep(0.1)
            yield url
        finally:
            server.terminate()
