"""`python -m core evaluate`: score what has no scores yet, and print the tables of all."""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path

from tqdm import tqdm

from core.cli.result_file import check_writable
from core.errors import InputError, require_choice, require_number
from core.evaluation import experiments, heads, modality, published, readme, tables
from core.evaluation.benchmark import Benchmark
from core.evaluation.runner import open_cases, run
from core.evaluation.scores import FILE, scores
from core.evaluation.summary import summaries
from core.evaluation.trials import FILE as TRIALS
from core.evaluation.trials import trials
from core.problem.images import images_trouble

BENCHMARKS: Mapping[str, Callable[[int | None], Benchmark]] = {
    heads.BENCHMARK: heads.benchmark,
    heads.FINER: heads.finer_grid,
    modality.BENCHMARK: modality.benchmark,
    modality.FINER: modality.finer_grid,
    modality.FEW_VIEWS: modality.few_views,
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

    `names` are those of the benchmarks and experiments, None for all. `as_json` prints one JSON
    array instead. Trials go into a file beside that of the scores; of the lesion test `slices` are
    the places.

    What is in the files already, made by the same settings and weights, stays as it is: an
    evaluation that was interrupted is resumed. The project's own files go into the docs too.
    Raises `InputError`.
    """
    for name in names or ():
        require_choice("Benchmark", name, (*BENCHMARKS, *experiments.EXPERIMENTS))
    if slices is not None:
        require_number("Slices", slices, low=1, high=100, whole=True)
    path = path or FILE
    beside = path.with_name(TRIALS.name)
    check_writable(path)
    wanted = dict.fromkeys(names or (*BENCHMARKS, *experiments.EXPERIMENTS))
    _check_images(wanted)
    benchmarks = [BENCHMARKS[name](slices) for name in wanted if name in BENCHMARKS]
    for sentence in dict.fromkeys(sentence for entry in benchmarks for sentence in entry.absent):
        print(sentence)
    todo = open_cases(benchmarks, path)
    with tqdm(total=len(todo), unit="image") as bar:
        run(todo, path, advance=bar.update, report=bar.write)
    for name in wanted:
        if name in experiments.EXPERIMENTS:
            with tqdm(unit="trial", desc=name) as bar:
                experiments.run(name, slices, beside, advance=bar.update)
    rows, made = scores(path), trials(beside)
    if not rows and not made:
        raise InputError("There are no scores to print: no method gave an image.")
    table = summaries(rows or ())
    if path == FILE:
        readme.update(table)
        readme.update_experiments(made)
    if as_json:
        scored: list[object] = json.loads(tables.as_json(table))
        print(json.dumps([*scored, *map(asdict, made)], ensure_ascii=False, allow_nan=False))
        return
    print(tables.as_markdown(table))
    for name, text in experiments.as_markdown(made).items():
        print(f"**{experiments.TITLES[name]}**\n\n{text}\n")


def _check_images(names: Iterable[str]) -> None:
    """Raise `InputError` where the images of these benchmarks cannot be read.

    Without them there are no heads to score, and old scores would be printed as if all were well.
    """
    needing = [name for name in names if name not in published.PUBLISHED]  # those are ellipses
    if needing and (sentence := images_trouble()):
        raise InputError(f"{sentence} It is needed by {', '.join(needing)}.")
