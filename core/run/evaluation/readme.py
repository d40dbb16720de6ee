"""The scores in the README: the same rows as on the page, between two marks."""

from collections.abc import Sequence
from pathlib import Path

from core.run.evaluation.summary import ALL, Summary
from core.run.evaluation.tables import TITLES, as_markdown

README = Path(__file__).resolve().parents[3] / "README.md"
BEGIN, END = "<!-- scores -->\n", "<!-- /scores -->"


def with_scores(text: str, found: Sequence[Summary]) -> str:
    """The README's text with the tables of all subjects taken together between its marks."""
    several = {one.benchmark for one in found if one.subject == ALL}
    chosen = [one for one in found if one.subject == ALL or one.benchmark not in several]
    chosen.sort(key=lambda one: list(TITLES).index(one.benchmark))
    before, _, rest = text.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}{as_markdown(chosen)}{END}{after}"


def update(found: Sequence[Summary]) -> None:
    """Write the scores into the README, if it is there."""
    if README.exists():
        README.write_text(with_scores(README.read_text(encoding="utf-8"), found), encoding="utf-8")
