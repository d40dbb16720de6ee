"""The links of the README that open the laboratory, and whether a page is what a link asks for."""

from __future__ import annotations

import re
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

from playwright.sync_api import Page, expect

README = Path(__file__).parents[2] / "README.md"
LINKS = re.findall(r"\]\(http://localhost:8501/([^)\s]*)\)", README.read_text(encoding="utf-8"))
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
# The app writes into the address what its controls hold; what it refused would be missing.
ADDRESS = """wanted => {
  const now = new URLSearchParams(location.search);
  return Object.entries(wanted).every(([name, text]) => now.get(name) === text)
    && [...now.keys()].length === Object.keys(wanted).length;
}"""


def assert_opened(page: Page, link: str) -> None:
    """Assert that a page at rest is the one of a link, with all that it asks for and no more."""
    wanted = urlsplit(link)
    expect(page.get_by_role("heading", level=1)).to_have_text(HEADINGS[wanted.path])
    settings = {name: values[0] for name, values in parse_qs(wanted.query).items()}
    page.wait_for_function(ADDRESS, arg=settings)
    for sentence in page.get_by_role("alert").all_inner_texts():
        assert "link" not in sentence.lower()
