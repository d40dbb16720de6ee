"""Commands of the laboratory, run in this process."""

from core.cli.commands import main

SMALL = ["--size", "64", "--angles", "12", "--detectors", "46"]


def run(capsys, *arguments):
    """Run a command in this process; return its exit code, stdout and stderr."""
    try:
        code = main(arguments)
    except SystemExit as ended:
        code = ended.code
    return code, *capsys.readouterr()
