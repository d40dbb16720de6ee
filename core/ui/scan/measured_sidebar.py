"""The controls of measured data in the sidebar: what, how acquired, how prepared."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

import streamlit as st

from core.description import all_parameters, make
from core.errors import InputError
from core.parameter import Parameter, Value
from core.problem.measured import SINOGRAM_FILE, Acquisition, MeasuredScan, TiltSeries
from core.problem.measured.source import chooser_of
from core.problem.preparation.steps import STEPS
from core.ui.controls.folded import folded
from core.ui.controls.link_sentence import plain_text
from core.ui.controls.parameter_controls import control
from core.ui.scan.own_sinogram import OwnSinogramFile, files, sinogram_control

_LAST = "measured data that were usable"


@dataclass(frozen=True, kw_only=True)
class _Usable:
    """Measured data that make an image; `file` is held open, so that their results are kept."""

    source: MeasuredScan = field(default_factory=MeasuredScan)
    file: OwnSinogramFile | None = None


_ACQUISITION = frozenset(entry.parameter.name for entry in all_parameters(Acquisition))


def measured_controls(kernel: str) -> MeasuredScan:
    """Draw the controls of measured data and return the data that they describe.

    Where these make no image the controls say why, and the last data that did stay.
    `kernel` is that of the simulated scan: there is one control for both.
    """
    series = st.container(gap="small")
    said = st.container(gap="xsmall")
    acquired, acquisition_open = folded("Angles and rays")
    prepared, preparation_open = folded("Preparation")
    chosen: dict[str, Any] = {}
    headings: set[str] = set()

    def ask(parameter: Parameter) -> Any:
        name = parameter.name
        if name == "kernel":
            return parameter.default
        step = next((step for step in STEPS if name.startswith(f"{step.name}_")), None)
        place, drawn = series, True
        if name in _ACQUISITION:
            place, drawn = acquired, acquisition_open
        elif step:
            place, drawn = prepared, preparation_open
        with place:
            if drawn and step and step.name not in headings:
                headings.add(step.name)
                st.markdown(f"**{step.title}**", help=step.about)
            if name == SINOGRAM_FILE.name:
                chosen[name] = sinogram_control()
            else:
                # Each file remembers its own slice.
                of = chosen.get(SINOGRAM_FILE.name) or chosen.get("series")
                key = f"slice of {of}" if name == "series_slice" else ""
                chosen[name] = control(
                    parameter, key=key, disabled=_idle(parameter, chosen), drawn=drawn
                )
        return chosen[name]

    source = make(MeasuredScan, ask, files())
    if kernel != source.kernel and not (source.acquisition.rays == "fan" and kernel == "linear"):
        source = replace(source, kernel=kernel)
    with said:
        return _usable(source)


def _idle(parameter: Parameter, chosen: Mapping[str, Value]) -> bool:
    """Whether a parameter does nothing with what has been chosen before it."""
    chooser = chooser_of(parameter)
    return chooser is not None and chosen[chooser[0]] not in chooser[1]


def _usable(source: MeasuredScan) -> MeasuredScan:
    """Say how the file was read, or what is wrong with it; return the data to be shown."""
    try:
        note = source.stages[0].after.note
        source.beam.check_fits(source.size)
    except InputError as error:
        last: _Usable = st.session_state.get(_LAST, _Usable())
        st.error(plain_text(str(error)))
        st.caption(plain_text(f"The pages go on with {last.source.label}, as it was."))
        return last.source
    st.caption(plain_text(note))
    open_file = next(iter(files().values()), None)
    st.session_state[_LAST] = _Usable(source=source, file=open_file)
    if isinstance(source.series, TiltSeries):
        st.caption(source.series.credit)
    return source
