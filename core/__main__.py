"""`python -m core …`: see `core.cli.commands`, and the benchmarks, which use the screen as well."""

import signal
import sys
from argparse import Namespace
from types import FrameType

from core.cli.commands import main
from core.errors import InputError


def bench(args: Namespace) -> None:
    """Print the table of speeds."""
    from core.benchmarks.bench import run_bench

    _check_file(args)
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
    _check_file(args)
    if not run_load(plan, args.json):
        raise InputError("Some sessions failed; the lines above say which and why.")


def lecture(args: Namespace) -> None:
    """Check the files of a lecture, or open the laboratory at one of its scenes."""
    from core.ui.lecture.command import check_lecture, preview

    if args.action == "check":
        check_lecture(args.path)
    else:
        preview(args.path, args.port)


def _check_file(args: Namespace) -> None:
    """Raise `InputError` where the numbers could not be written when they are there."""
    from core.cli.result_file import check_writable

    if args.json is not None:
        check_writable(args.json)


def unwind_on_signals() -> None:
    """Let the signals that end a process unwind it, so that the processes it started end as well.

    A signal that is ignored stays so: a training that was started with `nohup` goes on.
    """

    def unwind(number: int, frame: FrameType | None) -> None:
        raise SystemExit(128 + number)

    for name in ("SIGTERM", "SIGHUP"):  # Windows has no SIGHUP
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:
            signal.signal(number, unwind)


if __name__ == "__main__":
    unwind_on_signals()
    sys.exit(main(further={"bench": bench, "load": load, "lecture": lecture}))
