"""The command line: the same lab without a browser."""

import json
import os
import shlex
import sys
import warnings
from argparse import Namespace
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from core.cli.arguments import make_parser
from core.cli.negatives import with_negatives
from core.cli.summary import in_words
from core.errors import InputError, quoted

FILE_READERS = ("PIL", "pydicom")
"""The libraries that open an image and warn of its defects; warnings of all others are shown."""

# What a command needs is imported when it runs, so that help and complaints come at once.


def main(
    arguments: Sequence[str] | None = None,
    further: Mapping[str, Callable[[Namespace], None]] = MappingProxyType({}),
) -> int:
    """Run a command; return the exit code: 2 when the input was bad, with a sentence on stderr.

    `further` has the commands that need what stands above this package, by their names.
    """
    words = with_negatives(sys.argv[1:] if arguments is None else arguments)
    parser = make_parser(words)
    args = parser.parse_args(words)
    if args.command is None:
        parser.print_help()
        return 0
    try:
        with warnings.catch_warnings():
            # What they report of a damaged file, the one sentence of its `InputError` says better.
            for library in FILE_READERS:
                warnings.filterwarnings("ignore", category=UserWarning, module=rf"{library}\.")
            {**COMMANDS, **further}[args.command](args)
        sys.stdout.flush()
    except InputError as error:
        print(error, file=sys.stderr)
        return 2
    except BrokenPipeError:  # the reader of the output has closed it
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except KeyboardInterrupt:
        return 130
    return 0


def list_methods(args: Namespace) -> None:
    """Print the methods and their parameters."""
    from core.cli.listing import list_methods

    list_methods(as_json=args.json)


def solve(args: Namespace) -> None:
    """Scan, or take measured data, reconstruct, and print how good the result is."""
    from tqdm import tqdm

    from core.cli.data import finite, measured, scanned
    from core.cli.input_files import check_not_read, files_read
    from core.cli.result_file import check_writable, write_result
    from core.methods.support.reconstruction import Progress, reconstruct
    from core.methods.support.sampling import SamplingMethod
    from core.problem.measurement import SimulatedMeasurement

    method = _method(args)
    if args.out is not None:
        check_writable(args.out)
        check_not_read(args.out, files_read(args))
    measurement, attributes, judged = (
        scanned(args, method) if args.volume or args.sinogram is None else measured(args, method)
    )
    if isinstance(method, SamplingMethod):
        from core.cli.samples import solve_by_samples

        summary = solve_by_samples(method, measurement, args.out, attributes, judged)
        print(json.dumps(summary, allow_nan=False) if args.json else f"{in_words(summary)}.")
        return

    with tqdm(total=method.iterations_planned() + 1, desc=method.title, unit="step") as bar:

        def advance(progress: Progress) -> bool:
            bar.update()
            return False

        result = reconstruct(method, measurement, advance)
    if args.out is not None:
        write_result(args.out, measurement, result, attributes)
    known = isinstance(measurement, SimulatedMeasurement)
    measures = (*(("snr", "psnr", "ssim") if known else ()), "residual", "objective")
    summary = {
        "method": result.method,
        "parameters": dict(result.parameters),
        **{name: finite(result.history.last(name)) for name in measures},
        **judged(result.image),
        "iterations": int(result.history.last("iteration")),
        "seconds": result.seconds,
        "stop": result.stop,
    }
    if args.json:
        print(json.dumps(summary, allow_nan=False))
    else:
        print(f"{result.message} {in_words(summary)}.")


def export(args: Namespace) -> None:
    """Write the script, or notebook, that makes the same reconstruction alone, with its files."""
    from core.cli.data import exported_source
    from core.cli.result_file import write_files
    from core.cli.samples import with_noise_of
    from core.studies.export import recipe
    from core.studies.notebook import notebook, notebook_packages

    if args.volume and args.notebook:
        raise InputError("A notebook draws an image: export a volume as a script.")
    method = _method(args)
    source = exported_source(args, method)
    exported = recipe(source, with_noise_of(method, source))
    if args.notebook:
        name = f"{exported.name.removesuffix('.py')}.ipynb"
        write_files(args.out, {name: notebook(exported).encode()})
        print(f"pip install {' '.join(notebook_packages(exported))} notebook")
        print(f"{shlex.join(['cd', str(args.out)])} && jupyter notebook {name}")
        return
    write_files(args.out, {exported.name: exported.text.encode(), **exported.files})
    print(f"pip install {' '.join(exported.packages)}")
    print(f"{shlex.join(['cd', str(args.out)])} && python {exported.name}")


def cut(args: Namespace) -> None:
    """Write one slice of a file, as it would be shown, and say what it is."""
    from core.cli.cut import cut

    cut(args.image, args.dataset, args.out)


def table(args: Namespace) -> None:
    """Print a Markdown table of a family of methods, or of the priors."""
    from core.cli.table import print_table

    print_table(args.family, args.slices)


def evaluate(args: Namespace) -> None:
    """Score the methods that have no scores yet, and print the tables of all."""
    from core.cli.evaluate import evaluate

    evaluate(args.benchmark, args.slices, args.scores, as_json=args.json)


def uncertainty(args: Namespace) -> None:
    """Score the samplers on slices of both heads, and print the tables."""
    from core.cli.uncertainty import evaluate_samplers

    evaluate_samplers(args.sampler, args.slices, args.samples, args.scores, as_json=args.json)


def train(args: Namespace) -> None:
    """Train networks, resume interrupted trainings, or list what was trained on what."""
    from core.cli.train import train_networks, trainings_table

    if args.list:
        idle = (args.steps, args.seed, args.threads, args.fresh, args.further)
        if args.network or args.queue or idle != (None, 0, 1, False, False):
            raise InputError(
                "--list trains nothing: it goes without a network or --queue, and without --steps, "
                "--fresh, --further, --seed and --threads."
            )
        print(trainings_table())
        return
    train_networks(
        args.network,
        steps=args.steps,
        seed=args.seed,
        threads=args.threads,
        fresh=args.fresh,
        further=args.further,
        queue=args.queue,
    )


COMMANDS = {
    "list": list_methods,
    "solve": solve,
    "export": export,
    "cut": cut,
    "table": table,
    "evaluate": evaluate,
    "uncertainty": uncertainty,
    "train": train,
}


def _method(args: Namespace) -> Any:
    """The method that was named, with its parameters; raise `InputError` for a bad one."""
    from core.cli.volume_options import method_class_of
    from core.parameters import parameters_of, parse_values

    method_class = method_class_of(args.method, volume=args.volume)
    options = {
        name.removeprefix("set."): value
        for name, value in vars(args).items()
        if name.startswith("set.") and value is not None
    }
    values = parse_values(method_class, _with_assignments(options, args.set))
    method = method_class(**values)
    for parameter in parameters_of(method):
        if parameter.name not in values or parameter.only is None:
            continue
        other, choices = parameter.only
        if (now := getattr(method, other)) not in choices:
            raise InputError(
                f"{parameter.name} goes with {other}={' or '.join(choices)}: with {other}={now} "
                "it does nothing."
            )
    return method


def _with_assignments(options: Mapping[str, str], texts: Sequence[str]) -> dict[str, str]:
    """The options and what NAME=VALUE says beside them; raise `InputError` for one said twice."""
    values = dict(options)
    for text in texts:
        name, equals, value = (part.strip() for part in text.partition("="))
        if not equals:
            raise InputError(f"--set takes NAME=VALUE, not {quoted(text)}.")
        if name in values:
            raise InputError(
                f"{name} is given twice, as {quoted(values[name])} and as {quoted(value)}: "
                "give it once."
            )
        values[name] = value
    return values
