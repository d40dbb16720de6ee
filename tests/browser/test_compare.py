"""The page Compare in a real browser: a small comparison is run, sorted, and survives a reload."""

import csv
import io
import re
from collections.abc import Callable
from pathlib import Path

import h5py
import nbformat
import pytest
from playwright.sync_api import Locator, Page, expect

pytestmark = pytest.mark.browser

SMALL = "size=64&detectors=32&width=2&angles=20&noise=gaussian&noise_level=0.02"


def rows_of(page: Page) -> Locator:
    return page.get_by_role("table", name="The scores of each method").locator("tbody tr")


def column(page: Page, number: int) -> list[float]:
    texts = rows_of(page).locator(f"td:nth-of-type({number})").all_inner_texts()
    return [float(text.partition(" ")[0].replace("−", "-")) for text in texts]


def start(page: Page, name: str) -> None:
    """Press a button, unless the store remembers its result from an earlier run."""
    button = page.get_by_role("button", name=name, exact=True)
    expect(button).to_be_visible()
    if button.is_enabled():
        button.click()


def test_a_comparison_is_run_sorted_and_found_again(app_url, open_page, settled) -> None:
    query = f"{SMALL}&methods=tv,back_projection,fbp,cgls,fista&tuning=default,rule"
    page: Page = open_page(f"{app_url}compare?{query}")
    start(page, "Compare the methods")
    # FBP, CGLS and FISTA are there twice.
    expect(rows_of(page)).to_have_count(8)
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    settled(page)
    first = rows_of(page).locator("th").all_inner_texts()
    assert first[:2] == ["Total variation, tuned", "Back-projection"]
    for name in ("SNR / dB", "SNR / dB ↓"):
        page.get_by_role("button", name=name, exact=True).click()
    expect(page.get_by_role("columnheader", name="SNR / dB ↑")).to_have_attribute(
        "aria-sort", "ascending"
    )
    expect(page).to_have_url(re.compile("sort=snr&falling=false"))
    rising = column(page, 2)
    assert rising == sorted(rising)
    settled(page)
    page.reload()
    settled(page)
    expect(rows_of(page)).to_have_count(8)
    assert column(page, 2) == rising
    for alt in ("How good the image of each method", "Reconstruction of CGLS", "Values along row"):
        expect(page.get_by_role("figure", name=re.compile(alt)).first).to_be_visible()
    page.get_by_role("radio", name="Errors").click()
    expect(page).to_have_url(re.compile("show=errors"))
    expect(page.get_by_role("figure", name=re.compile("Error of CGLS")).first).to_be_visible()


def test_a_comparison_that_is_stopped_keeps_the_rows_that_are_done(
    app_url, open_page: Callable[..., Page]
) -> None:
    query = f"{SMALL}&methods=fbp,deep_image_prior,red"
    page = open_page(f"{app_url}compare?{query}", dark=True)
    start(page, "Compare the methods")
    expect(rows_of(page).first).to_contain_text("Filtered back-projection")
    page.get_by_role("button", name="Stop", exact=True).click()
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    expect(rows_of(page).first).to_contain_text("Filtered back-projection")
    expect(page.get_by_role("button", name="Compare the methods")).to_be_enabled()


def test_a_sweep_shows_its_curves_and_the_gains(app_url, open_page, settled) -> None:
    query = f"{SMALL}&step=sweep&sweep.along=arc&sweep.methods=tv,fbp,cgls&sweep.slices=2"
    page: Page = open_page(f"{app_url}compare?{query}", width=1920)
    start(page, "Run the sweep")
    gains = page.locator("table", has_text="over TV").locator("tbody tr")
    expect(gains).to_have_count(3)
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    settled(page)
    assert gains.locator("td:nth-child(2)").all_inner_texts() == ["14"] * 3
    assert gains.first.inner_text().startswith("Total variation, tuned")
    with page.expect_download() as download:
        page.get_by_role("button", name="Gains in LaTeX").click()
    assert re.fullmatch(
        r"sweep_arc_colin27.*_\d{4}-\d\d-\d\d\.tex", download.value.suggested_filename
    )
    assert download.value.path().read_text().count(r"\\") == 4
    alt = re.compile("of each method along the sweep")
    expect(page.get_by_role("figure", name=alt)).to_be_visible()


def test_a_comparison_is_taken_away_and_its_settings_are_loaded_again(
    app_url, open_page, settled, tmp_path: Path
) -> None:
    query = f"{SMALL}&methods=fbp,cgls&sort=snr"
    page: Page = open_page(f"{app_url}compare?{query}")
    start(page, "Compare the methods")
    expect(rows_of(page)).to_have_count(2)
    expect(page.locator("[data-testid=stProgress]")).to_have_count(0)
    settled(page)
    page.get_by_text("Take it away").click()

    def taken(label: str) -> Path:
        with page.expect_download() as download:
            page.get_by_role("button", name=label, exact=True).click()
        path = tmp_path / download.value.suggested_filename
        download.value.save_as(path)
        return path

    table = taken("Table as CSV")
    assert re.fullmatch(r"comparison_colin27.*_\d{4}-\d\d-\d\d\.csv", table.name)
    snr = [float(line["snr"]) for line in csv.DictReader(io.StringIO(table.read_text()))]
    assert [round(value, 2) for value in snr] == column(page, 2)
    with h5py.File(taken("All arrays (HDF5)")) as file:
        assert sorted(file["images"]) == ["cgls_default", "fbp_default"]
    nbformat.validate(nbformat.read(taken("Notebook"), as_version=4))
    settings = taken("Download the settings")
    assert re.fullmatch(r"settings_compare_colin27.*_\d{4}-\d\d-\d\d\.json", settings.name)
    page.goto(f"{app_url}compare")
    settled(page)
    page.goto(f"{app_url}classical_inversion?tab=recipe&size=64&a=fbp&b=none")
    settled(page)
    field = page.locator("input[type=file]").last
    (tmp_path / "bad.json").write_text("{")
    field.set_input_files(tmp_path / "bad.json")
    expect(page.get_by_text("cannot be read as JSON")).to_be_visible()
    field.set_input_files(settings)
    expect(page).to_have_url(re.compile(r"/compare\?.*methods=fbp%2Ccgls.*sort=snr"))
    expect(rows_of(settled(page))).to_have_count(2)


def test_the_overview_says_what_each_method_promises(app_url, open_page) -> None:
    page: Page = open_page(f"{app_url}compare?{SMALL}&step=overview")
    row = page.locator("tr", has_text="Deep image prior")
    assert row.locator("td").nth(2).inner_text() == "no"
    expect(row).to_contain_text("not convex")
