"""The numbered statements of `docs/conventions.md`, as computations: image, scan, projector."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pylops
import pytest
from scipy import ndimage

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.rays import pixel_position
from core.geometry.views import EvenViews
from core.problem.scan import Scan
from core.problem.stored import demo_sets
from core.projection.projector import make_projector, reference_projector

HERE = Path(__file__).parent
TEXT = (HERE.parents[1] / "docs" / "conventions.md").read_text(encoding="utf-8")
SIZE = 64
PARALLEL = ParallelBeam(views=EvenViews(angles=8), detectors=256, detector_width=0.5)
FAN = FanBeam(
    views=EvenViews(angles=8, arc=360.0),
    detectors=512,
    detector_width=0.5,
    source_origin=128.0,
    origin_detector=96.0,
)


def blob(row: int, column: int, sigma: float = 1.5) -> np.ndarray:
    """An image whose centre of mass is the centre of a pixel."""
    image = np.zeros((SIZE, SIZE), np.float32)
    image[row, column] = 1
    return ndimage.gaussian_filter(image, sigma)


def centres(operator, image) -> np.ndarray:
    """Where each view of a small object has its centre of mass, in detectors from the first."""
    data = operator.project(image).astype(float)
    return data @ np.arange(data.shape[1]) / data.sum(axis=1)


def test_every_number_of_the_text_is_checked_here():
    stated = {int(number) for number in re.findall(r"\[(\d+)\]", TEXT)}
    tests = "".join(path.read_text(encoding="utf-8") for path in HERE.glob("test_conventions*.py"))
    checked = set(map(int, re.findall(r"^def test_statement_(\d+)_", tests, re.MULTILINE)))
    assert stated == checked == set(range(1, 17))


def test_statement_1_rows_go_down_and_x_and_y_are_centred():
    assert pixel_position(SIZE, 0, 0) == (-31.5, 31.5)
    assert pixel_position(SIZE, SIZE - 1, SIZE - 1) == (31.5, -31.5)
    # The middle of the image is the axis: it stays at the middle of the detectors in every view.
    ring = blob(31, 31) + blob(32, 32) + blob(31, 32) + blob(32, 31)
    middle = (PARALLEL.detectors - 1) / 2
    np.testing.assert_allclose(centres(make_projector(SIZE, PARALLEL), ring), middle, atol=1e-3)
    image = Scan(size=SIZE).image.read(SIZE)
    assert image.shape == (SIZE, SIZE)
    assert image.dtype == np.float32


def test_statement_2_images_have_a_maximum_of_1():
    for entry in demo_sets():
        scan = Scan(image=replace(Scan().image, set=entry.name, slice=entry.default_slice))
        for size in (96, 320):
            image = scan.image.read(size)
            assert image.min() >= 0
            assert image.max() == pytest.approx(1)


def test_statement_3_angles_are_in_degrees_and_the_end_is_left_out():
    views = EvenViews(angles=4, arc=180.0, start=10.0)
    np.testing.assert_allclose(views.angles_deg, [10, 55, 100, 145])
    beam = ParallelBeam(views=views)
    np.testing.assert_allclose(beam.angles_rad, np.deg2rad(beam.angles_deg))


@pytest.mark.parametrize("kernel", ["strip", "line", "linear"])
def test_statement_4_a_point_is_seen_where_the_parallel_beam_says(kernel):
    row, column = 12, 50
    x, y = pixel_position(SIZE, row, column)
    theta = np.deg2rad(PARALLEL.angles_deg)
    s = x * np.cos(theta) + y * np.sin(theta)
    expected = s / PARALLEL.detector_width + (PARALLEL.detectors - 1) / 2
    found = centres(make_projector(SIZE, PARALLEL, kernel), blob(row, column))
    np.testing.assert_allclose(found, expected, atol=0.05)
    # ASTRA, asked through PyLops, says the same.
    reference = reference_projector(SIZE, PARALLEL, kernel)
    data = (reference @ blob(row, column).ravel()).reshape(reference.dimsd).astype(float)
    astra = data @ np.arange(PARALLEL.detectors) / data.sum(axis=1)
    np.testing.assert_allclose(astra, expected, atol=0.05)


def test_statement_4_a_point_is_seen_where_the_fan_beam_says():
    row, column = 12, 50
    x, y = pixel_position(SIZE, row, column)
    theta = np.deg2rad(FAN.angles_deg)
    source, detector = FAN.source_origin, FAN.origin_detector
    magnified = (source + detector) / (source - x * np.sin(theta) + y * np.cos(theta))
    s = magnified * (x * np.cos(theta) + y * np.sin(theta))
    expected = s / FAN.detector_width + (FAN.detectors - 1) / 2
    found = centres(make_projector(SIZE, FAN), blob(row, column))
    np.testing.assert_allclose(found, expected, atol=0.3)  # the blob is as wide as a few pixels
    # What is near the source looks large: at 0 degrees the source is below the image.
    below, above = (make_projector(SIZE, FAN).project(blob(r, 32))[0] > 1e-3 for r in (60, 4))
    assert below.sum() > above.sum()


def test_statement_5_detectors_are_centred_and_count_from_the_smallest_s():
    beam = ParallelBeam(detectors=5, detector_width=2.0)
    np.testing.assert_allclose(beam.detector_edges, [-5, -3, -1, 1, 3, 5])
    right = np.zeros((SIZE, SIZE), np.float32)
    right[:, 40:] = 1
    data = make_projector(SIZE, PARALLEL).project(right)[0]  # at 0 degrees the row runs along +x
    assert data[: PARALLEL.detectors // 2].sum() == 0
    assert data[PARALLEL.detectors // 2 :].sum() > 0


def test_statement_6_the_projector_is_an_operator_of_pylops():
    operator = make_projector(SIZE, PARALLEL)
    assert isinstance(operator, pylops.LinearOperator)
    assert operator.dtype == np.float32
    assert tuple(operator.dims) == (SIZE, SIZE)
    assert tuple(operator.dimsd) == (8, PARALLEL.detectors)
    images = np.stack([blob(12, 50), blob(30, 9)])
    data = operator.project(images)
    assert data.shape == (2, 8, PARALLEL.detectors)
    assert data.dtype == np.float32
    np.testing.assert_allclose((operator @ images[1].ravel()).reshape(operator.dimsd), data[1])
    back = (operator.H @ data[1].ravel()).reshape(operator.dims)
    np.testing.assert_allclose(back, operator.back_project(data[1]))
    third = replace(PARALLEL, views=EvenViews(angles=1, arc=180.0, start=3 * 180 / 8))
    np.testing.assert_allclose(
        make_projector(SIZE, third).project(images[0])[0], data[0, 3], atol=1e-5
    )


@pytest.mark.parametrize("kernel", ["strip", "line", "linear"])
def test_statement_7_a_datum_is_a_line_integral_in_pixels(kernel):
    beam = replace(PARALLEL, detectors=64, detector_width=2.0)
    ones = make_projector(SIZE, beam, kernel).project(np.ones((SIZE, SIZE), np.float32))
    assert ones[0, 32] == pytest.approx(SIZE, rel=1e-5)
    if kernel == "strip":
        image = blob(12, 50) + blob(30, 20)
        views = make_projector(SIZE, beam).project(image).sum(axis=1)
        np.testing.assert_allclose(views, image.sum() / beam.detector_width, rtol=1e-4)


def test_statement_7_a_strip_is_the_mean_of_lines():
    wide = ParallelBeam(views=EvenViews(angles=5, start=7.0), detectors=40, detector_width=2.0)
    narrow = replace(wide, detectors=40 * 20, detector_width=0.1)
    image = blob(20, 41)
    lines = make_projector(SIZE, narrow, "line").project(image).reshape(5, 40, 20)
    strips = make_projector(SIZE, wide, "strip").project(image)
    np.testing.assert_allclose(strips, lines.mean(axis=2), atol=2e-3 * strips.max())


@pytest.mark.parametrize("beam", [PARALLEL, FAN], ids=["parallel", "fan"])
def test_statement_8_back_projection_is_the_adjoint_and_the_gradient(beam):
    torch = pytest.importorskip("torch")
    from core.projection.autograd import bridge

    operator = make_projector(SIZE, beam)
    random = np.random.default_rng(0)
    m = random.standard_normal(operator.dims).astype(np.float32)
    v = random.standard_normal(operator.dimsd).astype(np.float32)
    left = np.vdot(operator.project(m).astype(float), v)
    right = np.vdot(m.astype(float), operator.back_project(v))
    size = np.linalg.norm(operator.project(m)) * np.linalg.norm(v)
    assert abs(left - right) < 1e-6 * size
    x = torch.from_numpy(m).requires_grad_()
    (bridge(operator)(x) * torch.from_numpy(v)).sum().backward()
    np.testing.assert_allclose(x.grad.numpy(), operator.back_project(v), rtol=1e-4, atol=1e-3)
    # A power iteration approaches the norm from below.
    for _ in range(60):
        m = operator.back_project(operator.project(m / np.linalg.norm(m)))
    norm_squared = float(np.linalg.norm(m))
    assert norm_squared <= operator.norm_squared * (1 + 1e-6) < 1.05 * norm_squared
