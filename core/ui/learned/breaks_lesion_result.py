"""What became of a lesion: close-ups, and a verdict for each method."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.array_types import Image
from core.markdown_table import markdown_table
from core.problem.images import Lesion
from core.problem.lesion import INVENTED, KEPT, LOST, Finding, Verdict, finding
from core.ui.figures.panels import Panel, image_panels

MEASURES = f"""\
*Recovered*: inside minus a ring around, in the difference, over the same in the truth. *False*:
what the picture **without** the lesion shows too much at this place, in the same measure.
*Elsewhere*: how much the rest of the picture changed, over the size of the true change. At least
{100 * KEPT:.0f} % recovered is **kept**, less than {100 * LOST:.0f} % **lost**, between them
**faded**; a false contrast of at least {100 * INVENTED:.0f} % is **invented**,
whatever its recovered share."""
VERDICTS: dict[Verdict, str] = {
    "kept": ":green[**kept**]",
    "faded": ":orange[**faded**]",
    "lost": ":red[**lost**]",
    "invented": ":violet[**invented**]",
}
CLOSE_UP = 0.18
"""Half the side of the close-up, in halves of the image's side, unless the lesion is large."""
COLUMNS = 4


@dataclass(frozen=True, kw_only=True, eq=False)
class Tested:
    """What a method made of the head without and with the lesion, and the judgement."""

    title: str
    images: tuple[Image, Image]
    finding: Finding


def tested(
    title: str,
    lesion: Lesion,
    truths: tuple[Image, Image],
    images: tuple[Image, Image],
) -> Tested:
    """Judge what a method made of both truths."""
    return Tested(title=title, images=images, finding=finding(lesion, truths, images))


def close_up(lesion: Lesion, truth: Image) -> tuple[slice, slice]:
    """Rows and columns of the close-up around the lesion."""
    size = truth.shape[0]
    half = max(CLOSE_UP, 2.5 * lesion.radius) * size / 2
    middle = (1 - lesion.y) * size / 2, (1 + lesion.x) * size / 2
    side = int(np.ceil(2 * half))
    low = [int(np.clip(round(m - half), 0, size - side)) for m in middle]
    return slice(low[0], low[0] + side), slice(low[1], low[1] + side)


def close_ups(tests: Sequence[Tested], cut: tuple[slice, slice]) -> None:
    """Three rows, the truth first: without the lesion, with it, and the difference."""
    healthy, sick = tests[0].images
    reach = float(np.abs(sick - healthy).max())
    for words in ("Without the lesion", "With the lesion", "With minus without"):
        st.markdown(f"**{words}**, close up")
        difference = words == "With minus without"
        panels = []
        for one in tests:
            without, with_it = one.images
            picture = with_it - without if difference else with_it
            panels.append(
                Panel(
                    title=one.title,
                    image=(without if words == "Without the lesion" else picture)[cut],
                    low=-reach if difference else 0,
                    high=reach if difference else 1,
                    colormap="diverging" if difference else "bone",
                    caption=f"recovered {_percent(one.finding.recovered)}" if difference else "",
                    alt=f"{one.title}, {words.lower()}, around the lesion.",
                )
            )
        image_panels(panels, key=f"lesion {words}", columns=COLUMNS, tallest=220)


def verdict_table(tests: Sequence[Tested]) -> str:
    """A Markdown table with a row for each method."""
    rows = []
    for one in tests:
        judged = one.finding
        shares = (_percent(judged.recovered), _percent(judged.false))
        rows.append([one.title, VERDICTS[judged.verdict], *shares, f"{judged.elsewhere:.2f}"])
    headings = ["Method", "Lesion", "Recovered", "False", "Elsewhere"]
    return markdown_table(headings, rows, align="llr")


def _percent(share: float) -> str:
    return f"{round(100 * share) or 0:.0f} %".replace("-", "−")
