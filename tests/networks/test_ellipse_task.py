import numpy as np
import pytest
import torch

from core.networks.architectures.unet import UNet
from core.networks.data import ellipse_scans
from core.networks.training.ellipse_objective import EllipseScans
from core.problem.metrics import psnr


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
