"""Results as records for the disk, and back: dataclasses of arrays and JSON values, nested at will.

An array goes under the path of its field, such as `snapshots/3/image`; everything else into the
header, in the same shape, and there a number that JSON has not (NaN, ±∞) by its name. The types
that are read back are those that the dataclasses declare.
"""

import math
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from types import UnionType
from typing import Any, Literal, get_args, get_origin, get_type_hints

import numpy as np

from core.array_types import AnyArray
from core.storage.record import Record

RESULT = "result"
NAMED = "float"
"""What stands before the name of a number that JSON has not."""


def encode(result: Any) -> Record:
    """A result as a record; no array is copied."""
    arrays: dict[str, AnyArray] = {}
    return Record(header={RESULT: _plain(result, "", arrays)}, arrays=arrays)


def decode(kind: Any, record: Record) -> Any:
    """The result of type `kind` of a record; its arrays are read-only.

    `kind` is a dataclass or a tuple of them, such as `tuple[Part, ...]`. Raises `KeyError`,
    `TypeError` or `ValueError` if the record holds something else.
    """
    return _built(kind, record.header[RESULT], "", record.arrays)


def _plain(value: Any, path: str, arrays: dict[str, AnyArray]) -> Any:
    if isinstance(value, np.ndarray):
        arrays[path] = value
        return None
    if is_dataclass(value):
        value = {field.name: getattr(value, field.name) for field in fields(value)}
    if isinstance(value, Mapping):
        return {name: _plain(item, _inside(path, name), arrays) for name, item in value.items()}
    if isinstance(value, (tuple, list)):
        return [_plain(item, _inside(path, n), arrays) for n, item in enumerate(value)]
    if isinstance(value, float) and not math.isfinite(value):
        return {NAMED: str(value)}
    return value


def _built(kind: Any, value: Any, path: str, arrays: Mapping[str, AnyArray]) -> Any:
    origin, arguments = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        hints = get_type_hints(kind)
        names = [field.name for field in fields(kind)]
        parts = {n: _built(hints[n], value[n], _inside(path, n), arrays) for n in names}
        return kind(**parts)  # type: ignore[operator]
    if origin is np.ndarray:
        return _sealed(np.asarray(arrays[path], _number(kind)))
    if origin is UnionType and all(get_origin(entry) is np.ndarray for entry in arguments):
        if arrays[path].dtype not in [np.dtype(_number(entry)) for entry in arguments]:
            raise ValueError(f"{path} holds {arrays[path].dtype}, which is no {kind}.")
        return _sealed(arrays[path])
    if origin is Mapping:
        inner = arguments[1]
        return {name: _built(inner, v, _inside(path, name), arrays) for name, v in value.items()}
    if origin is tuple:
        kinds = (arguments[0],) * len(value) if arguments[-1] is ... else arguments
        items = zip(kinds, value, strict=True)
        return tuple(_built(k, v, _inside(path, n), arrays) for n, (k, v) in enumerate(items))
    if origin is Literal:
        sound = value in arguments
    else:
        allowed = arguments if origin is UnionType else (kind,)
        if float in allowed and isinstance(value, Mapping) and value.keys() == {NAMED}:
            value = float(value[NAMED])
        sound = type(value) in allowed or (float in allowed and type(value) is int)
    if not sound:
        raise ValueError(f"{path} is {value!r}, which is no {kind}.")
    return value


def _number(kind: Any) -> Any:
    """The type of the numbers in an array of this type."""
    return get_args(get_args(kind)[1])[0]


def _sealed(array: AnyArray) -> AnyArray:
    array = array.view()
    array.setflags(write=False)
    return array


def _inside(path: str, name: object) -> str:
    return f"{path}/{name}" if path else str(name)
