"""`python -m core uncertainty`: how honest the samplers are, on slices of both heads."""

from pathlib import Path

from tqdm import tqdm

from core.cli.result_file import check_writable
from core.cli.slices import check_slices
from core.errors import require_choice
from core.evaluation import uncertainty_scores
from core.evaluation.uncertainty import VIEWS, digest_of, rows_of, samplers
from core.problem.images import demo_sets


def evaluate_samplers(
    names: list[str] | None, slices: int, samples: int, path: Path | None, *, as_json: bool
) -> None:
    """Draw the samples that have no scores yet, and print the tables of all.

    `names` are those of samplers, None for all. What is in the file already, made with the same
    settings and weights, stays as it is. The project's own file goes into the documentation too.
    Raises `InputError`.
    """
    check_slices(slices)
    methods = samplers(samples)
    for name in names or ():
        require_choice("Sampler", name, tuple(method.name for method in methods))
    path = path or uncertainty_scores.FILE
    check_writable(path)
    done = {(row.scan, row.method, row.digest) for row in uncertainty_scores.load(path)}
    todo = [
        (scan, method)
        for method in methods
        for scan in VIEWS
        if (not names or method.name in names)
        and (scan, method.name, digest_of(scan, method, slices)) not in done
    ]
    with tqdm(total=len(todo) * slices * len(demo_sets()), unit="slice") as bar:
        for scan, method in todo:
            uncertainty_scores.save(rows_of(scan, method, slices, bar.update), path)
    rows = uncertainty_scores.load(path)
    if path == uncertainty_scores.FILE:
        uncertainty_scores.update_results(rows)
    print(uncertainty_scores.as_json(rows) if as_json else uncertainty_scores.as_markdown(rows))
