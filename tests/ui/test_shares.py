"""Shares on the screen have no powers of ten: "100 %", not "1e+02 %"."""

import re
from pathlib import Path

import numpy as np
import pytest

import core
from core.methods.red import RED
from core.methods.support.history import COLUMNS, History, Snapshot
from core.problem.preparation.consistency import Moment
from core.ui.learned.settling import verdict
from core.ui.style import LineStyle
from core.ui.uncertainty import known
from core.ui.workbench.displayed_result import Entry
from core.ui.workbench.without_truth import consistency_table

AS_IT_COMES = re.compile(r"100 \* [^{}]*:\.[2-9]g\} ?%")


@pytest.mark.parametrize(("share", "text"), [(0.123, "12 %"), (0.996, "100 %"), (1.2, "120 %")])
def test_a_share_near_one_or_above_is_written_out(share, text):
    table = np.full((len(COLUMNS) + 1, 40), share)
    table[0] = np.arange(40)
    image = np.ones((4, 4), np.float32)
    entry = Entry(
        letter="A",
        method=RED(),
        image=image,
        history=History(names=(*COLUMNS, "change"), table=table),
        snapshots=[Snapshot(iteration=39, image=image)],
        stop="finished",
        style=LineStyle(colour="#000000"),
    )
    assert f"change the image by {text}, and no less" in verdict(entry)
    moment = Moment(order=0, values=np.ones(2), fitted=np.ones(2), mismatch=share)
    assert f"| {text} |" in consistency_table((moment,))


@pytest.mark.parametrize(
    ("seen", "unseen", "texts"),
    [
        (0.014, 0.93, ("**1.4 %**", "**93 %**")),
        (0.996, 1.0, ("**100 %**", "**100 %**")),
        (1.02, 1.2, ("**100 %**", "**100 %**")),
        (1.2, 1.02, ("**100 %**", "**100 %**")),
    ],
)
def test_no_more_than_all_of_the_variance_is_left(seen, unseen, texts):
    """Both are estimated from samples, and may come out above 1."""
    sentence = known.variance_left_text(seen, unseen)
    assert tuple(re.findall(r"\*\*[^*]+\*\*", sentence)) == texts


def test_every_share_is_written_by_the_function_for_it():
    files = Path(core.__file__).parent.rglob("*.py")
    assert [file.name for file in files if AS_IT_COMES.search(file.read_text())] == []
