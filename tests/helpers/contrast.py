"""How well a colour stands out from another, after WCAG 2.2."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

Colour = str | Sequence[float] | NDArray[np.floating]
"""Written "#rrggbb", or as its channels from 0 to 255."""


def luminance(colour: Colour) -> float:
    """Relative luminance, from 0 to 1."""
    channels = list(bytes.fromhex(colour[1:])) if isinstance(colour, str) else colour
    part = np.asarray(channels, float) / 255
    linear = np.where(part <= 0.04045, part / 12.92, ((part + 0.055) / 1.055) ** 2.4)
    return float(linear @ [0.2126, 0.7152, 0.0722])


def contrast(one: Colour, other: Colour) -> float:
    """Contrast ratio, from 1 to 21."""
    dark, light = sorted([luminance(one), luminance(other)])
    return (light + 0.05) / (dark + 0.05)
