"""The tables of scores, experiments and networks in the docs, each between two marks."""

from collections.abc import Callable, Sequence
from pathlib import Path

from core.errors import InputError
from core.evaluation import experiments
from core.evaluation.summary import ALL, Summary
from core.evaluation.tables import TITLES, as_markdown
from core.evaluation.trials import Trial
from core.markdown_table import markdown_table
from core.number_format import DASH
from core.storage.draft import draft_of

DOCS = Path(__file__).resolve().parents[2] / "docs"
RESULTS, TRAINING = DOCS / "results.md", DOCS / "training.md"
SCORES, NETWORKS, HOURS = "scores", "networks", "hours"


def between(name: str, text: str, new: str) -> str:
    """The text with `new` between the marks of this name; `InputError` where one is missing."""
    begin, end = f"<!-- {name} -->\n", f"<!-- /{name} -->"
    if end not in text.partition(begin)[2]:
        raise InputError(f"Put the lines {begin.strip()} and {end} around the table of {name}.")
    before, _, rest = text.partition(begin)
    _, _, after = rest.partition(end)
    return f"{before}{begin}{new}{end}{after}"


def with_scores(text: str, summaries: Sequence[Summary]) -> str:
    """The text with the tables of all subjects taken together between its marks."""
    several = {one.benchmark for one in summaries if one.subject == ALL}
    printed = [one for one in summaries if one.subject == ALL or one.benchmark not in several]
    printed.sort(key=lambda one: list(TITLES).index(one.benchmark))
    return between(SCORES, text, as_markdown(printed))


def with_networks(text: str) -> str:
    """The text with a row for each network whose weights are there."""
    from core.networks.catalogue import PLANS
    from core.networks.weights import card_of, path_of

    headings = ["network", "weights", "steps", "images", "precision", "trained on", "minutes"]
    rows = []
    for name in PLANS:
        if path_of(name).exists():
            card = card_of(name)
            cells = [
                name,
                f"{card['parameters'] / 1000:,.0f} k",
                str(card["steps"]),
                str(card["images"]),
                card["precision"],
                card["hardware"],
                f"{card['seconds'] / 60:.0f}",
            ]
            rows.append(cells)
    return between(NETWORKS, text, markdown_table(headings, rows, align="lrrrllr") + "\n")


def with_hours(text: str) -> str:
    """The text with the command that trains each network anew, and how long that takes."""
    from core.networks.catalogue import PLANS
    from core.networks.training.training_hours import hours_planned
    from core.networks.weights import card_of, path_of

    rows = []
    for name, plan in PLANS.items():
        hours = f"{hours_planned(name, card_of(name)):.1f}" if path_of(name).exists() else DASH
        command = f"`python -m core train {name} --fresh`"
        rows.append([name, plan.start_from or "random weights", command, hours])
    headings = ["network", "begins with", "command", "hours"]
    return between(HOURS, text, markdown_table(headings, rows, align="lllr") + "\n")


def rewrite(path: Path, change: Callable[[str], str]) -> None:
    """Write a file of the docs anew with its text changed, if it is there."""
    if path.exists():
        text = change(path.read_text(encoding="utf-8"))
        with draft_of(path) as draft:
            draft.write_text(text, encoding="utf-8")


def update(summaries: Sequence[Summary]) -> None:
    """Write networks and scores into `RESULTS`, and hours into `TRAINING`, if these are there."""
    rewrite(RESULTS, lambda text: with_networks(with_scores(text, summaries)))
    rewrite(TRAINING, with_hours)


def with_experiments(text: str, rows: Sequence[Trial]) -> str:
    """The text with the table of each experiment that has trials between its marks."""
    for name, table in experiments.as_markdown(rows).items():
        text = between(name, text, f"**{experiments.TITLES[name]}**\n\n{table}\n")
    return text


def update_experiments(rows: Sequence[Trial]) -> None:
    """Write the tables of the experiments into `RESULTS`, if it is there."""
    rewrite(RESULTS, lambda text: with_experiments(text, rows))
