"""Make the pictures of the README anew: the app in a real browser, and its player at work.

    python -m assets.build_screenshots [ADDRESS]

Starts the app, or visits the one at ADDRESS, and writes `assets/screenshots`: one PNG for each of
`PAGES`, and `scrubber.webp`, which shows two methods iterate by iterate.
"""

import io
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image
from playwright.sync_api import FloatRect, Page, sync_playwright

from core.benchmarks.browsers import system_browser
from tests.browser.conftest import AT_REST, SWITCHES

ROOT = Path(__file__).resolve().parents[1]
FOLDER = ROOT / "assets" / "screenshots"
PORT = 8599
PATIENCE_MS = 300_000

PAGES = {
    "forward": "forward?step=view",
    "learned": "learned_methods?step=zoo&a=learned_primal_dual&b=unet&c=fbp",
}
"""A file and the link that it shows."""

SCRUBBER = "classical_inversion?noise=gaussian&noise_level=0.05&a=lsqr&a.lsqr.iterations=60&b=sirt"
"""With 5 % noise LSQR finds the image within a few iterations, and the noise in the next."""

# As a hand moves it: no frame around the slider, which would be in the pictures.
_MOVE = """(slider, frame) => {
    slider.value = frame;
    slider.dispatchEvent(new Event("input", { bubbles: true }));
}"""

FRAME_MS, LAST_MS = 220, 1800
MARGIN = 8
COLOURS = 192
QUALITY = 80


@contextmanager
def served() -> Iterator[str]:
    """Serve the app for as long as the block runs, and give its address."""
    command = [sys.executable, "-m", "streamlit", "run", "streamlit_app.py"]
    options = [f"--server.port={PORT}", "--server.headless=true", "--server.fileWatcherType=none"]
    with subprocess.Popen([*command, *options], cwd=ROOT, stdout=subprocess.DEVNULL) as server:
        address = f"http://127.0.0.1:{PORT}/"
        try:
            end = time.monotonic() + PATIENCE_MS / 1000
            while time.monotonic() < end and not _answers(address):
                time.sleep(0.2)
            yield address
        finally:
            server.terminate()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(f"{address}_stcore/health", timeout=1):
            return True
    except (urllib.error.URLError, OSError):
        return False


def at_rest(page: Page) -> None:
    """Wait until nothing runs and every figure is drawn."""
    page.wait_for_function(AT_REST, timeout=PATIENCE_MS)
    page.wait_for_function(
        "() => !document.querySelector('[data-testid=stProgress]')", timeout=PATIENCE_MS
    )
    page.wait_for_timeout(1000)
    page.wait_for_function(AT_REST, timeout=PATIENCE_MS)


def picture(page: Page, link: str, path: Path) -> None:
    """Write what a link shows as a PNG of few colours."""
    page.goto(link)
    at_rest(page)
    shot = Image.open(io.BytesIO(page.screenshot())).convert("RGB")
    shot.quantize(COLOURS, dither=Image.Dither.NONE).save(path, optimize=True)


def animation(page: Page, link: str, path: Path) -> None:
    """Write the row of pictures at each frame of the player as an animated WebP."""
    page.goto(link)
    slider = page.get_by_role("slider", name="iteration").last
    slider.wait_for(timeout=PATIENCE_MS)
    at_rest(page)
    clip = _around(page)
    frames: list[Image.Image] = []
    for number in range(int(slider.get_attribute("max") or 0) + 1):
        slider.evaluate(_MOVE, number)
        page.wait_for_timeout(400)
        shot = page.screenshot(clip=clip)
        frames.append(Image.open(io.BytesIO(shot)).convert("RGB"))
    times = [FRAME_MS] * (len(frames) - 1) + [LAST_MS]
    first, *rest = frames
    first.save(
        path, save_all=True, append_images=rest, duration=times, loop=0, quality=QUALITY, method=6
    )


def _around(page: Page) -> FloatRect:
    """The rectangle that holds the player and the row of reconstructions."""
    player = page.locator(".stBidiComponent", has=page.get_by_role("slider", name="iteration"))
    row = page.locator(".stBidiComponent", has_text="Truth").first
    boxes = [player.last.bounding_box(), row.bounding_box()]
    found = [box for box in boxes if box is not None]
    left = min(box["x"] for box in found) - MARGIN
    top = min(box["y"] for box in found) - MARGIN
    right = max(box["x"] + box["width"] for box in found) + MARGIN
    bottom = max(box["y"] + box["height"] for box in found) + MARGIN
    return {"x": left, "y": top, "width": right - left, "height": bottom - top}


def build(address: str) -> None:
    """Make every picture of `FOLDER` from the app at this address."""
    FOLDER.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=system_browser(), args=SWITCHES)
        page = browser.new_page(viewport={"width": 1280, "height": 1600})
        page.set_default_timeout(PATIENCE_MS)
        animation(page, address + SCRUBBER, FOLDER / "scrubber.webp")
        page.set_viewport_size({"width": 1280, "height": 1000})
        for name, link in PAGES.items():
            picture(page, address + link, FOLDER / f"{name}.png")
        browser.close()


if __name__ == "__main__":
    if len(sys.argv) > 1:
        build(sys.argv[1].rstrip("/") + "/")
    else:
        with served() as at:
            build(at)
