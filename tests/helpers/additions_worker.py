"""Says what a copy of the package knows of the examples of `CONTRIBUTING.md`, as one JSON object.

Runs in the folder of the copy: see `tests/docs/test_contributing.py`.
"""

import contextlib
import io
import json
import runpy
import tempfile
from collections.abc import Sequence
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from unittest.mock import patch

import numpy as np
import streamlit as st
from streamlit.testing.v1 import AppTest

import core
from core.cli.commands import main
from core.description import all_parameters
from core.geometry.beams import BEAMS
from core.methods import method_named
from core.methods.priors import prior_named
from core.methods.support.reconstruction import reconstruct
from core.problem.imperfections import IMPERFECTIONS
from core.problem.measured import MeasuredScan
from core.problem.measurement import Source
from core.problem.noise import NOISES
from core.problem.preparation.steps import STEPS
from core.problem.scan import Scan
from core.problem.uploads import open_upload
from core.studies.export import recipe
from core.ui.scan.link import scan_of, scan_query

SCAN = {
    "image": "shepp_logan",
    "size": "64",
    "beam": "shifted",
    "shift": "1.5",
    "detectors": "40",
    "spacing": "random",
    "angles": "12",
    "angles_seed": "5",
    "noise": "quantised",
    "noise_steps": "300",
    "afterglow_part": "0.2",
}


def command(*arguments: str) -> str:
    """What a command prints."""
    printed, complaints = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(printed), contextlib.redirect_stderr(complaints):
        try:
            code = main(list(arguments))
        except SystemExit as ended:
            code = int(ended.code or 0)
    assert code == 0, complaints.getvalue()
    return printed.getvalue()


def exported(source: Source, method: Any) -> float:
    """How far the image of the exported script is from the laboratory's, relative."""
    expected = reconstruct(method, source.measurement()).image
    script = recipe(source, method)
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        for name, content in {script.name: script.text.encode(), **script.files}.items():
            Path(name).write_bytes(content)
        with contextlib.redirect_stdout(io.StringIO()):
            image = runpy.run_path(script.name)["reconstruction"]
    return float(np.linalg.norm(image - expected) / np.linalg.norm(expected))


def navigation() -> list[str]:
    """The titles of the pages that the shell offers."""
    titles: list[str] = []

    def offer(pages: Sequence[Any], **options: Any) -> Any:
        titles.extend(page.title for page in pages)
        return SimpleNamespace(run=lambda: None)

    with patch.object(st, "navigation", offer):
        app = AppTest.from_file(Path.cwd() / "streamlit_app.py", default_timeout=60).run()
    assert not app.exception, app.exception
    return titles


def options(method: str) -> list[str]:
    """The options of SCAN for the command line."""
    flags = [f"--{name.replace('_', '-')}={text}" for name, text in SCAN.items()]
    return ["solve", method, *flags, "--json"]


def look() -> dict[str, Any]:
    """Ask the copy about each example."""
    scan, complaints = scan_of(SCAN)
    method = method_named("steepest_descent")(iterations=3)
    measured = MeasuredScan().with_step(STEPS[-1](width=1.5))
    fista = method_named("fista")(prior="elastic_net", sigma=0.1, iterations=3)
    page = AppTest.from_file(Path.cwd() / "pages" / "convolution.py", default_timeout=60).run()
    return {
        "package": str(Path(core.__file__).parents[1]),
        "navigation": navigation(),
        "complaints": complaints,
        "link": scan_query(scan),
        "parameters": sorted({entry.parameter.name for entry in all_parameters(Scan)}),
        "families": {
            family.name: [member.name for member in family.members]
            for family in (NOISES, BEAMS, IMPERFECTIONS)
        },
        "views": type(scan.beam.views).__name__,
        "help": command("solve", "steepest_descent", "--help"),
        "listed": [entry["name"] for entry in json.loads(command("list", "--json"))],
        "solved": json.loads(
            command(*options("steepest_descent"), "--set", "iterations=3").splitlines()[-1]
        ),
        "prior": prior_named("elastic_net").title,
        "solved with the prior": json.loads(
            command(*options("fista"), "--set", "prior=elastic_net", "iterations=3").splitlines()[
                -1
            ]
        ),
        "parameters of measured data": [e.parameter.name for e in MeasuredScan.described()],
        "steps": [stage.after.note for stage in measured.stages],
        "script of the preparation": exported(measured, method_named("fbp")()),
        "script of the method": exported(scan, method),
        "script of the prior": exported(scan, fista),
        "page": [element.value for element in page.markdown],
        "trouble on the page": [element.value for element in page.exception],
        "upload": open_upload("grey.pgm", b"P5 3 2 255\n" + bytes(range(6))).pixels.tolist(),
    }


if __name__ == "__main__":
    print(json.dumps(look()))
