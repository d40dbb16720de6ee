"""Whether two computations have the same result, to the last bit."""

import numpy as np

from core.studies.codec import encode


def assert_same_result(found, expected):
    """Bit by bit, but for the seconds of the clock."""
    one, other = (without_seconds(encode(result)) for result in (found, expected))
    assert one[0] == other[0]
    assert one[1].keys() == other[1].keys()
    for name in one[1]:
        np.testing.assert_array_equal(one[1][name], other[1][name], err_msg=name)


def without_seconds(record):
    def plain(value):
        if isinstance(value, dict):
            return {name: plain(item) for name, item in value.items() if name != "seconds"}
        return [plain(item) for item in value] if isinstance(value, list) else value

    arrays = dict(record.arrays)
    for name in [name for name in arrays if name.endswith("table")]:
        arrays[name] = np.delete(arrays[name], 1, axis=0)  # the column of the seconds
    return plain(record.header["result"]), arrays
