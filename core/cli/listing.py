"""`python -m core list`: the methods and their parameters."""

import json
from typing import Any

from core.methods import METHODS
from core.methods.volumes import OWN_METHODS
from core.parameters import parameters_of


def list_methods(*, as_json: bool) -> None:
    """Print the methods and their parameters, as one JSON array if asked to."""
    table: list[dict[str, Any]] = [
        {
            "name": method.name,
            "family": method.family,
            "title": method.title,
            "parameters": [
                {
                    "name": parameter.name,
                    "default": parameter.default,
                    "low": parameter.low,
                    "high": parameter.high,
                    "choices": list(parameter.choices),
                }
                for parameter in parameters_of(method)
            ],
        }
        for method in (*METHODS, *OWN_METHODS)
    ]
    if as_json:
        print(json.dumps(table, ensure_ascii=False))
        return
    for entry in table:
        given = " ".join(f"{p['name']}={p['default']}" for p in entry["parameters"])
        print(f"{entry['name']:32}{entry['family']:12}{given}")
