"""A scan as the query of a link, and back."""

from collections.abc import Mapping

from core.methods.parameters import Parameter, Value
from core.problem.errors import InputError
from core.problem.scan import Scan
from core.ui.scan_form import OpenedFile, answers, ask_scan


def text_of(value: Value) -> str:
    """Write a value so that `Parameter.parse` reads it back, as short as exactness allows."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return repr(value).removesuffix(".0")
    return str(value)


def read(parameter: Parameter, text: str) -> tuple[Value, str]:
    """Read a value from a link: the nearest allowed one, and a sentence where that differs."""
    try:
        return parameter.parse(text), ""
    except InputError as error:
        value = parameter.nearest(_number(parameter, text))
        return value, f"{str(error).removesuffix('.')}; the link was read with {text_of(value)}."


def _number(parameter: Parameter, text: str) -> Value:
    if isinstance(parameter.default, (str, bool)):
        return text
    try:
        return float(text)
    except ValueError:
        return parameter.default


def scan_query(scan: Scan) -> dict[str, str]:
    """The query of a link to this scan, defaults left out: empty for the lecture's scan."""
    given, query = answers(scan), {}

    def ask(parameter: Parameter) -> Value:
        value = given.get(parameter.name, parameter.default)
        if value != parameter.default:
            query[parameter.name] = text_of(value)
        return value

    ask_scan(ask, {})
    return query


def scan_of(
    query: Mapping[str, str], files: Mapping[str, OpenedFile] | None = None
) -> tuple[Scan, list[str]]:
    """The scan that a query describes, and sentences about what had to be replaced.

    Names that no question has are ignored.
    """
    sentences: list[str] = []

    def ask(parameter: Parameter) -> Value:
        if parameter.name not in query:
            return parameter.default
        value, sentence = read(parameter, query[parameter.name])
        if sentence:
            sentences.append(sentence)
        return value

    return ask_scan(ask, files or {}), sentences
