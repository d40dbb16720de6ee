"""The style sheets: a selector must not make the browser style the whole page at each change."""

import re
from pathlib import Path

import pytest
import streamlit

import core

SHEETS = sorted(Path(core.__file__).parent.glob("ui/**/frontend/*.css"))
BARE = re.compile(r"(?:^|[\s>+~,{}(]):has\(")
"""`:has` of any element at all."""
THEN_ANY = re.compile(r":has\((?:[^()]|\([^()]*\))*\)\s*[\s>+~]\s*(?:\*|:)")
"""Any element that follows one with `:has`."""


def faults_of(text: str) -> list[str]:
    rules = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    return [
        selector.strip()
        for selector in re.findall(r"[^{};]+(?=\{)", rules)
        if BARE.search(selector) or THEN_ANY.search(selector)
    ]


@pytest.mark.parametrize("sheet", SHEETS, ids=lambda sheet: sheet.name)
def test_has_is_asked_of_few_elements(sheet: Path) -> None:
    # With one such rule the browser styled all 3 700 elements of the classical page anew for each
    # label that Plotly wrote: 1.15 s in place of 0.13 s whenever the page was opened.
    assert not faults_of(sheet.read_text(encoding="utf-8"))


@pytest.mark.parametrize(
    "selector",
    [
        ":has(> .places)",
        "main > :has(.code)",
        '[data-testid="stVerticalBlock"]:has(> div > .code) > *',
        '[data-testid="stVerticalBlock"]:has(> .code) > :not(.code)',
    ],
)
def test_the_test_sees_what_it_forbids(selector: str) -> None:
    assert faults_of(f"p {{ margin: 0; }}\n{selector} {{ gap: 0; }}")


def test_streamlit_still_has_what_the_style_sheets_name() -> None:
    static = Path(streamlit.__file__).parent / "static"
    bundle = "".join(path.read_text(encoding="utf-8") for path in static.rglob("*.js"))
    sources = [path for kind in ("css", "js") for path in SHEETS[0].parents[2].rglob(f"*.{kind}")]
    text = "".join(path.read_text(encoding="utf-8") for path in sources)
    tests = set(re.findall(r'data-testid=\\?"(\w+)', text))
    states = set(re.findall(r'\[data-testid="\w+"\]\[([\w-]+)="\w+"\]', text))
    assert len(tests) > 15
    assert states == {"data-collapsed"}
    assert not [name for name in tests | states if name not in bundle]
