"""The text of the results, and what it is compared with."""

from core.evaluation.readme import RESULTS
from core.evaluation.trials import mean_and_deviation, trials

TEXT = " ".join(RESULTS.read_text(encoding="utf-8").split())
"""The results, on one line."""


def ends(values, form):
    return f"{min(values):{form}} to {max(values):{form}}"


def means(experiment, column, case=None):
    """The mean of a column by method, over the trials that come with the lab."""
    rows = [one for one in trials() if one.experiment == experiment and case in (None, one.case)]
    names = dict.fromkeys(one.method for one in rows)
    return {
        name: mean_and_deviation([one for one in rows if one.method == name], column)[0]
        for name in names
    }
