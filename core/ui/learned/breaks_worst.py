"""Worst-case noise: what the smallest change of the data can do that hurts a method most."""

from collections.abc import Sequence
from functools import partial

import numpy as np
import streamlit as st

from core.array_types import FloatArray
from core.evaluation import worst_case as stored
from core.evaluation.trials import trials
from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.number_format import decibels, or_dash
from core.parameter import Parameter
from core.problem.noise.gaussian import STOPS
from core.problem.scan import Scan
from core.studies.attack import Attacked, noise_of
from core.studies.differentiable import has_gradient
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.worst_case import WorstCase
from core.ui import cached
from core.ui.controls.parameter_controls import control
from core.ui.figures.panels import Panel, image_panels
from core.ui.learned.score_tables import title_of
from core.ui.lesson import text_with_equations, things_to_try, words_below
from core.ui.workbench.long_job import long_job
from core.ui.workbench.pictures import symmetric_limit

WORDS = """\
Random noise points in no direction in particular. There may be directions in which a method is far
more sensitive, and an opponent who knows the method can look for them. Here noise $e$ is searched
for that changes the image most among all noise of the same norm.

The search is **projected gradient ascent** with the gradient through the whole reconstruction $f$.
For a linear method the worst noise is the first singular vector. Antun et al. (2020) showed that
tiny noise of this kind can bring severe artefacts into the images of networks. Genzel, Macdonald
and März (2022) compared networks with total variation and found those that they had trained as
resilient as it."""
EQUATIONS = (
    r"\max_{\lVert e \rVert \le \varepsilon} \lVert f(d + e) - f(d) \rVert",
    r"\kappa(e) = \frac{\lVert f(d + e) - f(d) \rVert / \lVert m \rVert}"
    r"{\lVert e \rVert / \lVert d \rVert}",
)
SEARCH = """\
κ is the change in the image over the change in the data, both relative: with κ = 3, 1 % of noise
changes the image by 3 %. The data are those of your scan without its noise; both kinds of noise are
added to them. Total variation has the weight that is best with the random noise. The search finds
bad noise, and cannot prove that none is worse."""
STORED = """\
Under the lecture's scan, on {slices} slices from both heads, and on one of each for methods that
take minutes, with noise of the norm of {case} Gaussian noise. Mean ± standard deviation over the
two people, each with the mean over the slices; the SNR is that of clean data, with random and with
the worst noise."""
LEFT_OUT = ":material/info: The search is not written for {left} on this scan."

_LEVEL = Parameter(
    name="worst.level",
    default=0.01,
    low=STOPS[0],
    high=0.1,
    help="The norm of both: that of white noise with this share of the mean of |d| as its "
    "standard deviation.",
)


def show(scan: Scan, chosen: tuple[EvaluatedMethod, ...]) -> None:
    """Draw the words, the level, the search as it goes on, and what is known of many slices."""
    text_with_equations(WORDS, *EQUATIONS)
    able = tuple(one for one in chosen if has_gradient(one.method, scan))
    if left := [one.title for one in chosen if one not in able]:
        st.caption(LEFT_OUT.format(left=", ".join(left)))
    level = float(
        control(
            _LEVEL,
            options=tuple(stop for stop in STOPS if stop <= 0.1),
            label="Noise level",
            show=lambda share: f"{100 * float(share):g} %",
        )
    )
    words_below(SEARCH)
    asked = WorstCase(scan=scan, candidates=able, level=level)
    long_job(
        asked.task,
        label="Search for the worst noise",
        icon=":material/crisis_alert:",
        show=partial(_show, asked),
    )
    _stored()
    things_to_try(
        "Lower the level to 0.1 %: does κ of a network grow, as it does not for FBP?",
        "Look at the worst noise of each method: where in the sinogram is it, and what does it "
        "draw into the image?",
        "With 15 views there is more that no ray sees: whose κ rises?",
        "Choose RED, the convex ridge regulariser and plug-and-play: which of them keeps a lead "
        "over total variation with the worst noise?",
        "Which method has the best SNR *with* the worst noise? A small κ is no merit by itself: "
        "an image of zeros has κ = 0.",
    )


def _show(asked: WorstCase, state: JobState[tuple[Attacked, ...]]) -> None:
    found = state.parts_so_far
    if not found:
        return
    st.markdown(attacked_table(found))
    _images(found)
    _noises(asked, found)


def _images(found: Sequence[Attacked]) -> None:
    """A row for each method: its image with the worst noise, and what both kinds have changed."""
    limit = symmetric_limit([one.images[kind] - one.images[0] for one in found for kind in (1, 2)])
    panels = []
    for one in found:
        panels.append(
            Panel(
                title=one.title,
                image=one.images[2],
                low=0,
                high=1,
                caption=f"worst noise: SNR {decibels(one.snr[2])}",
                alt=f"{one.title} with worst noise.",
            )
        )
        for words, kind in (("worst", 2), ("random", 1)):
            change = one.images[kind] - one.images[0]
            panels.append(
                Panel(
                    title=one.title,
                    image=change,
                    low=-limit,
                    high=limit,
                    colormap="diverging",
                    caption=f"what {words} noise changes: {_share(change, one.images[0])}",
                    alt=f"What {words} noise changes in {one.title}.",
                )
            )
    image_panels(panels, key="worst images", columns=3)


def _noises(asked: WorstCase, found: Sequence[Attacked]) -> None:
    """Random noise and the worst of each method as sinograms, on one range."""
    random = noise_of(cached.measurement(asked.scan).clean, asked.level, asked.seed)
    reach = 3 * float(random.std())
    st.markdown("**The noise in the data**: random, and the worst for each method")
    panels = [
        Panel(
            title=title,
            image=noise,
            low=-reach,
            high=reach,
            colormap="diverging",
            alt=f"Noise in the sinogram: {title}.",
        )
        for title, noise in [("Random", random), *((one.title, one.noise) for one in found)]
    ]
    image_panels(panels, key="worst noise", columns=4, tallest=220)


def attacked_table(found: Sequence[Attacked]) -> str:
    """A Markdown table with a row for each method."""
    rows = [
        [
            one.title,
            or_dash(one.random, ".2f"),
            or_dash(one.worst, ".2f"),
            or_dash(one.worst / one.random, ".1f"),
            *(or_dash(snr, ".1f") for snr in one.snr),
        ]
        for one in found
    ]
    headings = ["Method", "κ, random noise", "κ, worst noise", "ratio", "SNR, clean / dB"]
    return markdown_table([*headings, "random / dB", "worst / dB"], rows)


def _share(change: FloatArray, image: FloatArray) -> str:
    return f"{np.linalg.norm(change) / np.linalg.norm(image):.1%}"


def _stored() -> None:
    rows = [row for row in trials() if row.experiment == stored.EXPERIMENT]
    if not rows:
        return
    slices = len({(row.subject, row.number) for row in rows})
    st.markdown("**On more slices**")
    st.caption(STORED.format(slices=slices, case=stored.CASE))
    st.markdown(stored.as_markdown(rows, title_of))
