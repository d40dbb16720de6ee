import json
from dataclasses import dataclass, field

import numpy as np
import pytest

from core.keys import canonical, content_key


@dataclass(frozen=True, kw_only=True)
class Gaussian:
    level: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Poisson:
    level: float = 0.1


@dataclass(frozen=True, kw_only=True)
class Picture:
    digest: str
    pixels: object = field(default=None, compare=False)


def test_types_are_part_of_the_key():
    assert content_key(Gaussian()) != content_key(Poisson())


def test_pixels_enter_by_their_digest_alone():
    assert content_key(Picture(digest="a", pixels=np.ones(3))) == content_key(Picture(digest="a"))
    assert content_key(Picture(digest="a")) != content_key(Picture(digest="b"))


def test_canonical_form_is_plain_json():
    assert json.loads(json.dumps(canonical([Gaussian(level=1.5), None, True]))) == [
        {"type": "Gaussian", "level": 1.5},
        None,
        True,
    ]


def test_a_value_without_canonical_form_is_refused():
    with pytest.raises(TypeError, match="ndarray has no canonical form"):
        content_key(np.ones(2))
    with pytest.raises(ValueError, match="JSON"):
        content_key(float("nan"))
