"""`python -m core …`: see `core.cli.commands`, and the benchmark, which uses the screen as well."""

import sys
from argparse import Namespace

from core.cli.commands import main


def bench(args: Namespace) -> None:
    """Print the table of speeds."""
    from core.benchmarks.bench import run_bench

    run_bench(args.json)


if __name__ == "__main__":
    sys.exit(main(further={"bench": bench}))
