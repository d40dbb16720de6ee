"""What is compared: the methods, how they are tuned, and on how many slices."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from typing import get_args

import streamlit as st

from core.methods.base import Family
from core.methods.support.trained import EllipseNetwork
from core.parameter import Parameter
from core.problem.measurement import Source
from core.problem.scan import Scan
from core.studies.available_methods import TUNED_TV, all_methods
from core.studies.evaluated_method import EvaluatedMethod, Tuning
from core.studies.out_of_distribution import training_notice, within_training
from core.studies.slices import scans_like
from core.studies.tuned import tuned_parameter
from core.ui.controls.linked_pills import linked_pills
from core.ui.controls.parameter_controls import control
from core.ui.workbench.method_choice import method_choice

FEW_IMAGES = 5
"""A method that is evaluated on so few images takes a minute for each."""
BUTTONS: Mapping[str, str] = {
    "default": "As they are set",
    "rule": "Tuned without the truth",
    "oracle": "Tuned with the truth",
}
MOST_SLICES = 10

_TUNING = Parameter(name="tuning", default="")


def methods_of(
    source: Source, parameter: Parameter, *, key: str, fallback: Collection[str] = ()
) -> tuple[EvaluatedMethod, ...]:
    """Draw a button for each method, family by family; return those that are chosen.

    At first they are `fallback`, or all that take seconds and not a minute; a network for the
    ellipses of a publication is among them on scans like those of its training only. Total
    variation with its best weight, which the others are measured against, is there where the truth
    is known.
    """
    present, absent = all_methods()
    if not isinstance(source, Scan):
        present = tuple(one for one in present if within_training(source, type(one.method)))
    long = {one.name for one in present if _takes_a_minute(one)}
    foreign = {
        one.name
        for one in present
        if isinstance(one.method, EllipseNetwork) and not within_training(source, type(one.method))
    }
    groups = {
        family.capitalize(): [one for one in present if one.method.family == family]
        for family in get_args(Family)
    }
    if isinstance(source, Scan):
        groups = {"Baseline": [TUNED_TV], **groups}
    names = [one.name for group in groups.values() for one in group]
    with st.expander("Methods", icon=":material/checklist:"):
        chosen = method_choice(
            groups,
            parameter,
            key=key,
            fallback=fallback or [name for name in names if name not in long | foreign],
            more=dict.fromkeys(long, " (a minute)"),
        )
    left_out = len(names) - len(chosen)
    sentences = [f"{len(chosen)} methods take part, {left_out} do not.", *absent]
    if not isinstance(source, Scan):
        sentences.append("Networks are there where these data lie within their training.")
    st.caption(" ".join(sentences))
    titles = {f"**{one.title}**": one.method.name for one in chosen}
    if text := training_notice(source, titles):
        st.warning(text, icon=":material/warning:")
    return chosen


def tuned_ways(source: Source, chosen: tuple[EvaluatedMethod, ...]) -> tuple[EvaluatedMethod, ...]:
    """Draw the ways of tuning; return each method in each way that is chosen and that it knows."""
    ways = dict(BUTTONS)
    if not isinstance(source, Scan):
        del ways["oracle"]
    pressed = linked_pills(
        {"Parameters": ways}, _TUNING, key="tuning of Compare", fallback=["default"]
    )
    found: list[EvaluatedMethod] = []
    for one in chosen:
        if one.tuning != "default":
            found.append(one)
            continue
        can = tuned_parameter(one.method) is not None
        found += [
            replace(one, tuning=way)
            for way in get_args(Tuning)
            if way in pressed and (way == "default" or can)
        ]
    return tuple(found)


def slices_of(source: Source, *, name: str, default: int) -> tuple[Source, ...]:
    """Draw how many slices are compared; return their scans, the one on screen first."""
    most = len(scans_like(source, MOST_SLICES))
    if most == 1:
        return (source,)
    parameter = Parameter(
        name=name,
        default=min(default, most),
        low=1,
        high=most,
        title="Slices",
        help="The one on screen and others of the same set, evenly spread.",
    )
    return scans_like(source, int(control(parameter)))


def _takes_a_minute(one: EvaluatedMethod) -> bool:
    images = one.method.benchmark_images
    return images is not None and images < FEW_IMAGES
