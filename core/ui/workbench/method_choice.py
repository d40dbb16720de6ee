"""Buttons for the methods that take part in a comparison, and the lines that they have."""

from collections.abc import Collection, Mapping, Sequence

from core.parameter import Parameter
from core.studies.evaluated_method import EvaluatedMethod
from core.ui.controls.linked_pills import linked_pills
from core.ui.style import LineStyle, method_style


def method_choice(
    groups: Mapping[str, Sequence[EvaluatedMethod]],
    parameter: Parameter,
    *,
    key: str,
    fallback: Collection[str],
    more: Mapping[str, str],
) -> tuple[EvaluatedMethod, ...]:
    """Draw a button for each method, in labelled groups; return those that are chosen.

    `parameter`, `key` and `fallback` are as for `linked_pills`; `more` stands behind the title of
    some methods.
    """
    titles = {
        label: {one.name: one.title + more.get(one.name, "") for one in group}
        for label, group in groups.items()
    }
    chosen = linked_pills(titles, parameter, key=key, fallback=fallback)
    return tuple(one for group in groups.values() for one in group if one.name in chosen)


def style_of(evaluated: EvaluatedMethod, nth: int = 0) -> LineStyle:
    """The line of an evaluated method, that of its method; the `nth` has another dash."""
    return method_style(evaluated.method.name, nth)
