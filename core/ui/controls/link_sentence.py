"""What is said of a value in a link that cannot be shown, in the words of the screen."""

import re
from collections.abc import Mapping

from core.errors import quoted
from core.parameter import Parameter, Value


def wording(choice: str, words: Mapping[str, str]) -> str:
    """What people read in place of a choice: what `words` says, or the choice itself."""
    return words.get(choice, choice.replace("_", " ").capitalize())


def read_for_people(
    parameter: Parameter, text: str, label: str, words: Mapping[str, str]
) -> tuple[Value, str]:
    """Read a value from a link: the nearest allowed one, and a sentence where that differs.

    The sentence calls the control and its choices what the screen calls them: by `label`, the
    parameter's title unless given, and by `words`.
    """
    value, sentence = parameter.read(text)
    if not sentence:
        return value, ""
    return value, plain_text(_for_people(parameter, text, value, sentence, label, words))


def plain_text(text: str) -> str:
    """Write a text so that Markdown shows it as it is: a link may bring any.

    Nothing in it becomes a link, a picture from elsewhere, a formula or HTML.
    """
    return re.sub(r"([\\`*_{}\[\]<>$#~|:&])", r"\\\1", text)


def _for_people(
    parameter: Parameter,
    text: str,
    value: Value,
    sentence: str,
    label: str,
    words: Mapping[str, str],
) -> str:
    name = _plain(label) or parameter.title
    if not parameter.choices:
        of_title = sentence.startswith(f"{parameter.title} ")
        return name + sentence.removeprefix(parameter.title) if of_title else f"{name}: {sentence}"
    titles = ", ".join(wording(choice, words) for choice in parameter.choices)
    shown = wording(str(value), words)
    return f"{name} must be one of {titles}, not {quoted(text)}; the link was read with {shown}."


def _plain(label: str) -> str:
    """A label without its symbol and unit: "Size" for "Size $n$ (px)"."""
    return re.sub(r"\s*(\$[^$]*\$|\([^)]*\))", "", label).strip()
