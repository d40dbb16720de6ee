import tomllib
from pathlib import Path

import numpy as np
import pytest
from plotly import colors
from skimage.color import rgb2lab

from core.ui.figures.colormaps import COLORMAPS, COLORMAPS_ON_DARK

ROOT = Path(__file__).parents[2]

# Linear RGB as an eye without green cones sees it: Viénot, Brettel and Mollon (1999),
# doi:10.1002/(SICI)1520-6378(199908)24:4<243::AID-COL5>3.0.CO;2-3
DEUTERANOPE = np.array([[0.29275, 0.70725, 0], [0.29275, 0.70725, 0], [-0.02234, 0.02234, 1]])


def test_every_map_is_a_table_of_256_colours():
    for table in COLORMAPS.values():
        assert table.shape == (256, 3)
        assert table.dtype == np.uint8


def test_bone_is_seven_parts_grey_and_one_part_of_the_reversed_hot_map():
    x = np.linspace(0, 1, 256)
    hot = np.stack([x / 0.375, (x - 0.375) / 0.375, (x - 0.75) / 0.25], axis=-1).clip(0, 1)
    bone = (7 * x[:, None] + hot[:, ::-1]) / 8
    # The published break points are those of a table of 64 entries: up to one level of 256 off.
    np.testing.assert_allclose(COLORMAPS["bone"] / 255, bone, atol=1.5 / 255)


@pytest.mark.parametrize(
    ("name", "anchors"),
    [
        ("viridis", colors.sequential.Viridis),
        ("cividis", colors.sequential.Cividis),
        ("diverging", colors.diverging.RdBu[::-1]),
    ],
)
def test_published_colours_are_met_at_their_places(name, anchors):
    rgb = [
        colors.hex_to_rgb(anchor) if anchor.startswith("#") else colors.unlabel_rgb(anchor)
        for anchor in anchors
    ]
    place = 255 * np.linspace(0, 1, len(rgb))
    table = COLORMAPS[name].astype(float)
    seen = [np.interp(place, np.arange(256), channel) for channel in table.T]
    np.testing.assert_allclose(np.stack(seen, axis=-1), rgb, atol=2)


@pytest.mark.parametrize("name", ["bone", "gray", "viridis", "cividis"])
def test_brighter_means_more(name):
    light = (COLORMAPS[name] / 255) ** 2.2 @ [0.2126, 0.7152, 0.0722]
    assert (np.diff(light) > -1e-3).all()
    assert light[-1] - light[0] > 0.5


def test_signs_differ_for_the_colour_blind_and_zero_is_brightest():
    linear = (COLORMAPS["diverging"] / 255) ** 2.2
    assert abs(linear.sum(axis=1).argmax() - 127.5) < 2
    seen = linear @ DEUTERANOPE.T
    yellowness = seen[:, 0] - seen[:, 2]  # the axis that such an eye still tells apart
    assert (yellowness[20:110] < -0.03).all()
    assert (yellowness[146:236] > 0.03).all()


@pytest.mark.parametrize(
    ("table", "background"),
    [(COLORMAPS["diverging"], "light"), (COLORMAPS_ON_DARK["diverging"], "dark")],
    ids=["light", "dark"],
)
def test_zero_lies_near_the_background_and_both_signs_leave_it_alike(table, background):
    theme = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())["theme"][background]
    behind = np.array(list(bytes.fromhex(theme["backgroundColor"][1:])))
    lightness = rgb2lab(np.vstack([table, behind])[None] / 255)[0, :, 0]
    map_, behind = lightness[:-1], lightness[-1]
    assert abs(map_[127:129] - behind).max() < 6  # an empty map is nearly the page itself
    # Further from zero is further from the background, on both sides about equally.
    distance = np.abs(map_ - behind)
    assert (np.diff(distance[:127]) < 0.5).all()
    assert (np.diff(distance[129:]) > -0.5).all()
    assert np.abs(distance - distance[::-1]).max() < 6
    assert distance[[0, -1]].min() > 70


def test_signs_differ_for_the_colour_blind_on_the_dark_theme():
    seen = (COLORMAPS_ON_DARK["diverging"] / 255) ** 2.2 @ DEUTERANOPE.T
    yellowness = seen[:, 0] - seen[:, 2]
    assert (yellowness[10:110] < -0.03).all()
    assert (yellowness[146:236] > 0.005).all()
