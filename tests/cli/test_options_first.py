"""Options may stand before the method, and the last of equal ones counts."""

import pytest

from core.cli.arguments import make_parser
from tests.helpers.cli_runner import SMALL, run


@pytest.mark.parametrize(
    "before",
    [
        ["--out", "OUT"],
        ["--json"],
        ["--json", "--size", "64"],
        ["--out", "sirt"],  # a file that is called as a method is
        ["--filter", "hann"],
    ],
)
@pytest.mark.parametrize("command", ["solve", "export"])
def test_a_method_has_its_options_wherever_it_stands(before, command):
    if command == "export":
        before = [word if word != "--json" else "--notebook" for word in before]
    words = [command, *before, "fbp", "--cutoff", "0.5", "--out", "OUT"]
    args = make_parser(words).parse_args(words)
    assert (args.method, vars(args)["set.cutoff"]) == ("fbp", "0.5")


def test_a_command_with_its_options_first_runs(capsys, tmp_path):
    out = tmp_path / "x.h5"
    code, _, err = run(capsys, "solve", "--out", str(out), "fbp", "--filter", "hann", *SMALL)
    assert code == 0, err
    assert out.exists()


def test_a_method_of_volumes_has_its_options_too():
    words = ["solve", "--beam", "cone", "--size", "16", "sirt", "--iterations", "3"]
    args = make_parser(words).parse_args(words)
    assert (args.method, vars(args)["set.iterations"]) == ("sirt", "3")


@pytest.mark.parametrize("last", [["--beam", "cone"], ["--beam=cone"]])
def test_the_last_beam_counts(last):
    words = ["solve", "fdk", "--beam", "parallel", *last, "--filter", "hann"]
    args = make_parser(words).parse_args(words)
    assert (args.volume, args.beam) == (True, "cone")
    words = ["solve", "fbp", *last, "--beam", "parallel", "--filter", "hann"]
    args = make_parser(words).parse_args(words)
    assert (args.volume, args.beam) == (False, "parallel")
