"""The links of the README open what they say; those without settings do so in `test_pages`."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page

from tests.helpers.readme_links import HEADINGS, LINKS, assert_opened

pytestmark = pytest.mark.browser

PLAIN = [link for link in LINKS if "?" not in link]


def test_links_without_settings_open_pages_that_are_opened_elsewhere() -> None:
    assert set(PLAIN) <= set(HEADINGS)


@pytest.mark.parametrize("link", [link for link in LINKS if link not in PLAIN])
def test_a_link_opens_its_page_with_all_that_it_asks_for(
    app_url: str, open_page: Callable[..., Page], link: str
) -> None:
    assert_opened(open_page(app_url + link), link)
