"""A hostile file costs the visitor who brings it, and nobody else."""

from __future__ import annotations

import re
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import ROOT, wait_until_served
from tests.helpers import hostile_files as hostile
from tests.helpers.figures import APP, drawn
from tests.helpers.waiting import PATIENCE_MS

pytestmark = pytest.mark.browser

SERVER = """
import sys
from core.problem.reader_process.limits import Limits
from core.problem.reader_process.pool import Settings, the_readers
the_readers()._settings = Settings(limits=Limits(seconds=90))
from streamlit.web.cli import main
main()
"""
"""A server whose readers may take long: a test can look at it meanwhile, however busy it is."""


@pytest.fixture
def patient_url(tmp_path: Path) -> Iterator[str]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    options = {"server.port": port, "server.address": "127.0.0.1", "server.headless": "true"}
    log = tmp_path / "server.log"
    process = subprocess.Popen(
        [sys.executable, "-c", SERVER, "run", "streamlit_app.py"]
        + [f"--{name}={value}" for name, value in options.items()],
        cwd=ROOT,
        stdout=log.open("wb"),
        stderr=subprocess.STDOUT,
    )
    url = f"http://127.0.0.1:{port}/"
    wait_until_served(process, url, log)
    yield url
    process.terminate()
    process.wait(timeout=PATIENCE_MS / 1000)  # far less than the file would take


def bring(page: Page, content: bytes) -> None:
    page.locator("[data-testid=stFileUploader] input[type=file]").set_input_files(
        {"name": "own.h5", "mimeType": "application/x-hdf5", "buffer": content}
    )


def test_others_are_served_while_a_file_never_ends(
    patient_url: str, open_page: Callable[..., Page]
) -> None:
    visitor = open_page(f"{patient_url}?image=upload")
    bring(visitor, hostile.endless())
    reading = visitor.get_by_text("Reading the file")
    expect(reading).to_be_visible()
    with urllib.request.urlopen(f"{patient_url}_stcore/health") as answer:
        assert answer.status == 200
    other = open_page(f"{patient_url}forward")
    expect(other.get_by_role("heading", name="Forward model")).to_be_visible()
    expect(reading).to_be_visible()  # all this happened meanwhile
    # Another visitor's file is read too: there are two readers.
    third = open_page(f"{patient_url}?image=upload")
    bring(third, hostile.segfault())
    expect(third.get_by_text("The file crashed the reader: it is damaged.")).to_be_visible()
    expect(reading).to_be_visible()


def test_frames_are_served_by_their_whole_name_only(
    serve: Callable[..., str], open_page: Callable[..., Page]
) -> None:
    page = open_page(serve(APP))
    drawn(page, "Iterates. Errors.")
    asked = page.evaluate("performance.getEntriesByType('resource').map((entry) => entry.name)")
    frames = [re.fullmatch(r"(.*/lab\.frames/)([0-9a-f]{32})", name) for name in asked]
    frame = next(match for match in frames if match)
    folder, name = frame.groups()
    with urllib.request.urlopen(folder + name) as answer:
        assert answer.status == 200
    flipped = f"{int(name[0], 16) ^ 1:x}{name[1:]}"
    for guess in ("", ".", name[:8], f"{name[:-1]}*", flipped, "../frames", "%2e%2e/"):
        with pytest.raises(urllib.error.HTTPError) as refused:
            urllib.request.urlopen(folder + guess)
        assert refused.value.code in (400, 403, 404)
