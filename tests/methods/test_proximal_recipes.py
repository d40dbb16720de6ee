from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.admm import ADMM
from core.methods.base import Method
from core.methods.douglas_rachford import DouglasRachford
from core.methods.fista import FISTA
from core.methods.linearised_admm import LinearisedADMM
from core.methods.pdhg import PDHG
from core.methods.priors import NAMES, priors_for
from core.methods.proximal_gradient import ProximalGradient
from core.methods.spdhg import SPDHG
from core.parameters import values_of
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.export import recipe
from tests.helpers.recipe_runner import executed

SCAN = Scan(
    size=64,
    beam=ParallelBeam(views=EvenViews(angles=18), detectors=46),
    noise=GaussianNoise(level=0.01, seed=3),
)


def difference(method: Method, folder, scan=SCAN):
    """Between the image of the lab and that of the script, relatively."""
    left = executed(recipe(scan, method), folder)
    measurement = scan.simulate()
    for step in method.iterate(measurement.operator, measurement.data):
        image = step.image
    for name, value in values_of(method).items():
        assert left[name.upper()] == value
    return np.linalg.norm(left["reconstruction"] - image) / np.linalg.norm(image)


@pytest.mark.parametrize("prior", priors_for("whole"))
def test_every_prior_as_a_whole(prior, tmp_path):
    method = ProximalGradient(prior=prior, sigma=0.5, iterations=5)
    assert difference(method, tmp_path) < 5e-4


@pytest.mark.parametrize("prior", NAMES)
def test_every_prior_split(prior, tmp_path):
    method = ADMM(prior=prior, sigma=0.5, iterations=4)
    assert difference(method, tmp_path) < 5e-4


@pytest.mark.parametrize("prior", NAMES)
def test_every_prior_with_a_warm_start(prior, tmp_path):
    method = ADMM(prior=prior, sigma=0.5, iterations=5, fast=True)
    assert difference(method, tmp_path) < 5e-4


@pytest.mark.parametrize(
    "method",
    [
        ProximalGradient(inner_rule="fixed", step=1.7, iterations=5, sigma=2.0),
        FISTA(restart=False, iterations=10),
        FISTA(iterations=40, sigma=5.0, prior="l1"),
        DouglasRachford(relaxation=1.5, balance=3.0, data_iterations=2, iterations=6, sigma=1.0),
        DouglasRachford(prior="tv_nonnegative", iterations=5, sigma=1.0),
        PDHG(prior="huber_tv", sigma=1.0, iterations=20, ratio=2.0),
        PDHG(prior="box", iterations=20),
        PDHG(adaptive=True, sigma=1.0, iterations=20),
        PDHG(fast=True, sigma=1.0, iterations=20),
        PDHG(fast=True, adaptive=True, prior="wavelet_l1", sigma=1.0, iterations=10),
        PDHG(fast=True, prior="nonnegative", iterations=10),
        LinearisedADMM(prior="tv_nonnegative", sigma=1.0, iterations=20, tau=0.3),
        SPDHG(prior="tv_nonnegative", sigma=1.0, iterations=5, subsets=5, ratio=2.0, seed=3),
        SPDHG(prior="huber_tv", sigma=1.0, iterations=2, subsets=50),
        SPDHG(prior="tgv", sigma=1.0, iterations=5),
    ],
    ids=lambda method: f"{method.name} {method.prior}",
)
def test_every_setting(method, tmp_path):
    assert difference(method, tmp_path) < 5e-4


@pytest.mark.parametrize("method", [ProximalGradient, ADMM, DouglasRachford, PDHG])
def test_without_a_weight(method, tmp_path):
    assert difference(method(sigma=0.0, iterations=4), tmp_path) < 5e-4


def test_wavelets_that_pad(tmp_path):
    scan = replace(SCAN, size=65)
    for method in (
        ProximalGradient(prior="wavelet_l1", sigma=2.0, iterations=4),
        DouglasRachford(prior="wavelet_l1", sigma=2.0, iterations=4),
    ):
        assert difference(method, tmp_path / method.name, scan) < 5e-4


def test_a_script_has_no_prior_but_its_own():
    text = recipe(SCAN, ProximalGradient(prior="l1")).text
    assert "g = pyproximal.L1(sigma=SIGMA)" in text
    assert "TV" not in text.replace('PRIOR = "tv', "")
    assert "import pywt" in recipe(SCAN, PDHG(prior="wavelet_l1")).text
    assert "import pywt" not in text
