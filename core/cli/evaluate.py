"""`python -m core evaluate`: judge who has not been judged, and print what is known."""

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from tqdm import tqdm

from core.cli.result_file import check_writable
from core.errors import InputError, require_choice, require_number
from core.evaluation import heads, published, readme, tables
from core.evaluation.benchmark import Exam
from core.evaluation.runner import open_sittings, run
from core.evaluation.scores import FILE, scores
from core.evaluation.summary import summaries

BENCHMARKS: Mapping[str, Callable[[int | None], Exam]] = {
    heads.BENCHMARK: heads.exam,
    "adler_oektem": published.adler_oektem,
    "dival": published.dival,
}


def evaluate(
    benchmarks: Sequence[str] | None,
    slices: int | None,
    path: Path | None,
    *,
    as_json: bool = False,
) -> None:
    """Judge on `slices` images of each group (all for None) and print the tables.

    `as_json` prints one JSON array in their place.

    What is in the file of scores already, made by the same settings and weights, stays as it is:
    an evaluation that was interrupted goes on. The project's own file goes into the README too.
    Raises `InputError`.
    """
    for name in benchmarks or ():
        require_choice("Benchmark", name, tuple(BENCHMARKS))
    if slices is not None:
        require_number("Slices", slices, low=1, high=100, whole=True)
    path = path or FILE
    check_writable(path)
    exams = [BENCHMARKS[name](slices) for name in dict.fromkeys(benchmarks or BENCHMARKS)]
    for sentence in dict.fromkeys(sentence for exam in exams for sentence in exam.absent):
        print(sentence)
    todo = open_sittings(exams, path)
    with tqdm(total=len(todo), unit="image") as bar:
        run(todo, path, advance=bar.update, tell=bar.write)
    rows = scores(path)
    if not rows:
        raise InputError("There are no scores to print: no method gave an image.")
    found = summaries(rows)
    if path == FILE:
        readme.update(found)
    print(tables.as_json(found) if as_json else tables.as_markdown(found))
