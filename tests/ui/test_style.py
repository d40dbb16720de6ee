import re
import tomllib
from itertools import combinations, permutations
from pathlib import Path

import pytest
from plotly.graph_objects import Scatter

from core.methods import METHODS
from core.ui.style import (
    DASHES,
    INK,
    KINDS,
    ON_DARK,
    SYMBOLS,
    LineStyle,
    method_style,
    method_styles,
    styles_in_one_figure,
)
from tests.helpers.contrast import contrast

ROOT = Path(__file__).parents[2]
UI = ROOT / "core" / "ui"
SHELL = "".join(path.read_text() for path in sorted((UI / "frontend").glob("*.css")))
FIGURES = "".join(path.read_text() for path in sorted((UI / "figures" / "frontend").glob("*.css")))
READABLE = 4.5
"""Contrast of small text, WCAG 2.2, 1.4.3 (AA)."""
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]


def backgrounds(mode):
    """Every colour that text stands on."""
    theme = THEME[mode]
    names = ("backgroundColor", "secondaryBackgroundColor")
    return [part[name] for part in (theme, theme["sidebar"]) for name in names]


def blended(colour, background, share):
    """A colour that covers its background by a share."""
    parts = [[int(c[i : i + 2], 16) for i in (1, 3, 5)] for c in (colour, background)]
    mixed = [share * one + (1 - share) * other for one, other in zip(*parts, strict=True)]
    return "#" + "".join(f"{round(part):02x}" for part in mixed)


def declared(selector, value, style=SHELL):
    """Where rules whose selector contains a text declare something: the groups of each match."""
    rules = re.findall(r"([^{}]+)\{([^{}]*)\}", style)
    found = [re.search(value, body) for head, body in rules if selector in head]
    return [match.groups() for match in found if match]


@pytest.mark.parametrize("colour", ON_DARK)
def test_every_colour_stands_out_in_both_themes(colour):
    # WCAG 2.2, 1.4.11: 3 to 1 for what is needed to understand a graphic.
    assert contrast(colour, THEME["light"]["backgroundColor"]) >= 3
    assert contrast(ON_DARK[colour], THEME["dark"]["backgroundColor"]) >= 3


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_the_theme_can_be_read(mode):
    theme = THEME[mode]
    for background in (
        theme["backgroundColor"],
        theme["secondaryBackgroundColor"],
        theme["sidebar"]["backgroundColor"],
    ):
        assert contrast(theme["textColor"], background) >= 7
        assert contrast(theme["linkColor"], background) >= 4.5
        assert contrast(theme["primaryColor"], background) >= 3


COLOURS = r"light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\)"


@pytest.mark.parametrize(("place", "mode"), list(enumerate(["light", "dark"])))
def test_small_text_can_be_read(place, mode):
    theme = THEME[mode]
    for background in backgrounds(mode):
        # Selected tabs, values of sliders, choices.
        assert contrast(theme["primaryColor"], background) >= READABLE
        # Captions, and the numbers of figures.
        ((caption,),) = declared("stCaptionContainer", r"opacity: ([\d.]+)")
        shares = declared(".lab-", r"st-text-color\) (\d+)%", FIGURES)
        assert len(shares) == 2
        for share in (float(caption), *(float(percent) / 100 for (percent,) in shares)):
            text = blended(theme["textColor"], background, share)
            assert contrast(text, background) >= READABLE
    ((*labels,),) = declared("stBaseButton-primary", COLOURS)
    assert contrast(labels[place], theme["primaryColor"]) >= READABLE
    tokens = declared(".token", COLOURS)
    assert len(tokens) == 6
    for colours in tokens:
        assert contrast(colours[place], theme["codeBackgroundColor"]) >= READABLE


def test_ink_is_the_text_of_the_theme():
    assert THEME["light"]["textColor"] == INK
    assert THEME["dark"]["textColor"] == ON_DARK[INK]


def test_no_two_methods_look_alike():
    for (one, style), (other, same) in combinations(method_styles().items(), 2):
        assert (style.colour, style.dash) != (same.colour, same.dash), (one, other)
        assert (style.colour, style.symbol) != (same.colour, same.symbol), (one, other)


def test_points_differ_where_lines_do():
    kinds = [
        LineStyle(colour=INK, dash=dash, kind=kind) for dash in DASHES for kind in range(len(KINDS))
    ]
    assert len({style.symbol for style in kinds}) == len(kinds)
    assert len({(style.dash, style.width) for style in kinds}) == len(kinds)
    for style in kinds:  # Plotly's own check
        Scatter(marker={"symbol": style.symbol}, line={"dash": style.dash})


def test_the_rows_of_a_table_know_every_dash_and_every_symbol():
    script = (UI / "figures" / "frontend" / "table.js").read_text()
    for name, known in (("DASHES", DASHES), ("SHAPES", SYMBOLS.values())):
        (table,) = re.findall(rf"const {name} = \{{(.*?)\}};", script, re.S)
        assert set(re.findall(r'(?:^|,)\s*"?([a-z-]+)"?: ', table)) == set(known)


def test_every_method_has_its_place_in_the_table():
    assert {method.name for method in METHODS} <= set(method_styles())


def test_a_method_of_ones_own_keeps_its_colour_from_run_to_run():
    assert method_style("my_own") == method_style("my_own")
    assert method_style("my_own").colour in ON_DARK


def test_one_method_several_times_differs_in_the_dash_only():
    styles = styles_in_one_figure(["fbp"] * len(DASHES))
    assert styles[0] == method_style("fbp")
    assert len({style.dash for style in styles}) == len(DASHES)
    assert {(style.colour, style.kind) for style in styles} == {(method_style("fbp").colour, 0)}


def test_a_second_run_of_a_method_does_not_look_like_another_method():
    # ADMM is solid green and linearised ADMM has the next dash, which a second ADMM leaves to it.
    for names in permutations(["admm", "admm", "linearised_admm"]):
        styles = dict(zip(enumerate(names), styles_in_one_figure(names), strict=True))
        assert len(set(styles.values())) == 3
        ((_, linearised),) = ((at, s) for at, s in styles.items() if at[1] == "linearised_admm")
        assert linearised == method_style("linearised_admm")


def test_names_that_are_no_methods_do_not_share_a_style():
    names = [f"my_own_{n}" for n in range(30)]
    assert len(set(styles_in_one_figure(names))) == len(names)
