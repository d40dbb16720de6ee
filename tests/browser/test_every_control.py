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
SMALL = "size=64&detectors=32&width=2&angles=20&live=false"


@pytest.fixture
def crawl(app_url: str, open_page: Callable[..., Page], settled, tmp_path):
    """Give a function that operates all of a page, and returns what it operated."""
    picture = tmp_path / "disc.png"
    Image.radial_gradient("L").save(picture)

    def crawl_all(name: str, **how: Any) -> set[str]:
        page = open_page(f"{app_url}{'' if name == 'home' else name}?{SMALL}", script=SCRIPT)
        crawler = Crawler(page, settled, picture, **how)
        crawler.crawl()
        assert crawler.faults == []
        return set(crawler.done)

    return crawl_all


@pytest.mark.parametrize("name", PAGES)
def test_every_control_of_the_page_works(name, crawl) -> None:
    assert len(crawl(name)) > 5, "the crawler finds its way about"


def test_every_control_of_the_sidebar_works(crawl) -> None:
    done = crawl("forward", scope="stSidebarUserContent", together=False)
    assert {"file uploader", "slider size", "option beam Fan", "number noise_seed"} <= done
