"""A server and a real browser for the tests that look at the screen."""

from __future__ import annotations

import time
import urllib.request
from collections.abc import Callable, Iterator
from multiprocessing.process import BaseProcess
from pathlib import Path
from subprocess import Popen

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect, sync_playwright

from core.benchmarks.browsers import system_browser
from tests.helpers import forked_server
from tests.helpers.javascript import Frontend
from tests.helpers.services import free_port
from tests.helpers.waiting import PATIENCE_MS

ROOT = Path(__file__).parents[2]
SWITCHES = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--process-per-site",  # see `keep_a_tab`
]
# Opened at a page's own address, Streamlit first looks for its server below that address.
PROBES = ("/_stcore/health", "/_stcore/host-config")
# All of it at once and for a moment on end: right after a page is opened, or a widget moved, the
# script has not begun yet and looks as if it had ended. What has no parent to be placed in is in a
# folded part of the page, and is drawn when it opens; what is out of sight, when it comes near.
AT_REST = """() => {
    const app = document.querySelector('[data-testid=stApp]');
    const rests = app?.dataset.testConnectionState === 'CONNECTED'
        && app.dataset.testScriptState === 'notRunning'
        && document.querySelector('[data-testid=stMain] [data-testid=stElementContainer]')
        && !document.querySelector('[data-testid=stSkeleton]')
        && [...document.querySelectorAll('.stBidiComponent')].every(
            (figure) => figure.offsetParent === null || figure.querySelector('[data-waiting=away]')
                || (figure.querySelector('[data-drawn]')
                    && !figure.querySelector('[data-waiting]')));
    window.restingSince = rests ? window.restingSince ?? performance.now() : undefined;
    return rests && performance.now() - window.restingSince > 150;
}"""


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Give a headless Chromium: the system's if there is one, else Playwright's own."""
    expect.set_options(timeout=PATIENCE_MS)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=system_browser(), args=SWITCHES)
        yield chromium
        chromium.close()


@pytest.fixture(scope="session")
def frontend(browser: Browser) -> Iterator[Frontend]:
    """Give a page in which the functions of the figures can be called one by one."""
    page = browser.new_page()
    yield Frontend(page)
    page.close()


@pytest.fixture(scope="session")
def serve(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """Give a function that serves a script on a free port and returns its address.

    ``serve(script, *options)`` passes further options to ``streamlit run``. The same script with
    the same options is served once a session.
    """
    folder = tmp_path_factory.mktemp("servers")
    running: dict[tuple[str, ...], tuple[BaseProcess, str]] = {}

    def start(script: Path | str, *options: str) -> str:
        asked = (str(script), *options)
        if asked not in running:
            running[asked] = _start(asked, free_port(), folder / f"{len(running)}.log")
        return running[asked][1]

    yield start
    for process, _ in running.values():
        process.terminate()
    for process, _ in running.values():
        _end(process)


def _start(asked: tuple[str, ...], port: int, log: Path) -> tuple[BaseProcess, str]:
    script, *options = asked
    settings = {
        "server.port": port,
        "server.address": "127.0.0.1",
        "server.headless": "true",
        "server.fileWatcherType": "none",
    }
    switches = [f"--{name}={value}" for name, value in settings.items()]
    process = forked_server.start(["run", script, *switches, *options], log)
    base = next((o.partition("=")[2] for o in options if "baseUrlPath" in o), "")
    url = f"http://127.0.0.1:{port}/" + (f"{base}/" if base else "")
    wait_until_served(process, url, log)
    return process, url


def wait_until_served(process: BaseProcess | Popen[bytes], url: str, log: Path) -> None:
    """Wait until a server answers; end it and raise `RuntimeError` with its log if it does not."""
    end = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < end and _runs(process):
        try:
            with urllib.request.urlopen(f"{url}_stcore/health", timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    process.kill()
    raise RuntimeError(f"{url} was not served.\n{log.read_text()}")


def _runs(process: BaseProcess | Popen[bytes]) -> bool:
    return process.poll() is None if isinstance(process, Popen) else process.is_alive()


def _end(process: BaseProcess) -> None:
    """End a server; one that is still computing is not waited for."""
    process.terminate()
    process.join(timeout=10)
    process.kill()
    process.join()


@pytest.fixture(scope="session")
def app_url(serve: Callable[..., str]) -> str:
    """Give the address of the laboratory itself."""
    return serve(ROOT / "streamlit_app.py")


@pytest.fixture(scope="session")
def fresh_port() -> int:
    """Give a port at which one fresh server follows another: the browser has loaded its scripts."""
    return free_port()


@pytest.fixture
def fresh_app_url(fresh_port: int, tmp_path: Path) -> Iterator[str]:
    """Give the address of the laboratory in a process that nobody has asked anything yet."""
    process, url = _start((str(ROOT / "streamlit_app.py"),), fresh_port, tmp_path / "fresh.log")
    yield url
    _end(process)


def _settled(page: Page) -> Page:
    """Wait until the script has run and every figure is drawn, and see that nothing went wrong."""
    page.wait_for_function(AT_REST, timeout=PATIENCE_MS, polling=50)
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
    expect(page.locator("[role=dialog]")).to_have_count(0)
    return page


@pytest.fixture(scope="session")
def settled() -> Callable[[Page], Page]:
    """Give the function that waits for a page to come to rest."""
    return _settled


@pytest.fixture(scope="session")
def visitor(browser: Browser) -> Iterator[BrowserContext]:
    """Give the browser profile that the tests share: what one has loaded stays."""
    context = browser.new_context()
    keep_a_tab(context)
    yield context
    context.close()


def keep_a_tab(context: BrowserContext) -> None:
    """Keep the process in which Chromium draws the pages, and with it the JavaScript it compiled.

    All tabs of a profile that show 127.0.0.1, on whichever port, share a process, which ends with
    the last of them. A page that opens in it takes half the processor time of one in a new process.
    """
    tab = context.new_page()
    tab.route("**/*", lambda route: route.fulfill(body="<!doctype html>", content_type="text/html"))
    tab.goto("http://127.0.0.1/")


@pytest.fixture
def open_page(browser: Browser, visitor: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Give a function that opens an address in a tab of its own and waits until it settled.

    ``open_page(url, width=1280, height=800, dark=False, script="", fresh=False)``; `script` runs
    in the page before anything else, and `fresh` takes a browser that has loaded nothing yet. At
    the end of the test the page must have logged no error and asked no other server for anything.
    """
    pages: list[Page] = []
    own: list[BrowserContext] = []
    complaints: list[str] = []

    def open_at(
        url: str,
        width: int = 1280,
        height: int = 800,
        dark: bool = False,
        script: str = "",
        fresh: bool = False,
    ) -> Page:
        if fresh:
            own.append(browser.new_context())
        page = (own[-1] if fresh else visitor).new_page()
        pages.append(page)
        # Fades and turning wheels cost a tenth of the time where no GPU draws each frame.
        page.emulate_media(color_scheme="dark" if dark else "light", reduced_motion="reduce")
        page.set_viewport_size({"width": width, "height": height})
        if script:
            page.add_init_script(script)
        page.set_default_timeout(PATIENCE_MS)
        server = "/".join(url.split("/")[:3])
        allowed = (server, server.replace("http", "ws"), "data:", "blob:")
        page.on(
            "request",
            lambda request: (
                None
                if request.url.startswith(allowed)
                else complaints.append(f"left the server: {request.url}")
            ),
        )
        page.on(
            "console",
            lambda message: (
                complaints.append(f"console: {message.text} ({message.location['url']})")
                if message.type == "error" and not message.location["url"].endswith(PROBES)
                else None
            ),
        )
        page.on("pageerror", lambda error: complaints.append(f"page: {error}"))
        page.goto(url)
        return _settled(page)

    yield open_at
    for page in pages:
        page.close()
    for context in own:
        context.close()
    assert complaints == []
