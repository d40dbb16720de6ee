"""The colour maps of the image panels, as tables of 256 colours."""

from __future__ import annotations

import numpy as np

Channel = tuple[tuple[float, ...], tuple[float, ...]]


def _from_channels(red: Channel, green: Channel, blue: Channel) -> np.ndarray:
    """Table whose channels are piecewise linear between (positions, values)."""
    positions = np.linspace(0, 1, 256)
    channels = [np.interp(positions, *channel) for channel in (red, green, blue)]
    return np.rint(255 * np.stack(channels, axis=-1)).astype(np.uint8)


def _from_colours(colours: str) -> np.ndarray:
    """Table that passes at equal distances through the colours ``"rrggbb rrggbb ..."``."""
    anchors = np.array([list(bytes.fromhex(colour)) for colour in colours.split()]) / 255
    places = tuple(np.linspace(0, 1, len(anchors)))
    red, green, blue = ((places, tuple(channel)) for channel in anchors.T)
    return _from_channels(red, green, blue)


COLORMAPS: dict[str, np.ndarray] = {
    # The lecture's choice, after MATLAB and Matplotlib: grey with a touch of blue.
    "bone": _from_channels(
        ((0.0, 0.746032, 1.0), (0.0, 0.652778, 1.0)),
        ((0.0, 0.365079, 0.746032, 1.0), (0.0, 0.319444, 0.777778, 1.0)),
        ((0.0, 0.365079, 1.0), (0.0, 0.444444, 1.0)),
    ),
    "gray": _from_colours("000000 ffffff"),
    # van der Walt and Smith (2015), https://bids.github.io/colormap
    "viridis": _from_colours(
        "440154 482878 3e4989 31688e 26828e 1f9e89 35b779 6ece58 b5de2b fde725"
    ),
    # Nuñez, Anderton and Renslow (2018), doi:10.1371/journal.pone.0199239
    "cividis": _from_colours(
        "00224e 123570 3b496c 575d6d 707173 8a8678 a59c74 c3b369 e1cc55 fee838"
    ),
    # Brewer (2003), https://colorbrewer2.org, "RdBu" turned so that red is positive;
    # blue and red stay apart for every kind of colour blindness.
    "diverging": _from_colours(
        "053061 2166ac 4393c3 92c5de d1e5f0 f7f7f7 fddbc7 f4a582 d6604d b2182b 67001f"
    ),
}

# The partners on the dark theme, on which a map whose middle is white would glare. From a middle
# near the background, lightness (CIELAB: 32, 50, 67, 81, 92) rises in equal steps on both sides,
# at the hues 258° and 32°.
COLORMAPS_ON_DARK: dict[str, np.ndarray] = {
    "diverging": _from_colours(
        "d7eafe 9bcffc 46abec 007eb8 005078 1c2026 8a2926 cf4942 f28478 ffb7ad ffe1dd"
    ),
}
