import numpy as np
import pytest

from core.ui.figures.payload import pack
from tests.helpers.payload_reader import unpack


def test_arrays_come_back_bit_for_bit_wherever_they_stand():
    rng = np.random.default_rng(0)
    image = rng.normal(size=(5, 7)).astype(np.float32)
    image[2, 3] = np.nan
    header = {
        "text": "σ = ½",
        "list": [{"a": image}, {"b": rng.normal(size=3)}],
        "bytes": np.arange(3, dtype=np.uint8),
        "numbers": np.arange(4),
        "flags": np.array([True, False]),
        "turned": image.T,
        "scalar": np.float32(0.5),
        "nothing": None,
    }
    back = unpack(pack(header))
    assert back["text"] == header["text"]
    np.testing.assert_array_equal(back["list"][0]["a"], image)
    np.testing.assert_array_equal(back["list"][1]["b"], header["list"][1]["b"])
    np.testing.assert_array_equal(back["turned"], image.T)
    assert back["bytes"].tolist() == [0, 1, 2]
    assert back["numbers"].tolist() == [0, 1, 2, 3]
    assert back["flags"].tolist() == [1, 0]
    assert back["scalar"] == 0.5
    assert back["nothing"] is None


def test_the_same_figure_is_the_same_bytes():
    assert pack({"a": np.ones(3)}) == pack({"a": np.ones(3)})


def test_what_the_browser_cannot_read_is_refused():
    with pytest.raises(ValueError, match="not JSON compliant"):
        pack({"low": float("nan")})
    with pytest.raises(TypeError, match="set"):
        pack({"a": {1, 2}})
