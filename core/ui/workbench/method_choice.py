"""Buttons for the methods that take part in a comparison, and the lines that they have."""

from collections.abc import Collection, Mapping, Sequence
from typing import get_args

from core.parameter import Parameter
from core.studies.evaluated_method import EvaluatedMethod, Tuning
from core.ui.controls.linked_pills import linked_pills
from core.ui.style import LineStyle, styles_in_one_figure

TUNINGS: Sequence[Tuning] = get_args(Tuning)


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


def styles_of(evaluated: Sequence[EvaluatedMethod]) -> list[LineStyle]:
    """The styles of the methods of one figure, no two alike.

    Of a method that is there in several ways, the one that is as it is set has the method's own.
    """
    order = sorted(evaluated, key=lambda one: TUNINGS.index(one.tuning))
    styles = styles_in_one_figure([one.method.name for one in order])
    return [styles[order.index(one)] for one in evaluated]
