"""What a script needs before its method: the lines that give it a scanner and data."""

import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from core.studies.script_text import Import, comment


@dataclass(frozen=True, kw_only=True)
class ProblemScript:
    """The lines that set G, the data and the angles, and what they need.

    pieces : one after the other, before the method.
    constants : of the scan by their names in capitals; a script has those that it uses.
    preparation : constants of the preparation of measured data.
    score : the last line, which says how good the result is.
    files : what the lines read, by name.
    imports : of these lines.
    picture : the name of the image whose grey range a picture has.
    """

    pieces: tuple[str, ...]
    constants: Mapping[str, Any]
    score: str
    imports: frozenset[Import]
    preparation: Mapping[str, Any] = field(default_factory=dict)
    files: Mapping[str, bytes] = field(default_factory=dict)
    picture: str = "truth"


def scanner(title: str, views: str, beam: str, *, as_function: bool) -> list[str]:
    """The lines that make G of the views, the last of them last; with a function for other views.

    `views` sets `angles`, and is "" where they are set.
    """
    heading, views, beam = comment(title), views.strip("\n"), beam.strip("\n")
    if not as_function:
        return ["\n".join(filter(None, [heading, views, beam]))]
    head = "scanner(angles: np.ndarray) -> pylops.LinearOperator"
    made = function(head, "G of some views.", beam, "G")
    return [made, "\n".join(filter(None, [heading, views, "G = scanner(angles)"]))]


def function(head: str, words: str, lines: str, answer: str) -> str:
    """A function of a script."""
    body = [f'"""{words}"""', *([lines] if lines else []), f"return {answer}"]
    return "\n".join([f"def {head}:", textwrap.indent("\n".join(body), " " * 4)])
