import numpy as np
import pytest
import torch

from core.evaluation.published import networks_for
from core.methods import METHODS, method_named
from core.methods.support.trained import EllipseNetwork
from core.networks.architectures.unet import UNet
from core.networks.data import ellipse_scans
from core.networks.training.ellipse_objective import EllipseScans
from core.problem.metrics import psnr
from core.studies.available_methods import available_methods


@pytest.mark.parametrize("benchmark", ["dival", "adler_oektem"])
def test_batches_are_scans_of_the_benchmark(benchmark):
    objective = EllipseScans(benchmark)
    batch = objective.batch(np.random.default_rng(0), 3, 0.5)
    assert batch.truths.shape == (3, 1, 128, 128)
    assert batch.data.shape == (3, 1, 30, 183)
    clean = batch.physics.forward(batch.truths)
    part = (batch.data - clean).std() / clean.abs().mean()
    # DIVal simulates on a finer grid, which is a further error.
    assert float(part) == pytest.approx(ellipse_scans.NOISE[benchmark], rel=0.4)
    assert torch.isfinite(objective.loss(UNet((4, 4)), batch))


def test_validation_is_psnr_by_the_range_of_each_image():
    objective = EllipseScans("dival")
    with torch.no_grad():
        score = objective.validate(UNet((4, 4)))["PSNR"]
    data, _, truths = ellipse_scans.dival_part("validation", 16)
    images = objective._physics.fbp(objective._physics.scale(data))[:, 0].numpy()
    expected = np.mean([psnr(image, truth) for image, truth in zip(images, truths, strict=True)])
    assert score == pytest.approx(expected, abs=1e-3)


def test_each_network_for_the_ellipses_of_adler_and_oektem_is_a_method_of_its_own():
    """So a row of scores is of the method of that name, and none for heads is among them."""
    methods = {method.name for method in METHODS if issubclass(method, EllipseNetwork)}
    networks = networks_for("adler_oektem")
    assert networks == {name: name for name in methods}
    assert {f"learned_{x}_adler_oektem" for x in ("gradient", "primal_dual")} < methods
    assert {method_named(name).trained_on for name in networks} == {"ellipses"}
    assert not methods & {one.name for one in available_methods()[0]}
    assert not set(networks_for("dival")) & {method.name for method in METHODS}
