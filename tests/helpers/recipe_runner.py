"""Exported recipes, run as a student runs them and compared with their methods."""

import runpy
from pathlib import Path

import numpy as np

from core.methods.base import reconstruct
from core.problem.geometry import ParallelBeam
from core.problem.noise import GaussianNoise
from core.problem.views import EvenViews
from core.run.export import recipe

ROOT = Path(__file__).parents[2]
PARALLEL = ParallelBeam(views=EvenViews(angles=18), detectors=46)
GAUSSIAN = GaussianNoise(level=0.01, seed=3)


def executed(exported, folder, monkeypatch):
    """Run the script in the lab's folder, as a student would; return what it leaves."""
    script = folder / exported.name
    script.write_text(exported.text)
    if exported.files:
        for name, content in exported.files.items():
            (folder / name).write_bytes(content)
        monkeypatch.chdir(folder)
    else:
        monkeypatch.chdir(ROOT)
    return runpy.run_path(str(script))


def assert_same_reconstruction(scan, method, folder, monkeypatch):
    left = executed(recipe(scan, method), folder, monkeypatch)
    measurement = scan.simulate()
    # The lab's strips are exact areas, ASTRA's deviate by up to 4e-4 of the largest datum.
    np.testing.assert_allclose(left["truth"], measurement.truth, atol=2e-6)
    assert np.abs(left["data"] - measurement.data).max() < 1e-3 * measurement.data.max()
    image = reconstruct(method, measurement).image
    assert left["reconstruction"].shape == image.shape
    difference = np.linalg.norm(left["reconstruction"] - image) / np.linalg.norm(image)
    assert difference < 5e-4, f"{difference:.1e}"
