"""Step 9: what goes wrong in a scanner, how one sees it, and the standard cure."""

from dataclasses import astuple, replace

import numpy as np
import streamlit as st

from core.number_format import significant, with_minus
from core.parameter import Parameter, text_of
from core.parameters import parameters_of
from core.problem.imperfections import IMPERFECTIONS, Imperfection
from core.problem.scan import Scan
from core.studies.cures import Treatment, cure_named, treat
from core.ui import cached
from core.ui.controls import permalink
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.forward.sinogram import sinogram_panel
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.scan.imperfect import SWITCHES, query_of
from core.ui.shell import part

WRONG = Parameter(
    name="wrong",
    default="gain",
    choices=IMPERFECTIONS.parameter.choices,
    words=IMPERFECTIONS.parameter.words,
    title="What goes wrong",
)
INTRODUCTION = """\
**What goes wrong.** A scanner is a machine, and $G$ knows only its plan. Choose what is wrong with
it and how much: the cause shows in the sinogram, the artefact in the image, and the standard cure
works on the data alone. Here your scan has this one imperfection; several at once, for all pages,
are under *Imperfect scanner* on the left."""


@part
def show(scan: Scan) -> None:
    """Show one imperfection: its sinogram, the image of it, and both after the cure."""
    st.markdown(INTRODUCTION)
    one = _imperfection()
    text_with_equations(f"**Cause.** {one.cause}\n\n**Artefact.** {one.artefact}", *one.equations)
    if not one.active:
        st.info("At this strength nothing is wrong: raise it.")
    elif not one.cures(scan.beam):
        st.warning(
            f"The correction of “{one.title}” needs parallel rays; this scan has a "
            f"{scan.beam.kind} beam."
        )
    else:
        _treated(scan, one)
    st.caption(f"Source: {one.source}.")
    things_to_try(
        "Raise the strength until the cure fails. What has it taken for granted?",
        "Add noise on the left: which cures make it larger?",
        "Choose *Your own drawing* as the image, with a thin ring about the axis: what does the "
        "stripe removal make of it?",
        "Choose *Fan beam*: a circle of views needs other corrections.",
    )


def _imperfection() -> Imperfection:
    """The imperfection that the controls describe."""
    name = control(WRONG)
    member = IMPERFECTIONS.member(name)
    parameters = parameters_of(member)
    values = {}
    for place, parameter in zip(st.columns(len(parameters)), parameters, strict=True):
        usual = replace(parameter, default=member.typical.get(parameter.name, parameter.default))
        with place:
            values[parameter.name] = control(usual, name=f"wrong.{name}.{parameter.name}")
    imperfection: Imperfection = member(**values)
    return imperfection


def _treated(scan: Scan, one: Imperfection) -> None:
    """Draw what a cure makes of the scan with this imperfection."""
    cures = one.cures(scan.beam)
    name = cures[-1].name
    if len(cures) > 1:
        chooser = Parameter(
            name=f"wrong.{one.name}.cure",
            default=name,
            choices=tuple(cure.name for cure in cures),
            title="Cure",
        )
        name = str(control(chooser, words={cure.name: cure.title for cure in cures}))
    cure = cure_named(one, scan, name)
    wrong, perfect = replace(scan, imperfections=(one,)), replace(scan, imperfections=())
    fields = cached.memoize(
        "treatment",
        wrong,
        name,
        compute=lambda: astuple(
            treat(one, cure, cached.measurement(wrong), cached.measurement(perfect))
        ),
    )
    shown = Treatment(**dict(zip(Treatment.__dataclass_fields__, fields, strict=True)))
    source = f" ({cure.source})" if cure.source else ""
    st.markdown(f"**Cure: {cure.title}.** {cure.text}{source}")
    _sinograms(scan, shown)
    _images(one, shown)
    st.markdown(verdict(one, shown))
    st.button(
        "Put it into the scan of all pages",
        icon=":material/broken_image:",
        key="put imperfection",
        on_click=permalink.follow,
        args=({key: text_of(value) for key, value in query_of(one).items()}, list(SWITCHES)),
    )


def _sinograms(scan: Scan, shown: Treatment) -> None:
    top = float(shown.perfect_data.max())
    change = shown.data - shown.perfect_data
    reach = float(np.abs(change).max()) or 1.0
    image_panels(
        [
            sinogram_panel(
                scan.beam,
                shown.data,
                title="The sinogram",
                low=0,
                high=top,
                alt="The sinogram of the imperfect scanner.",
            ),
            sinogram_panel(
                scan.beam,
                change,
                title="What is wrong with it",
                low=-reach,
                high=reach,
                colormap="diverging",
                alt="The sinogram less that of a perfect scanner.",
            ),
            sinogram_panel(
                scan.beam,
                shown.cured_data,
                title="After the cure",
                low=0,
                high=top,
                alt="The sinogram after the cure.",
            ),
        ],
        key="imperfect_sinograms",
        columns=3,
        tallest=260,
    )


def _images(one: Imperfection, shown: Treatment) -> None:
    difference = shown.image - shown.cured_image
    reach = float(np.percentile(np.abs(difference), 99.8)) or 1.0
    image_panels(
        [
            Panel(
                title="FBP of it",
                image=shown.image,
                low=0,
                high=1,
                caption=merit(one, shown.score),
                alt="The image that filtered back-projection makes of the imperfect data.",
            ),
            Panel(
                title="FBP after the cure",
                image=shown.cured_image,
                low=0,
                high=1,
                caption=merit(one, shown.cured_score),
                alt="The image that filtered back-projection makes after the cure.",
            ),
            Panel(
                title="What the cure changes",
                image=difference,
                low=-reach,
                high=reach,
                colormap="diverging",
                alt="The image without the cure less the image with it.",
            ),
        ],
        key="imperfect_images",
        columns=3,
        tallest=420,
    )


def merit(one: Imperfection, score: float) -> str:
    """A score of an image, in words."""
    number = f"{score:.2f}" if one.unit else significant(score)
    return with_minus(f"{one.merit} {number} {one.unit}".rstrip())


def verdict(one: Imperfection, shown: Treatment) -> str:
    """Whether a cure helps, with the scores without and with it, and what they are measured on."""
    without, cured = merit(one, shown.score), merit(one, shown.cured_score)
    perfect = f"a perfect scanner has {merit(one, shown.perfect_score)}"
    if cured == without:
        said = f"**The cure changes nothing here: {without} without it and with it**; {perfect}."
    else:
        helps = (shown.cured_score > shown.score) == one.rising
        helped = "The cure helps" if helps else "The cure does harm"
        said = f"**{helped}: {without} without it, {cured} with it**; {perfect}."
    return f"{said} The {one.merit} is that of {one.judged_on}."
