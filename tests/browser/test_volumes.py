"""The page on volumes in a real browser: its slices are linked, and a job ends on the screen."""

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests.helpers.one_screen import assert_on_one_screen
from tests.helpers.volume_files import four_d, oriented
from tests.helpers.waiting import PATIENCE_MS

pytestmark = pytest.mark.browser

SMALL = "volume.size=24&volume.views=12"


def test_a_head_is_scanned_inverted_and_cut_where_one_clicks(
    app_url: str, open_page: Callable[..., Page], settled: Callable[[Page], Page]
) -> None:
    page = open_page(f"{app_url}volumes?{SMALL}")
    expect(page.get_by_text("unknown voxels")).to_be_visible(timeout=PATIENCE_MS)
    for title in ("From above", "From the side", "What the panel sees"):
        expect(page.get_by_text(title, exact=True).first).to_be_visible(timeout=PATIENCE_MS)
    page.get_by_role("tab", name="2 · Reconstruct").click()
    page.get_by_role("button", name="Run Ordered subsets").click(timeout=PATIENCE_MS)
    expect(page.get_by_text("All 6 iterations done.")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_role("cell", name="Ordered subsets")).to_be_visible(timeout=PATIENCE_MS)
    assert_on_one_screen(settled(page))
    figure = page.locator(".lab-figure").first
    figure.scroll_into_view_if_needed()
    box = figure.bounding_box()
    assert box is not None
    # In the axial slice, the first of three: a third from its left, in its upper half.
    page.mouse.click(box["x"] + 0.1 * box["width"], box["y"] + 0.25 * box["height"])
    page.wait_for_function(
        "new URLSearchParams(location.search).has('volume.x')", timeout=PATIENCE_MS
    )
    expect(page.get_by_test_id("stException")).to_have_count(0)


def test_a_helix_brings_back_the_disks_that_the_circle_lost(
    app_url: str, open_page: Callable[..., Page]
) -> None:
    link = "volumes?step=circle&orbits.size=32&orbits.views=40&orbits.iterations=15"
    page = open_page(app_url + link)
    page.get_by_role("button", name="Scan the disks").click(timeout=PATIENCE_MS)
    row = page.get_by_role("row").filter(has_text="Helix, CGLS")
    expect(row).to_be_visible(timeout=PATIENCE_MS)
    middle, outer, gap = (float(text) for text in row.get_by_role("cell").all_inner_texts()[1:])
    assert min(middle, outer) > 0.9
    assert abs(gap) < 0.1
    lost = page.get_by_role("row").filter(has_text="Circle, CGLS").get_by_role("cell")
    assert float(lost.all_inner_texts()[2]) < 0.6


def test_ones_own_volume_is_opened_and_a_bad_one_leaves_it_open(
    app_url: str, open_page: Callable[..., Page], tmp_path: Path
) -> None:
    for name, content in {"good.nii": oriented("LPS"), "four.nii": four_d()}.items():
        (tmp_path / name).write_bytes(content)
    page = open_page(f"{app_url}volumes?{SMALL}&volume.image=upload")
    field = page.get_by_test_id("stSidebar").locator("input[type=file]")
    field.set_input_files(tmp_path / "good.nii", timeout=PATIENCE_MS)
    expect(page.get_by_text("Open: good.nii")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("resampled to cubes of 0.375 mm")).to_be_visible(timeout=PATIENCE_MS)
    field.set_input_files(tmp_path / "four.nii", timeout=PATIENCE_MS)
    expect(page.get_by_text("has 4 axes")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_text("Open: good.nii")).to_be_visible(timeout=PATIENCE_MS)
    expect(page.get_by_test_id("stException")).to_have_count(0)
