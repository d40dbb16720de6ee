"""Results as records: what goes in comes back, by the types that the dataclasses declare."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import pytest
from numpy.typing import NDArray

from core.storage.record import Record
from core.studies.codec import decode, encode


@dataclass(frozen=True, kw_only=True, eq=False)
class Leaf:
    name: str
    values: NDArray[np.float32]


@dataclass(frozen=True, kw_only=True, eq=False)
class Tree:
    leaves: tuple[Leaf, ...]
    pair: tuple[int, float]
    settings: Mapping[str, bool | int | float | str]
    ending: Literal["", "stopped"]
    weight: float | None
    table: NDArray[np.float64]


TREE = Tree(
    leaves=(
        Leaf(name="a", values=np.arange(3, dtype=np.float32)),
        Leaf(name="b", values=np.zeros((2, 0), np.float32)),
    ),
    pair=(1, 2.5),
    settings={"fast": True, "steps": 3, "rate": 1e-3, "prior": "tv/0"},
    ending="stopped",
    weight=None,
    table=np.array([[np.nan, 1.0]]),
)


def through_bytes(record):
    return Record.from_bytes(record.to_bytes())


def test_a_tree_comes_back():
    back = decode(Tree, through_bytes(encode(TREE)))
    assert [leaf.name for leaf in back.leaves] == ["a", "b"]
    for found, leaf in zip(back.leaves, TREE.leaves, strict=True):
        assert found.values.dtype == leaf.values.dtype
        np.testing.assert_array_equal(found.values, leaf.values)
        assert found.values.shape == leaf.values.shape
    np.testing.assert_array_equal(back.table, TREE.table)
    assert not back.table.flags.writeable
    for name in ("pair", "settings", "ending", "weight"):
        assert getattr(back, name) == getattr(TREE, name)
    assert [type(value) for value in back.settings.values()] == [bool, int, float, str]
    (leaf,) = decode(tuple[Leaf, ...], through_bytes(encode(TREE.leaves[:1])))
    assert leaf.name == "a"


@pytest.mark.parametrize("number", [np.nan, np.inf, -np.inf, np.float64("nan")])
def test_a_number_that_json_has_not_comes_back(number):
    tree = replace(TREE, weight=number, pair=(1, number), settings={"rate": number, "prior": "nan"})
    back = decode(Tree, through_bytes(encode(tree)))
    np.testing.assert_equal((back.weight, back.pair[1], back.settings["rate"]), (number,) * 3)
    assert type(back.weight) is float
    assert back.settings["prior"] == "nan"


def test_an_array_has_the_type_that_is_declared():
    halved = encode(replace(TREE.leaves[0], values=np.arange(3, dtype=np.float16)))
    back = decode(Leaf, through_bytes(halved))
    assert back.values.dtype == np.float32
    assert not back.values.flags.writeable


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"ending": "exploded"}, ValueError),
        ({"weight": "heavy"}, ValueError),
        ({"weight": {"float": "heavy"}}, ValueError),
        ({"weight": {"float": "nan", "more": 1}}, ValueError),
        ({"pair": [1]}, ValueError),
        ({"pair": [1, True]}, ValueError),
        ({"pair": [{"float": "nan"}, 1.0]}, ValueError),
        ({"settings": {"fast": None}}, ValueError),
        ({"leaves": [{"name": "a"}, {"name": "b"}, {"name": "c"}]}, KeyError),
        ({"leaves": 3}, TypeError),
        ({"settings": None}, (TypeError, AttributeError)),
    ],
)
def test_what_is_no_tree_is_refused(change, error):
    record = encode(TREE)
    header = {"result": {**record.header["result"], **change}}
    with pytest.raises(error):
        decode(Tree, Record(header=header, arrays=record.arrays))


def test_what_a_record_lacks_is_refused():
    record = encode(TREE)
    with pytest.raises(KeyError):
        decode(Tree, Record(header={}, arrays=record.arrays))
    with pytest.raises(KeyError):
        decode(Tree, Record(header=record.header, arrays={}))
