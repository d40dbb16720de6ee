import tomllib
from itertools import combinations
from pathlib import Path

import pytest

from core.methods import METHODS
from core.ui.style import DASHES, INK, METHOD_STYLES, ON_DARK, method_style

ROOT = Path(__file__).parents[2]
THEME = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"]


def luminance(colour):
    """Relative luminance after WCAG 2.2."""
    channels = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    linear = [c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one, other):
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)


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
    assert contrast("#ffffff", theme["primaryColor"]) >= 4.1  # the words on a primary button


def test_ink_is_the_text_of_the_theme():
    assert THEME["light"]["textColor"] == INK
    assert THEME["dark"]["textColor"] == ON_DARK[INK]


def test_no_two_methods_look_alike():
    for (one, style), (other, same) in combinations(METHOD_STYLES.items(), 2):
        assert (style.colour, style.dash) != (same.colour, same.dash), (one, other)


def test_every_method_has_its_place_in_the_table():
    assert {method.name for method in METHODS} <= set(METHOD_STYLES)


def test_a_method_of_ones_own_keeps_its_colour_from_run_to_run():
    assert method_style("my_own") == method_style("my_own")
    assert method_style("my_own").colour in ON_DARK


def test_one_method_several_times_differs_in_the_dash_only():
    styles = [method_style("fbp", nth) for nth in range(len(DASHES))]
    assert len({style.dash for style in styles}) == len(DASHES)
    assert {style.colour for style in styles} == {METHOD_STYLES["fbp"].colour}
