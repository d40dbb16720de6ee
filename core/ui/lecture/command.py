"""`python -m core lecture`: check the files of a lecture, and open the laboratory at a scene."""

import logging
import os
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import webbrowser
from pathlib import Path
from urllib.parse import urlencode

from core.errors import InputError, require_number
from core.problem.stored import ASSETS
from core.ui.lecture.library import OWN_FOLDER, read_lecture
from core.ui.lecture.scene_file import name_of, read_scene

PATIENCE_SECONDS = 60.0
"""How long a server may take until it answers."""
END_SECONDS = 10.0
"""How long it may take to end by itself."""


def check_lecture(path: Path) -> None:
    """Print a line for a sound scene or folder; raise `InputError` with all that is wrong."""
    from core.ui.lecture.check import check

    if not os.path.exists(path):
        raise InputError(f"There is no file or folder {path}.")
    before = logging.root.manager.disable
    logging.disable(logging.WARNING)  # Streamlit warns that there is no server
    try:
        problems = check(path)
    finally:
        logging.disable(before)
    if problems:
        raise InputError("\n".join(map(str, problems)))
    count = len(read_lecture(path).scenes) if path.is_dir() else 1
    print(f"{path}: {count} {'scene' if count == 1 else 'scenes'}, nothing wrong.")


def preview(path: Path, port: int) -> None:
    """Serve the laboratory and open it at a scene, or at the first of a lecture, until Ctrl-C.

    A file that is saved shows at the next step in the browser. Raises `InputError` where the files
    cannot be read as a lecture or the port is none or taken, and `SystemExit` with the code of a
    server that fails.
    """
    require_number("Port", port, low=1, high=65535, whole=True)
    whole = os.path.isdir(path)
    folder = (path if whole else path.parent).resolve()
    scene = read_lecture(folder).scenes[0] if whole else read_scene(path)
    query = {"lecture": folder.name, "scene": scene.name if whole else name_of(path)}
    address = f"http://localhost:{port}/?{urlencode(query)}"
    if _answers(port):
        raise InputError(f"Port {port} is taken; name another one with --port.")
    print(address)
    command = [
        *(sys.executable, "-m", "streamlit", "run", str(ASSETS.parent / "streamlit_app.py")),
        *("--server.port", str(port), "--server.headless", "true"),
    ]
    with subprocess.Popen(command, env={**os.environ, OWN_FOLDER: str(folder)}) as server:
        waiting = (server, port, address)
        threading.Thread(target=_open_when_served, args=waiting, daemon=True).start()
        try:
            code = server.wait()
        finally:  # however this command ends, its server ends with it
            _end(server)
    if code:
        raise SystemExit(code if code > 0 else 128 - code)  # as a shell counts signals


def _answers(port: int) -> bool:
    """Whether somebody listens on a port of this machine."""
    try:
        with socket.create_connection(("localhost", port), timeout=1):
            return True
    except OSError:
        return False


def _end(server: "subprocess.Popen[bytes]") -> None:
    server.terminate()
    try:
        server.wait(timeout=END_SECONDS)
    except subprocess.TimeoutExpired:
        server.kill()


def _open_when_served(server: "subprocess.Popen[bytes]", port: int, address: str) -> None:
    end = time.monotonic() + PATIENCE_SECONDS
    while server.poll() is None and time.monotonic() < end:
        try:
            with urllib.request.urlopen(f"http://localhost:{port}/_stcore/health", timeout=1):
                webbrowser.open(address)
                return
        except OSError:
            time.sleep(0.2)
