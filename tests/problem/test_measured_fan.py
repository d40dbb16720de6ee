"""A measured fan beam: exact line integrals of ellipses about an axis that is not in the middle."""

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter
from skimage.transform import iradon

from core.methods.fbp import FBP
from core.methods.support.reconstruction import reconstruct
from core.problem.measured import Acquisition, MeasuredScan, open_sinogram
from core.problem.preparation.steps import STEPS
from core.problem.preparation.steps.binning import Binning
from core.problem.preparation.steps.centre import Centre
from core.problem.preparation.steps.scaling import Scaling

DETECTORS, SOURCE, DETECTOR = 96, 250.0, 125.0
# Value, centre, half axes and turn in radians; lengths in pixels.
ELLIPSES = [(1.0, 6, -4, 30, 22, 0.4), (-0.6, -4, 2, 9, 6, -0.3), (0.8, 18, 2, 4, 3, 0.0)]


def integrals(points, directions):
    """Integrals of the ellipses along lines (…, 2) of unit directions: chords by their formula."""
    total = np.zeros(points.shape[:-1])
    for value, x, y, a, b, turn in ELLIPSES:
        matrix = np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        start = (points - (x, y)) @ matrix.T / (a, b)
        along = directions @ matrix.T / (a, b)
        size, half = (along**2).sum(-1), (start * along).sum(-1)
        inside = half**2 - size * ((start**2).sum(-1) - 1)
        total += value * 2 * np.sqrt(np.maximum(inside, 0)) / size
    return total


def fan(angles_deg, offset):
    """Views from a point: the axis lies `offset` detectors from the middle of the row."""
    theta = np.deg2rad(angles_deg)[:, None, None]
    across = np.concatenate([np.cos(theta), np.sin(theta)], axis=2)
    onward = np.concatenate([-np.sin(theta), np.cos(theta)], axis=2)
    width = (SOURCE + DETECTOR) / SOURCE  # a detector is a pixel on the axis
    places = (np.arange(DETECTORS) - (DETECTORS - 1) / 2 - offset)[None, :, None] * width
    source = -SOURCE * onward
    rays = DETECTOR * onward + places * across - source
    directions = rays / np.linalg.norm(rays, axis=2, keepdims=True)
    return integrals(np.broadcast_to(source, directions.shape), directions).astype(np.float32)


def measured(folder, angles_deg, offset, *changed):
    np.savez(folder / "fan.npz", data=fan(angles_deg, offset), theta=angles_deg)
    settings = {type(step): step for step in (Scaling(to_one=False), *changed)}
    return MeasuredScan(
        series=open_sinogram("fan.npz", folder / "fan.npz"),
        acquisition=Acquisition(rays="fan", source_axis=SOURCE, axis_detector=DETECTOR),
        steps=tuple(settings.get(step, step()) for step in STEPS),
    )


@pytest.mark.parametrize(("offset", "arc"), [(0.0, 360), (1.3, 360), (-3.4, 360), (2.6, 230)])
def test_the_axis_of_a_fan_is_found(offset, arc, tmp_path):
    source = measured(tmp_path, np.arange(0, arc, 3.0), offset, Centre(by="auto"))
    stage = next(stage for stage in source.stages if isinstance(stage.step, Centre))
    assert stage.after.constants["CENTRE_OFFSET"] == pytest.approx(offset, abs=0.2)
    assert "sharpness" in stage.after.note


def parallel(angles_deg, count):
    """Exact parallel views (count, views), as scikit-image has them."""
    theta = np.deg2rad(angles_deg)
    across = np.stack([np.cos(theta), np.sin(theta)], axis=1)
    onward = np.stack([-np.sin(theta), np.cos(theta)], axis=1)
    places = (np.arange(count) - (count - 1) / 2)[:, None, None]
    points = places * across
    return integrals(points, np.broadcast_to(onward, points.shape))


def averaged(image):
    """Means of 2 x 2 pixels: the same points of an even and of an odd grid."""
    return (image[:-1, :-1] + image[1:, :-1] + image[:-1, 1:] + image[1:, 1:]) / 4


@pytest.fixture(scope="module")
def image(tmp_path_factory):
    folder = tmp_path_factory.mktemp("fan")
    source = measured(folder, np.arange(0, 360, 2.0), 1.5, Centre(by="hand", offset=1.5))
    return reconstruct(FBP(), source.measurement()).image


def test_fbp_of_a_fan_is_scikit_images_of_parallel_rays(image):
    angles = np.arange(0, 180, 1.0)
    other = averaged(iradon(parallel(angles, DETECTORS + 1), angles, circle=True))
    x = np.arange(DETECTORS) - (DETECTORS - 1) / 2
    inner = np.hypot(x, x[:, None]) < 0.42 * DETECTORS
    # The data are sampled in two ways: what is as fine as a detector differs at the edges.
    smooth, expected = (gaussian_filter(one, 2.0)[inner] for one in (image, other))
    assert np.linalg.norm(smooth - expected) / np.linalg.norm(expected) < 0.02
    mirrored = gaussian_filter(other[::-1], 2.0)[inner]
    assert np.linalg.norm(smooth - mirrored) / np.linalg.norm(expected) > 0.2


def test_a_binned_fan_keeps_its_shape(image, tmp_path):
    steps = Centre(by="hand", offset=0.75), Binning(detectors=2)
    source = measured(tmp_path, np.arange(0, 360, 2.0), 1.5, *steps)
    binned = reconstruct(FBP(), source.measurement()).image / 2  # a pixel is two detectors wide
    means = image.reshape(DETECTORS // 2, 2, DETECTORS // 2, 2).mean((1, 3))
    smooth, expected = gaussian_filter(binned, 1.0), gaussian_filter(means, 1.0)
    assert np.linalg.norm(smooth - expected) / np.linalg.norm(expected) < 0.05
