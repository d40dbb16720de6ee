"""`python -m core …`: see `core.cli.commands`, and the benchmarks, which use the screen as well."""

import sys
from argparse import Namespace

from core.cli.commands import main
from core.errors import InputError


def bench(args: Namespace) -> None:
    """Print the table of speeds."""
    from core.benchmarks.bench import run_bench

    run_bench(args.json)


def load(args: Namespace) -> None:
    """Print what classes of visitors wait for; raise `InputError` if any session failed."""
    from core.benchmarks.load.outcome import Plan
    from core.benchmarks.load.run import run_load

    plan = Plan(
        visitors=args.visitors,
        pages=args.page,
        query=args.query,
        rate=args.rate,
        seconds=args.seconds,
        after=args.after,
        against=args.against,
    )
    if not run_load(plan, args.json):
        raise InputError("Some sessions failed; the lines above say which and why.")


def lecture(args: Namespace) -> None:
    """Check the files of a lecture, or open the laboratory at one of its scenes."""
    from core.ui.lecture.command import check_lecture, preview

    if args.action == "check":
        check_lecture(args.path)
    else:
        preview(args.path, args.port)


if __name__ == "__main__":
    sys.exit(main(further={"bench": bench, "load": load, "lecture": lecture}))
