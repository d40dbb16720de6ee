"""Measured data in a real browser: a sinogram is opened, centred, inverted and judged."""

import io
from collections.abc import Callable

import numpy as np
import pytest
from playwright.sync_api import Page, expect
from skimage.data import shepp_logan_phantom
from skimage.transform import radon, resize

pytestmark = pytest.mark.browser

ANGLES = np.arange(0, 180, 3.0)


def radon_file() -> bytes:
    """A sinogram as scikit-image has it, (detectors, views), with its angles in radians."""
    image = np.pad(resize(shepp_logan_phantom(), (44, 44), anti_aliasing=True), 10)
    file = io.BytesIO()
    np.savez(file, sinogram=radon(image, ANGLES, circle=True), theta=np.deg2rad(ANGLES))
    return file.getvalue()


def cells(page: Page) -> list[list[str]]:
    """Wait until nothing runs any more; return the table of scores, its heading first."""
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    expect(page.get_by_role("button", name="Download the table")).to_be_visible()
    table = page.locator("table", has_text="Objective").first
    return [row.locator("th, td").all_inner_texts() for row in table.locator("tr").all()]


def test_a_sinogram_is_opened_centred_inverted_and_judged(
    app_url: str, open_page: Callable[..., Page], settled: Callable[[Page], Page]
) -> None:
    query = "data=measured&series=own&centre_by=auto&a=fbp&b=none"
    page = open_page(f"{app_url}classical_inversion?{query}")
    expect(page.get_by_text("the tilt series stands in for it")).to_be_visible()
    fields = page.locator("[data-testid=stFileUploader] input[type=file]")
    fields.first.set_input_files(
        {"name": "radon.npz", "mimeType": "application/zip", "buffer": radon_file()}
    )
    read = "60 views (columns, by the number of angles) of 64 detectors; angles 0° to 177°, radians"
    expect(page.get_by_text(read).first).to_be_visible()
    settled(page)
    expect(page.get_by_text("The axis is +0.50 detectors from the middle")).to_be_visible()
    rows = cells(page)
    assert rows[0][:2] == ["Method", "‖Gm̂ − d‖ / ‖d‖"]  # no SNR without a truth
    assert float(rows[1][1]) < 0.043  # 0.0455 about the middle of the row
    page.get_by_role("tab", name="Without a truth").click()
    expect(page.get_by_role("cell", name="first moment")).to_be_visible()
    page.get_by_role("button", name="Hold views out").click()
    expect(page.get_by_role("columnheader", name="views held out")).to_be_visible()


def test_a_bad_sinogram_gets_a_sentence_and_the_page_stays(
    app_url: str, open_page: Callable[..., Page]
) -> None:
    page = open_page(f"{app_url}classical_inversion?data=measured&series=own&a=fbp&b=none")
    fields = page.locator("[data-testid=stFileUploader] input[type=file]")
    fields.first.set_input_files(
        {"name": "table.csv", "mimeType": "text/csv", "buffer": b"1,2,3\n4,5,6\n"}
    )
    sidebar = page.locator("[data-testid=stSidebar]")
    expect(sidebar.get_by_text("The file holds no angles")).to_be_visible()
    expect(page.locator("[data-testid=stException]")).to_have_count(0)
