"""The command that opens the laboratory at a scene."""

import socket
import sys

import pytest

from core import __main__ as program
from core.cli.commands import main
from core.ui.lecture import command

SCENE = """\
+++
order = 1
title = "First"
page = "forward"
+++

Look.
"""


@pytest.fixture
def scene(tmp_path):
    path = tmp_path / "course" / "01_first.md"
    path.parent.mkdir()
    path.write_text(SCENE)
    return path


@pytest.fixture
def opened(monkeypatch):
    """The addresses that the browser was asked to open."""
    addresses = []
    monkeypatch.setattr(command.webbrowser, "open", addresses.append)
    return addresses


@pytest.fixture
def free():
    """A port on which nobody listens."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def preview(scene, port):
    words = ["lecture", "preview", str(scene), "--port", str(port)]
    return main(words, {"lecture": program.lecture})


def test_a_port_that_is_taken_is_refused(scene, opened, monkeypatch, capsys):
    monkeypatch.setattr(command.subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert preview(scene, port) == 2
    assert f"Port {port} is taken" in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize("port", [0, 65536, -1])
def test_a_port_that_is_none_is_refused(scene, opened, port, monkeypatch, capsys):
    monkeypatch.setattr(command.subprocess, "Popen", lambda *_, **__: pytest.fail("started"))
    assert preview(scene, port) == 2
    assert f"Port must be from 1 to 65535, not {port}." in capsys.readouterr().err
    assert opened == []


@pytest.mark.parametrize(("ends", "code"), [("exit(3)", 3), ("os.kill(os.getpid(), 9)", 137)])
def test_a_server_that_fails_fails_the_command(scene, free, opened, ends, code, monkeypatch):
    popen = command.subprocess.Popen
    words = [sys.executable, "-c", f"import os; {ends}"]
    monkeypatch.setattr(command.subprocess, "Popen", lambda _, **options: popen(words, **options))
    with pytest.raises(SystemExit) as end:
        preview(scene, free)
    assert end.value.code == code
    assert opened == []


def test_another_server_is_not_opened_in_place_of_one_that_has_ended(opened):
    class Ended:
        def poll(self):
            return 1

    with socket.create_server(("127.0.0.1", 0)) as other:
        command._open_when_served(Ended(), other.getsockname()[1], "address")
    assert opened == []
