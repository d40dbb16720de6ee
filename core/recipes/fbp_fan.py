"""Filtered back-projection of a fan beam, filtered by ASTRA, from image to reconstruction."""

import astra
import numpy as np

from core.recipes.blocks.run_astra import run_astra
from core.recipes.blocks.view_cells import view_cells
from core.recipes.scan import (
    DETECTOR_WIDTH,
    DETECTORS,
    ORIGIN_DETECTOR,
    SIZE,
    SOURCE_ORIGIN,
    angles,
    data,
)

FILTER = "ram-lak"
CUTOFF = 1.0

# The detectors as they appear on the axis
spacing = DETECTOR_WIDTH * SOURCE_ORIGIN / (SOURCE_ORIGIN + ORIGIN_DETECTOR)
u = (np.arange(DETECTORS) - (DETECTORS - 1) / 2) * spacing
fan_angle = np.rad2deg(np.arctan(u / SOURCE_ORIGIN))
before, after, views, of_view = view_cells(360.0)
width = before + after
arc = width.sum()


def presence(turned: np.ndarray) -> np.ndarray:
    """Rise smoothly from 0 at the ends of the arc to 1 inside."""
    inside = np.clip(np.minimum(turned, arc - turned) / min(10, arc / 2), 0, 1)
    return np.sin(np.pi / 2 * inside) ** 2 if arc < 360 - 1e-3 else np.ones_like(turned)


# Opposite rays, where both are measured, share one: the mean over half-degree steps of a view's
# directions
weights = np.empty((len(width), DETECTORS))
for cell, begin in enumerate(np.cumsum(width) - width):
    samples = int(np.ceil(width[cell] / 0.5))
    turned = (begin + (np.arange(samples) + 0.5) / samples * width[cell])[:, None]
    own, opposite = presence(turned), presence((turned + 180 - 2 * fan_angle) % 360)
    weights[cell] = width[cell] * np.mean(own / (own + opposite), axis=0) / views[cell]

# Oblique rays are longer (Kak & Slaney 3.4.2)
weighted = data * np.deg2rad(weights[of_view]) * SOURCE_ORIGIN / np.hypot(SOURCE_ORIGIN, u)

# ASTRA has no fan-beam FBP on the CPU, but its FBP of one view on one row of pixels is its filter
row = astra.create_vol_geom(1, DETECTORS)
view = astra.create_proj_geom("parallel", 1.0, DETECTORS, [0.0])
projector_id = astra.create_projector("strip", view, row)
options = {"FilterType": FILTER} | ({"FilterD": CUTOFF} if FILTER != "none" else {})
rows = [run_astra("FBP", projector_id, measured[None], options)[0] for measured in weighted]
filtered = np.stack(rows) / (np.pi * spacing)

# The reconstruction: each pixel collects the filtered views where its rays meet the detector
y, x = (SIZE - 1) / 2 - np.mgrid[:SIZE, :SIZE]
x = -x
reconstruction = np.zeros((SIZE, SIZE))
for angle, measured in zip(angles, filtered, strict=True):
    closeness = SOURCE_ORIGIN / (SOURCE_ORIGIN - x * np.sin(angle) + y * np.cos(angle))
    place = closeness * (x * np.cos(angle) + y * np.sin(angle)) / spacing + (DETECTORS - 1) / 2
    padded = np.pad(measured, 1)  # beyond the detector there is nothing
    reconstruction += closeness**2 * np.interp(place + 1, np.arange(DETECTORS + 2), padded)
