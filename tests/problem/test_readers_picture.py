"""PNG of 16 bits: no colour and no grey beside transparency loses half of them."""

import numpy as np
import pytest

from core.problem.readers.slices import read_slice
from tests.helpers import sample_files as files

# Differences below what 8 bits can hold.
FINE = np.arange(60_000, 60_000 + 20 * 17, dtype=np.uint16).reshape(20, 17)
CLEAR = np.full_like(FINE, 65_535)


@pytest.mark.parametrize(
    "channels", [(FINE, FINE, FINE), (FINE, FINE, FINE, CLEAR), (FINE, CLEAR), (FINE,)]
)
def test_sixteen_bits_of_every_colour_are_kept(channels):
    array = np.stack(channels, axis=-1)
    read = read_slice(files.deep_colour_png(array if array.shape[2] > 1 else array[..., 0]))
    np.testing.assert_allclose(read.pixels, FINE / FINE.max(), atol=1e-6)
    assert read.shape == (1, 20, 17)


def test_deep_colours_become_grey_by_their_luminance():
    colours = np.stack([FINE, FINE // 2, FINE // 3], axis=-1)
    expected = colours.astype(float) @ (0.299, 0.587, 0.114)
    read = read_slice(files.deep_colour_png(colours))
    np.testing.assert_allclose(read.pixels, expected / expected.max(), atol=1e-5)
