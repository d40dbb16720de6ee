"""`python -m core table`: a family of methods, or the priors, as a Markdown table."""

from typing import get_args

from tqdm import tqdm

from core.cli.slices import check_slices
from core.errors import require_choice
from core.evaluation import prior_table
from core.evaluation.method_table import NOISES, as_markdown, score_rows
from core.methods import METHODS
from core.methods.base import Family
from core.problem.images import demo_sets


def print_table(family: str, slices: int) -> None:
    """Print a Markdown table of the direct methods and of one family, with their defaults.

    For `priors`, one of the priors with the weights that suit them, and of all their solvers.
    Raises `InputError`.
    """
    require_choice("Family", family, (*get_args(Family), "priors"))
    check_slices(slices)
    if family == "priors":
        with tqdm(unit="solve") as bar:
            solvers = list(prior_table.solver_rows(bar.update))
            priors = list(prior_table.prior_rows(slices, bar.update))
        print(prior_table.as_markdown(priors, solvers))
        return
    methods = [method() for method in METHODS if method.family in ("direct", family)]
    solves = len(methods) * slices * len(NOISES) * len(demo_sets())
    with tqdm(total=solves, unit="solve") as bar:
        rows = list(score_rows(methods, slices, NOISES, advance=bar.update))
    print(as_markdown(rows))
