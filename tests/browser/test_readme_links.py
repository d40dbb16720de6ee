"""The links of the README open what they say, each in a browser of its own."""

import re
from collections.abc import Callable
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Page, expect

pytestmark = pytest.mark.browser

README = Path(__file__).parents[2] / "README.md"
LINKS = re.findall(
    r"\[([^\]]+)\]\(http://localhost:8501/([^)\s]*)\)", README.read_text(encoding="utf-8")
)
HEADINGS = {
    "forward": "Forward model",
    "classical_inversion": "Classical inversion",
    "proximal_methods": "Proximal methods",
    "learned_methods": "Learned methods",
    "uncertainty": "Uncertainty",
    "compare": "Compare",
    "autograd_bridge": "Autograd bridge",
    "volumes": "Volumes",
}
PATIENCE_MS = 120_000


@pytest.mark.parametrize(("words", "link"), LINKS, ids=[link for _, link in LINKS])
def test_a_link_opens_its_page_with_all_that_it_asks_for(
    app_url: str, open_page: Callable[..., Page], words: str, link: str
) -> None:
    page = open_page(app_url + link)
    wanted = urlsplit(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS[wanted.path])
    # The app writes into the address what its controls hold; what it refused would be missing.
    page.wait_for_function(
        "wanted => { const now = new URLSearchParams(location.search);"
        " return Object.entries(wanted).every(([name, text]) => now.get(name) === text)"
        " && [...now.keys()].length === Object.keys(wanted).length; }",
        arg={name: values[0] for name, values in parse_qs(wanted.query).items()},
        timeout=PATIENCE_MS,
    )
    for sentence in page.get_by_role("alert").all_inner_texts():
        assert "link" not in sentence.lower()
