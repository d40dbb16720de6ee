"""Every control of every page, step and tab is operated once, and nothing breaks."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from PIL import Image
from playwright.sync_api import Page

from tests.helpers.crawler import SCRIPT, Crawler

pytestmark = [pytest.mark.browser, pytest.mark.crawl]

PAGES = re.findall(r"pages/(\w+)\.py", (Path(__file__).parents[2] / "streamlit_app.py").read_text())
# Small, and a method runs when its button is pressed, not at every turn of every parameter.
SIDEBAR = "[data-testid=stSidebarUserContent]"
SMALL = "size=64&detectors=32&width=2&angles=20&live=false"


@pytest.fixture
def crawl(app_url: str, open_page: Callable[..., Page], settled, tmp_path):
    """Give a function that operates all of a page, and returns what it operated."""
    picture = tmp_path / "disc.png"
    Image.radial_gradient("L").save(picture)

    def crawl_all(name: str, query: str = "", **how: Any) -> set[str]:
        address = f"{app_url}{'' if name == 'home' else name}?{SMALL}{query}"
        page = open_page(address, script=SCRIPT)
        crawler = Crawler(page, settled, picture, **how)
        crawler.crawl()
        assert crawler.faults == []
        return set(crawler.done)

    return crawl_all


@pytest.mark.parametrize("name", PAGES)
def test_every_control_of_the_page_works(name, crawl) -> None:
    assert len(crawl(name)) > 5, "the crawler finds its way about"


def test_every_control_of_the_sidebar_works(crawl) -> None:
    done = crawl("forward", scope=SIDEBAR, together=False)
    assert {"file uploader", "slider size", "option beam Fan", "number noise_seed"} <= done


def test_every_control_of_measured_data_works(crawl) -> None:
    query = "&data=measured&bin_detectors=8&bin_views=4"
    done = crawl("classical_inversion", query, scope=".st-key-measured_data", together=False)
    assert {"list centre_by Sharpness", "option rings_filter Wavelets"} <= done
    assert {"option rays Fan", "toggle outliers_remove", "number angle_start"} <= done


def test_every_tab_of_measured_data_works(crawl) -> None:
    done = crawl("classical_inversion", "&data=measured&bin_detectors=8&bin_views=4&a=fbp&b=none")
    assert len(done) > 15


def test_every_control_of_a_comparison_of_measured_data_works(crawl) -> None:
    assert len(crawl("compare", "&data=measured&bin_detectors=8&bin_views=4&methods=fbp,cgls")) > 5


def test_every_control_of_a_drawing_works(crawl) -> None:
    done = crawl("forward", "&image=drawing", scope=".st-key-component--drawing")
    assert {"option component--drawing Polygon", "option component--drawing Text"} <= done
    assert {"option component--drawing Freehand", "pill component--drawing Undo"} <= done
