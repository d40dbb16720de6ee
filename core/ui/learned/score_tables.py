"""The scores of all methods on the images of the laboratory, from one file."""

from collections.abc import Mapping, Sequence

import streamlit as st

from core.methods import METHODS
from core.methods.base import Method
from core.methods.parameters import Parameter
from core.problem.images import demo_sets
from core.problem.scan import Scan
from core.run.evaluation.scores import scores
from core.run.evaluation.summary import ALL, REFERENCE, Spread, Summary, summaries
from core.ui.parameter_controls import control
from core.ui.shell import part

WORDS = """\
Mean ± standard deviation over the slices, all of heads that no network has seen in training.
**Tuned TV** is total variation, converged, with the weight that is best for each slice, which only
the truth can tell: an opponent that cannot be had in practice. The residual says whether an image
agrees with its data: one may look right and contradict them."""
TITLES = {method.name: method.title for method in METHODS} | {REFERENCE: "Tuned TV"}


def scores_tab(scan: Scan, chosen: Mapping[str, Method]) -> None:
    """Draw the table for the images and the noise that are asked for."""
    st.markdown(WORDS)
    _tables()


@part
def _tables() -> None:
    rows = scores()
    if not rows:
        st.info("There are no scores yet: `python -m core evaluate` makes them.")
        return
    found = summaries(rows)
    benchmarks = _distinct(summary.benchmark for summary in found)
    places = st.columns([2, 2, 1], gap="medium")
    with places[0]:
        benchmark = _choice("scores.of", benchmarks, "Images")
    found = [summary for summary in found if summary.benchmark == benchmark]
    subjects = _distinct(summary.subject for summary in found)
    with places[1]:
        titles = {entry.name: entry.title for entry in demo_sets()} | {ALL: "All of them"}
        subject = _choice("scores.subject", subjects, "Subject", titles)
    found = [summary for summary in found if summary.subject == subject]
    levels = _distinct(f"{summary.noise:g}" for summary in found)
    with places[2]:
        words = {level: f"{100 * float(level):g} %" for level in levels}
        level = _choice("scores.noise", levels, "Noise", words)
    st.markdown(summary_table([s for s in found if f"{s.noise:g}" == level]))


def summary_table(found: Sequence[Summary]) -> str:
    """Summaries as a Markdown table, the best of each column in bold."""
    best = {
        "snr": max(summary.snr[0] for summary in found),
        "psnr": max(summary.psnr[0] for summary in found),
        "ssim": max(summary.ssim[0] for summary in found),
    }
    lines = [
        "| Method | SNR / dB | against tuned TV | PSNR / dB | SSIM | ‖Gm̂ − d‖ / ‖d‖ | Images |",
        "|:--|--:|--:|--:|--:|--:|--:|",
    ]
    for summary in found:
        cells = [
            TITLES.get(summary.method, summary.method.replace("_", " ")),
            _cell(summary.snr, ".1f", best["snr"]),
            "–" if summary.gain is None else _cell(summary.gain, "+.1f", None),
            _cell(summary.psnr, ".1f", best["psnr"]),
            _cell(summary.ssim, ".3f", best["ssim"]),
            _cell(summary.residual, ".2e", None),
            str(summary.images),
        ]
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines)


def _cell(spread: Spread, form: str, best: float | None) -> str:
    mean = f"**{spread[0]:{form}}**" if spread[0] == best else f"{spread[0]:{form}}"
    return f"{mean} ± {spread[1]:{form.removeprefix('+')}}"


def _choice(
    name: str, choices: Sequence[str], label: str, words: Mapping[str, str] | None = None
) -> str:
    parameter = Parameter(name=name, default=choices[0], choices=tuple(choices))
    return str(control(parameter, label=label, words=words or {}))


def _distinct(values: object) -> list[str]:
    return list(dict.fromkeys(values))  # type: ignore[call-overload]
