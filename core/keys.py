"""Content keys: the sha256 of an object's canonical JSON, type names included."""

import hashlib
import json
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from typing import Any

LATER = "later"
"""In the metadata of a field that came after keys had been stored: at its default it is in none."""


def canonical(value: Any) -> Any:
    """Turn a frozen dataclass into plain JSON values that name every type.

    Fields declared with `compare=False` do not define the object and are left out, so two
    classes with equal fields still get different keys, and a picture enters by its hash. So are
    fields declared as `LATER` while they have their default: keys that were made before the field
    was there stay the same.
    """
    if is_dataclass(value) and not isinstance(value, type):
        described = {f.name: canonical(getattr(value, f.name)) for f in _defining(value)}
        return {"type": type(value).__name__, **described}
    if isinstance(value, (list, tuple)):
        return [canonical(item) for item in value]
    if value is None or isinstance(value, (str, int, float, bool)):
        return value
    raise TypeError(f"{type(value).__name__} has no canonical form.")


def _defining(value: Any) -> Iterator[Any]:
    """The fields that define a dataclass."""
    for declared in fields(value):
        if declared.compare and not unchanged(value, declared):
            yield declared


def unchanged(value: Any, declared: Any) -> bool:
    """Whether a field of a dataclass came `LATER` and has its default."""
    return LATER in declared.metadata and getattr(value, declared.name) == declared.default


def content_key(*values: Any) -> str:
    """Return the sha256 (64 hexadecimal digits) of the canonical JSON of `values`."""
    text = json.dumps(canonical(values), sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode()).hexdigest()
