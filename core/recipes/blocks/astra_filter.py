"""ASTRA has no fan-beam FBP on the CPU; its FBP of one view on one row of pixels is its filter."""

import astra
import numpy as np

from core.recipes.blocks.run_astra import run_astra


def astra_filter(rows: np.ndarray, name: str, cutoff: float) -> np.ndarray:
    """Each row of (rows, detectors) filtered, with twice the ramp for detectors one unit apart."""
    detectors = rows.shape[1]
    pixels = astra.create_vol_geom(1, detectors)
    view = astra.create_proj_geom("parallel", 1.0, detectors, [0.0])
    projector_id = astra.create_projector("strip", view, pixels)
    options = {"FilterType": name} | ({"FilterD": cutoff} if name != "none" else {})
    filtered = [run_astra("FBP", projector_id, row[None], options)[0] for row in rows]
    return np.stack(filtered) * 2 / np.pi
