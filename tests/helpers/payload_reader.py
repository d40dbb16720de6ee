"""Reads what figures send to the browser, as `core.ui.figures.payload` says that it is laid out."""

import json

import numpy as np


def unpack(payload):
    length = int.from_bytes(payload[:4], "little")
    start = -(-(4 + length) // 8) * 8

    def array(value):
        if "$array" not in value:
            return value
        dtype, shape, offset = value["$array"]
        assert offset % 8 == 0
        count = int(np.prod(shape))
        return np.frombuffer(payload, dtype, count, start + offset).reshape(shape)

    return json.loads(payload[4 : 4 + length], object_hook=array)
