"""How long six image panels take from a change of their data until they are painted.

Measured in a real browser against what one would write first: ``go.Heatmap`` from lists in
``st.plotly_chart``. This file is the measurement and, run by Streamlit, the two pages it measures.
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
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import numpy as np

SIZE, COUNT = 320, 6
WARM_UP, REPEATS = 1, 5
_PATIENCE_MS = 60_000
_ROOT = Path(__file__).parents[2]
_CHROMIUM = Path("/usr/bin/chromium")
_SWITCHES = ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]

# From the key press until the frame after the one in which all six titles tell the new number;
# titles and pixels are drawn in one go in either page.
_TIME_A_STEP = """wanted => new Promise(done => {
  const begin = performance.now();
  const painted = () => (document.body.textContent.split(`step ${wanted},`).length - 1) === COUNT;
  const look = () => requestAnimationFrame(() => painted()
    ? requestAnimationFrame(() => done(performance.now() - begin)) : look());
  document.addEventListener('keydown', look, { capture: true, once: true });
})""".replace("COUNT", str(COUNT))


def measure_painting() -> tuple[float, float]:
    """Return the median milliseconds of the baseline and of `image_panels`, taken in turns.

    Raises
    ------
    ImportError
        If Playwright is not installed, which only the development requirements bring.
    """
    from playwright.sync_api import sync_playwright

    path = str(_CHROMIUM) if _CHROMIUM.exists() else None
    with (
        sync_playwright() as playwright,
        closing(playwright.chromium.launch(executable_path=path, args=_SWITCHES)) as browser,
        _served("baseline") as baseline_url,
        _served("panels") as panels_url,
    ):
        pages = [_open(browser, url) for url in (baseline_url, panels_url)]
        steps = range(1, WARM_UP + REPEATS + 1)
        times = [[_time_step(page, step) for page in pages] for step in steps]
        for page in pages:
            page.close()
    baseline, panels = zip(*times[WARM_UP:], strict=True)
    return statistics.median(baseline), statistics.median(panels)


def _open(browser: Any, url: str) -> Any:
    page = browser.new_context(viewport={"width": 1280, "height": 1000}).new_page()
    page.goto(url)
    page.get_by_text(f"step 0, {COUNT}").wait_for(timeout=_PATIENCE_MS)
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
def _served(variant: str) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", __file__]
    command += [f"--server.port={port}", "--server.address=127.0.0.1", "--server.headless=true"]
    command += ["--server.fileWatcherType=none", "--", variant]
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


def _page(variant: str) -> None:
    """Show the six images of a step, in one of the two ways."""
    import streamlit as st

    st.set_page_config(layout="wide")
    step = st.slider("step", 0, 50)
    images = np.random.default_rng(step).random((COUNT, SIZE, SIZE), dtype=np.float32)
    titles = [f"step {step}, {number}" for number in range(1, COUNT + 1)]
    show = _show_baseline if variant == "baseline" else _show_panels
    show(images, titles)


def _show_baseline(images: np.ndarray, titles: list[str]) -> None:
    import streamlit as st
    from plotly import graph_objects as go
    from plotly.subplots import make_subplots

    figure = make_subplots(rows=2, cols=3, subplot_titles=titles)
    for number, image in enumerate(images):
        heatmap = go.Heatmap(z=image.tolist(), zmin=0, zmax=1, coloraxis="coloraxis")
        figure.add_trace(heatmap, row=number // 3 + 1, col=number % 3 + 1)
    figure.update_layout(height=800, coloraxis={"colorscale": "gray"})
    st.plotly_chart(figure, key="six")


def _show_panels(images: np.ndarray, titles: list[str]) -> None:
    from core.ui.panels import Panel, image_panels

    panels = [
        Panel(title=title, image=image, alt=title, low=0, high=1)
        for title, image in zip(titles, images, strict=True)
    ]
    image_panels(panels, key="six", columns=3)


if __name__ == "__main__":
    _page(sys.argv[1])
