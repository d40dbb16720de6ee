"""`python -m core evaluate`: score what has no scores yet, and print the tables of all."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from core.cli.result_file import check_writable
from core.errors import InputError, require_choice, require_number
from core.evaluation import heads, published, readme, tables
from core.evaluation.benchmark import Benchmark
from core.evaluation.runner import open_cases, run
from core.evaluation.scores import FILE, scores
from core.evaluation.summary import summaries

BENCHMARKS: Mapping[str, Callable[[int | None], Benchmark]] = {
    heads.BENCHMARK: heads.benchmark,
    heads.FINER: heads.finer_grid,
    "adler_oektem": published.adler_oektem,
    "dival": published.dival,
}


def evaluate(
    names: Sequence[str] | None,
    slices: int | None,
    path: Path | None,
    *,
    as_json: bool = False,
) -> None:
    """Score the methods on `slices` images of each group (all for None) and print the tables.

    `names` are those of the benchmarks, None for all. `as_json` prints one JSON array instead.

    What is in the file of scores already, made by the same settings and weights, stays as it is:
    an evaluation that was interrupted is resumed. The project's own file goes into the README too.
    Raises `InputError`.
    """
    for name in names or ():
        require_choice("Benchmark", name, tuple(BENCHMARKS))
    if slices is not None:
        require_number("Slices", slices, low=1, high=100, whole=True)
    path = path or FILE
    check_writable(path)
    benchmarks = [BENCHMARKS[name](slices) for name in dict.fromkeys(names or BENCHMARKS)]
    for sentence in dict.fromkeys(sentence for entry in benchmarks for sentence in entry.absent):
        print(sentence)
    todo = open_cases(benchmarks, path)
    with tqdm(total=len(todo), unit="image") as bar:
        run(todo, path, advance=bar.update, report=bar.write)
    rows = scores(path)
    if not rows:
        raise InputError("There are no scores to print: no method gave an image.")
    table = summaries(rows)
    if path == FILE:
        readme.update(table)
    print(tables.as_json(table) if as_json else tables.as_markdown(table))
