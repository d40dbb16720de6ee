"""Step 4: is there a lesion? What the samples say, and what the data say."""

from dataclasses import replace
from functools import partial
from typing import Any

import numpy as np
import streamlit as st

from core.jobs.job import JobState
from core.markdown_table import markdown_table
from core.number_format import mean_text
from core.problem.images import Lesion, WithLesion
from core.problem.lesion import without_lesion
from core.problem.scan import Scan
from core.spread import spread_of
from core.studies.lesion_samples import SHOWN, LesionQuestion, LesionSamples
from core.ui import cached
from core.ui.controls.linked_player import linked_player
from core.ui.figures.curves import Mark, curves_figure
from core.ui.figures.panels import Panel, image_panels
from core.ui.figures.plot import plot
from core.ui.learned.breaks_lesion import ask_lesion, lesion_on_truth
from core.ui.learned.breaks_lesion_result import close_up
from core.ui.lesson import things_to_try
from core.ui.scan.source import simulated_meanwhile
from core.ui.style import BLUE, GREEN, ORANGE, PURPLE, SLATE, TEAL
from core.ui.uncertainty.shared import ask_sampler, notices
from core.ui.uncertainty.single_images import single_estimates
from core.ui.workbench.long_job import long_job

WORDS = """\
A doctor does not ask for a picture, but for an answer: **is there a lesion?** Scan the head
without and with one, draw samples of both, and count those that show it. If the spread is honest,
the fraction is a probability. Beside it stands what the **data alone** say: the likelihood ratio,
were all else of the head known."""
EQUATION = (
    r"\ln\frac{p(d \mid m_1)}{p(d \mid m_0)} = "
    r"\frac{\lVert d - G m_0\rVert^2 - \lVert d - G m_1\rVert^2}{2 s^2}"
)
FOLLOW = "lesion sample"
BINS = 24
ESTIMATE_COLOURS = (GREEN, PURPLE, TEAL)


def show(scan: Scan) -> None:
    """Draw the lesion and its controls, the sampler, and the answer."""
    simulated_meanwhile(scan)
    picture, words = st.columns([2, 3], gap="large")
    with words:
        st.markdown(WORDS)
        st.latex(EQUATION)
        lesion = ask_lesion(scan.size)
    image = without_lesion(scan.image)
    healthy = replace(scan, image=image)
    with picture:
        sick = WithLesion(image=image, lesion=lesion)
        lesion_on_truth(lesion, cached.truth(sick, scan.size))
    method = ask_sampler(healthy)
    notices(healthy, method)
    study = LesionQuestion(scan=healthy, lesion=lesion, method=method, singles=single_estimates())
    long_job(
        study.task,
        label="Ask the samples",
        icon=":material/biotech:",
        show=partial(_show, study),
    )
    things_to_try(
        "Radius 0.02 at 21 views, then 0.06: from which size on do the samples show it? And from "
        "which size on do the data know it?",
        "All samples agree that there is nothing, and the likelihood ratio says the opposite: "
        "which of the two has looked at this head?",
        "A dark lesion; one in the middle; 41 views. Does any sample ever invent one?",
    )


def _show(study: LesionQuestion, state: JobState[LesionSamples]) -> None:
    found = state.result_so_far
    if found is None or not len(found.without):
        return
    if len(found.shown):
        st.info(_answer(found, study.lesion, study.scan.size), icon=":material/stethoscope:")
    _pictures(study, found)
    left, right = st.columns(2, gap="large")
    with left:
        plot(
            histogram(found),
            key="lesion shares",
            height=320,
            alt="How much of the lesion the samples show, without and with it in the truth.",
        )
    with right:
        st.markdown(_table(found))
        st.caption(
            f"*Shows it*: at least {100 * SHOWN:.0f} % of the true contrast. One place, one noise, "
            "one slice: a fraction of these samples, and no probability for patients."
        )


def _answer(found: LesionSamples, lesion: Lesion, size: int) -> str:
    """One sentence that a radiologist would accept, and what the data say."""
    count, other = len(found.shares), len(found.shares_without)
    shown = int(np.sum(found.shares >= SHOWN))
    false = int(np.sum(found.shares_without >= SHOWN))
    pixels = lesion.radius * size / 2
    decades = found.log_ratios[1] / np.log(10)
    text = (
        f"**In {shown} of {count} images that fit these data a spot of {pixels:.1f} px radius "
        f"shows at this place. Where the head has none: in {false} of {other}.** The data alone, "
        f"with all else known, hold a trace of {found.trace:.1f} times the noise: a likelihood "
        f"ratio of $10^{{{abs(decades):.0f}}}$ to 1 {'for' if decades > 0 else 'against'} it."
    )
    if shown < count / 4 and found.trace > 5:
        text += (
            " The samples agree that it is absent, and they are wrong: the **prior**, or the "
            "sampler, has erased what the data contain. *Absent in all samples* does not exclude a "
            "lesion this small."
        )
    elif shown > 3 * count / 4 and not false:
        text += " Here the samples and the data agree."
    return text


def _pictures(study: LesionQuestion, found: LesionSamples) -> None:
    truth, sick = (cached.truth(one.image, one.size) for one in (study.scan, study.sick))
    cut = close_up(study.lesion, truth)
    count = min(len(found.without), len(found.shown) or len(found.without))
    linked_player(
        [f"sample {k + 1}" for k in range(count)],
        list(range(1, count + 1)),
        name="lesion.sample",
        key=FOLLOW,
        alt="number of the sample",
        seconds=0.45 * count,
    )
    rows = (("Without", truth, found.without), ("With", sick, found.shown))
    panels = []
    for words, true, samples in rows:
        title = f"{words} the lesion"
        panels.append(
            Panel(title=title, image=true[cut], low=0, high=1, caption="truth", alt=f"{title}.")
        )
        if len(samples):
            panels.append(
                Panel(
                    title="A sample",
                    image=np.ascontiguousarray(samples[:count, cut[0], cut[1]]),
                    low=0,
                    high=1,
                    caption="of its data",
                    alt=f"A sample of the data {words.lower()} the lesion, close up.",
                )
            )
    image_panels(panels, key="lesion samples", columns=4, player=FOLLOW, tallest=230)


def histogram(found: LesionSamples) -> dict[str, Any]:
    """The shares of both sets of samples as bars, with the single images as lines."""
    marks = [Mark(x=1.0, name="the truth", colour=SLATE)]
    marks += [
        Mark(x=one.shown, name=one.title, colour=colour)
        for one, colour in zip(found.singles, ESTIMATE_COLOURS, strict=False)
    ]
    figure = curves_figure([], x_title="share of the lesion", y_title="samples", marks=marks)
    values = np.concatenate([found.shares_without, found.shares, [0.0, 1.0]])
    edges = np.linspace(values.min() - 0.02, values.max() + 0.02, BINS + 1)
    bars = []
    for name, shares, colour in (
        ("without the lesion", found.shares_without, BLUE),
        ("with it", found.shares, ORANGE),
    ):
        heights, _ = np.histogram(shares, bins=edges)
        bars.append(
            {
                "type": "bar",
                "x": (edges[:-1] + edges[1:]) / 2,
                "y": heights,
                "name": name,
                "marker": {"color": colour, "opacity": 0.65, "line": {"width": 0}},
                "hovertemplate": "%{y}",
            }
        )
    figure["data"] = [*bars, *figure["data"]]
    figure["layout"] |= {"barmode": "overlay", "bargap": 0.05}
    return figure


def _table(found: LesionSamples) -> str:
    def share(value: float) -> str:
        return f"{value:.2f}".replace("-", "−")

    both = (found.shares_without, found.shares)
    counts = [f"{int(np.sum(one >= SHOWN))} of {len(one)}" if len(one) else "" for one in both]
    means = [mean_text(*spread_of(one), ".2f") if len(one) else "" for one in both]
    rows = [["Samples that show it", *counts], ["Share in the samples", *means]]
    rows += [[f"Share, {one.title}", share(one.without), share(one.shown)] for one in found.singles]
    table = markdown_table(["", "without the lesion", "with it"], rows)
    if not len(found.shares):
        return table
    return (
        f"{table}\n\nA sample with the lesion shows more of it than one without in "
        f"**{100 * found.separation:.0f} %** of the pairs; 50 % is chance."
    )
