"""Exported recipes, run as a student runs them and compared with their methods."""

import atexit
import json
import pickle
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

import numpy as np

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.support.reconstruction import reconstruct
from core.problem.noise import GaussianNoise
from core.studies.export import recipe

WORKER = Path(__file__).with_name("script_worker.py")
PARALLEL = ParallelBeam(views=EvenViews(angles=18), detectors=46)
GAUSSIAN = GaussianNoise(level=0.01, seed=3)


def executed(exported, folder):
    """Run the script in an empty folder, with its files and without the lab; what it leaves.

    Scripts take turns in one process, because the libraries take seconds to load. It is isolated
    from the environment and from this repository, and refuses to work where it finds `core`.
    """
    lay_out(exported, folder)
    script = folder / exported.name
    process = _worker()
    process.stdin.write(f"{script}\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    assert answer, "the process that runs the scripts has ended"
    trouble = json.loads(answer)
    assert not trouble, trouble
    return pickle.loads(script.with_suffix(".pickle").read_bytes())


def lay_out(exported, folder):
    """Put the script and its files into a folder in which nothing else lies."""
    folder.mkdir(exist_ok=True)
    assert not list(folder.iterdir())
    (folder / exported.name).write_text(exported.text, encoding="utf-8")
    for name, content in exported.files.items():
        (folder / name).write_bytes(content)


def assert_same_reconstruction(scan, method, folder):
    left = executed(recipe(scan, method), folder)
    measurement = scan.simulate()
    # The lab's strips are exact areas, ASTRA's deviate by up to 4e-4 of the largest datum.
    np.testing.assert_allclose(left["truth"], measurement.truth, atol=2e-6)
    assert np.abs(left["data"] - measurement.data).max() < 1e-3 * measurement.data.max()
    image = reconstruct(method, measurement).image
    assert left["reconstruction"].shape == image.shape
    difference = np.linalg.norm(left["reconstruction"] - image) / np.linalg.norm(image)
    assert difference < 5e-4, f"{difference:.1e}"


@cache
def _worker():
    process = subprocess.Popen(
        [sys.executable, "-I", str(WORKER)],
        cwd=tempfile.mkdtemp(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    atexit.register(process.kill)
    return process
