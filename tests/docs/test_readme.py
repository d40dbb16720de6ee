"""What the README shows runs: its Python, its commands, and its links into the app."""

import contextlib
import io
import re
import shlex
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pylops
import pytest

from core.cli.arguments import make_parser
from core.methods import METHODS
from core.methods.volumes import VOLUME_METHODS
from core.ui.scan.link import scan_of, scan_query

ROOT = Path(__file__).parents[2]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
LINKS = re.findall(r"\]\(http://localhost:8501(/[^)\s]*)\)", TEXT)


def code(language):
    return re.findall(rf"```{language}\n(.*?)```", TEXT, flags=re.DOTALL)


def test_the_python_example_runs():
    (example,) = code("python")
    lines = [line for line in example.splitlines() if line]
    assert len(lines) <= 12
    names = {}
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        exec(compile(example, "README.md", "exec"), names)
    assert isinstance(names["G"], pylops.LinearOperator)
    found = re.fullmatch(r"SNR (\d+\.\d) dB\n", printed.getvalue())
    assert found
    assert float(found[1]) > 18  # LSQR after 20 iterations; FBP has 15.5 dB


def test_every_command_of_the_lab_is_one():
    commands = [
        line.split("-m core ", 1)[1]
        for block in code("bash")
        for line in block.splitlines()
        if "-m core " in line
    ]
    assert len(commands) > 5
    for command in commands:
        arguments = shlex.split(command)
        make_parser(arguments).parse_args(arguments)


def test_every_target_of_make_that_is_named_exists():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text(), flags=re.MULTILINE))
    texts = [TEXT, (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")]
    texts += [path.read_text(encoding="utf-8") for path in (ROOT / "docs").rglob("*.md")]
    for text in texts:
        named = set(re.findall(r"(?:`|^)make ([a-z-]+)", text, flags=re.MULTILINE))
        assert named <= targets


def test_there_are_about_as_many_methods_as_it_says():
    assert "There are about\nforty methods" in TEXT
    assert round(len({*METHODS, *VOLUME_METHODS}), -1) == 40


@pytest.mark.parametrize("link", LINKS)
def test_a_link_is_to_a_page_and_says_the_scan_in_current_names(link):
    parts = urlsplit(link)
    assert (ROOT / "pages" / f"{parts.path[1:]}.py").exists()
    query = {name: values[0] for name, values in parse_qs(parts.query).items()}
    scan, complaints = scan_of(query)
    assert complaints == []
    said = {name: text for name, text in query.items() if name in scan_query(scan)}
    assert said == scan_query(scan)
