"""The colours of image figures and of the themes, against NumPy's arithmetic."""

from __future__ import annotations

import base64

import numpy as np
import pytest

from core.ui.figures.colormaps import COLORMAPS, COLORMAPS_ON_DARK
from core.ui.figures.payload import pack
from core.ui.style import BLUE, ON_DARK
from tests.helpers.contrast import contrast
from tests.helpers.javascript import DARK, LIGHT, Frontend

pytestmark = pytest.mark.browser


@pytest.mark.parametrize("name", COLORMAPS)
def test_values_become_the_colours_of_their_map(frontend: Frontend, name: str) -> None:
    random = np.random.default_rng(3)
    values = random.normal(size=(37, 53)).astype(np.float32)
    values[0, :4] = np.nan, np.inf, -np.inf, 1.5
    values[1, :2] = -2.0, 2.0  # the ends themselves
    message = base64.b64encode(pack({"values": values, "colormap": COLORMAPS[name]})).decode()
    seen = frontend.run(
        """async (load, text) => {
          const [{ colour }, { unpack }] = [await load("pixels"), await load("payload")];
          const { values, colormap } = unpack(
            Uint8Array.from(atob(text), (sign) => sign.charCodeAt(0)));
          const canvas = document.createElement("canvas");
          colour(canvas, values, { low: -2, high: 2 }, colormap);
          const { width, height } = canvas;
          return Array.from(canvas.getContext("2d").getImageData(0, 0, width, height).data); }""",
        message,
    )
    level = np.floor(256 * (values.astype(float) + 2) / 4)
    expected = np.zeros((37, 53, 4), int)
    known = ~np.isnan(values)
    expected[known, :3] = COLORMAPS[name][np.clip(level[known], 0, 255).astype(int)]
    expected[known, 3] = 255
    np.testing.assert_array_equal(np.reshape(seen, (37, 53, 4)), expected)


def test_the_dark_theme_takes_the_partners_of_colours_and_of_maps(frontend: Frontend) -> None:
    tables = [
        {name: table.ravel().tolist() for name, table in maps.items()}
        for maps in (COLORMAPS, COLORMAPS_ON_DARK)
    ]
    light = frontend.call("theme", "colormapsOn", LIGHT, *tables)
    dark = frontend.call("theme", "colormapsOn", DARK, *tables)
    assert light == tables[0]
    assert dark == {**tables[0], **tables[1]}
    figure = {"line": {"color": BLUE}, "other": ["#123456", None, 3, BLUE]}
    assert frontend.call("theme", "recolour", figure, ON_DARK, LIGHT) == figure
    assert frontend.call("theme", "recolour", figure, ON_DARK, DARK) == {
        "line": {"color": ON_DARK[BLUE]},
        "other": ["#123456", None, 3, ON_DARK[BLUE]],
    }
    text, background = (np.array(list(bytes.fromhex(DARK[n][1:]))) for n in ("text", "background"))
    grey = np.rint(0.3 * text + 0.7 * background).astype(int)
    assert frontend.call("theme", "mix", DARK, 0.3) == f"rgb({','.join(map(str, grey))})"


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_the_icons_of_the_toolbar_stand_out_whatever_lies_under_them(frontend, theme) -> None:
    bar = frontend.call("theme", "template", theme, ON_DARK)["layout"]["modebar"]
    *ground, share = (float(part) for part in bar["bgcolor"][5:-1].split(","))
    icon = np.array([float(part) for part in bar["color"][4:-1].split(",")])
    for picture in (0.0, 128.0, 255.0):
        seen = share * np.array(ground) + (1 - share) * picture
        assert contrast(seen, icon) >= 3  # WCAG 2.2, 1.4.11: what is needed to use a control
