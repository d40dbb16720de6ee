"""A scan as the query of a link, and back."""

from collections.abc import Mapping
from typing import Any

from core.description import all_parameters, make, values
from core.parameter import Parameter, Value, text_of
from core.problem.scan import Scan
from core.problem.uploads import DATASET, FILE

PARAMETERS = (*(entry.parameter for entry in all_parameters(Scan)), FILE, DATASET)
"""Every parameter that a link to a scan may carry."""

NAMES = tuple(dict.fromkeys(parameter.name for parameter in PARAMETERS))
IMAGE_NAMES = (*(name for name in NAMES if name.startswith("image")), "size")
SCANNER_NAMES = tuple(name for name in NAMES if name not in IMAGE_NAMES)


def find(query: Mapping[str, str], parameter: Parameter, name: str = "") -> str | None:
    """What a query says of a parameter, under its name or one that it had in older links.

    `name` is what it is called in the query; the parameter's own name unless given.
    """
    for known in (name or parameter.name, *parameter.aliases):
        if known in query:
            return query[known]
    return None


def scan_query(scan: Scan) -> dict[str, str]:
    """The query of a link to this scan, defaults left out: empty for the lecture's scan."""
    given, query = values(scan), {}

    def ask(parameter: Parameter) -> Value:
        value = given.get(parameter.name, parameter.default)
        if value != parameter.default:
            query[parameter.name] = text_of(value)
        return value

    make(Scan, ask)
    return query


def scan_of(
    query: Mapping[str, str], files: Mapping[str, Any] | None = None
) -> tuple[Scan, list[str]]:
    """The scan that a query describes, and sentences about what had to be replaced.

    `files` are the visitor's own, by their hash. Names that no parameter has are ignored.
    """
    sentences: list[str] = []

    def ask(parameter: Parameter) -> Value:
        text = find(query, parameter)
        if text is None:
            return parameter.default
        value, sentence = parameter.read(text)
        if sentence:
            sentences.append(sentence)
        return value

    return make(Scan, ask, files), sentences
