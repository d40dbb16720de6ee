"""The numbered statements of `docs/conventions.md`, as computations: data, measures, volumes."""

from dataclasses import replace

import nibabel
import numpy as np
import pylops
import pytest
from scipy import ndimage
from skimage.metrics import structural_similarity

from core.geometry.beams import ParallelBeam
from core.geometry.rays import pixel_position
from core.geometry.views import EvenViews
from core.geometry.volume_beams import ConeBeam, HelicalBeam, ParallelBeam3D
from core.methods.cgls import CGLS
from core.problem.imperfections import IMPERFECTIONS, DetectorImperfection
from core.problem.imperfections.axis import ShiftedAxis
from core.problem.imperfections.metal import Metal
from core.problem.imperfections.motion import Motion
from core.problem.measured import MeasuredScan, OwnSinogram
from core.problem.metrics import psnr, relative_residual, snr, ssim
from core.problem.noise import GaussianNoise, PoissonNoise
from core.problem.preparation.centre import moved_along_detectors
from core.problem.preparation.steps.centre import Centre
from core.problem.readers.sinogram.raw import RawSinogram
from core.problem.readers.volume import read_volume
from core.problem.scan import Scan
from core.problem.simulation import with_means
from core.problem.volumes.base import resampled
from core.projection.projector import make_projector

SIZE = 64
PARALLEL = ParallelBeam(views=EvenViews(angles=8), detectors=256, detector_width=0.5)


def test_statement_9_levels_of_noise_are_shares_and_photons_per_ray():
    clean = make_projector(SIZE, PARALLEL).project(Scan().image.read(SIZE))
    gaussian = GaussianNoise(level=0.02)
    noise = gaussian.apply(clean).astype(float) - clean
    assert noise.std() == pytest.approx(0.02 * np.abs(clean).mean(), rel=0.05)
    np.testing.assert_array_equal(gaussian.apply(clean), gaussian.apply(clean))
    poisson = PoissonNoise(photons=1e5)
    data = poisson.apply(clean).astype(float)
    scale = 4 / clean.max()
    counts = 1e5 * np.exp(-scale * data)
    np.testing.assert_allclose(counts, counts.round(), atol=0.1)  # single photons
    assert (data - clean).mean() == pytest.approx(0, abs=1e-3 * float(clean.max()))
    thin = clean == 0
    assert data[thin].std() == pytest.approx(1 / (scale * np.sqrt(1e5)), rel=0.05)


def test_statement_10_the_measures_are_those_of_the_libraries():
    random = np.random.default_rng(1)
    truth = 3 * Scan().image.read(SIZE) - 1
    image = truth + 0.1 * random.standard_normal(truth.shape).astype(np.float32)
    error = np.sqrt(np.mean((image - truth) ** 2))
    assert snr(image, truth) == pytest.approx(pylops.utils.metrics.snr(truth, image), rel=1e-5)
    assert snr(image, truth) == pytest.approx(
        20 * np.log10(np.linalg.norm(truth) / np.linalg.norm(image - truth)), rel=1e-5
    )
    assert psnr(image, truth) == pytest.approx(20 * np.log10(np.ptp(truth) / error), rel=1e-5)
    expected = structural_similarity(truth, image, data_range=float(np.ptp(truth)))
    assert ssim(image, truth) == pytest.approx(expected, abs=1e-4)
    assert relative_residual(image, truth) == pytest.approx(
        np.linalg.norm(image - truth) / np.linalg.norm(truth), rel=1e-5
    )


def test_statement_11_the_data_fidelity_has_a_half():
    measurement = Scan(size=SIZE, noise=GaussianNoise()).simulate()
    image = measurement.truth + 0.1
    residual = measurement.operator.project(image) - measurement.data
    fidelity, regulariser = CGLS().objective(
        measurement.operator, measurement.data, image, residual
    )
    assert fidelity == pytest.approx(0.5 * np.linalg.norm(residual.astype(float)) ** 2, rel=1e-6)
    assert regulariser == 0


def test_statement_12_measured_data_turn_about_the_axis_that_is_said():
    geometry = ParallelBeam(views=EvenViews(angles=12), detectors=SIZE, detector_width=1.0)
    image = np.zeros((SIZE, SIZE), np.float32)
    image[SIZE // 3, SIZE // 2 : SIZE // 2 + 3] = 2
    data = make_projector(SIZE, geometry).project(image)
    raw = RawSinogram(
        kind="", dataset="", stacked="", slices=1, index=0,
        data=moved_along_detectors(data, 2.0), angles=geometry.angles_deg, unit="degrees",
    )  # fmt: skip
    series = OwnSinogram(digest="", title_of_file="", sinogram=raw)
    source = MeasuredScan(series=series).with_step(Centre(by="hand", offset=2.0))
    np.testing.assert_allclose(source.measurement().data * source.prepared.scale, data, atol=1e-5)
    rays, mass = data.max(axis=1).astype(float), data.sum(axis=1, dtype=float)
    assert source.prepared.scale == pytest.approx(np.mean(np.pi * rays**2 / (4 * mass)), rel=1e-5)
    np.testing.assert_allclose(source.beam.projection_matrices(), geometry.projection_matrices())


def test_statement_13_the_truth_is_the_mean_of_the_finer_image():
    scan = Scan(size=SIZE, beam=PARALLEL, finer_grid=True)
    found, usual = scan.simulate(), replace(scan, finer_grid=False).simulate()
    np.testing.assert_array_equal(found.truth, usual.truth)
    finer = with_means(scan.image.read(2 * SIZE), found.truth)
    np.testing.assert_allclose(finer.reshape(SIZE, 2, SIZE, 2).mean((1, 3)), found.truth, atol=1e-6)
    # Two detectors of half the width, averaged; each pixel is half as long.
    beam = replace(PARALLEL, detectors=512)
    data = make_projector(2 * SIZE, beam).project(finer).reshape(8, 256, 2).mean(2) / 2
    np.testing.assert_allclose(found.clean, data, atol=1e-4 * float(data.max()))


def test_statement_14_imperfections_stand_before_and_after_the_noise():
    order = [member.name for member in IMPERFECTIONS.members]
    assert order == ["motion", "metal", "scatter", "axis", "gain", "truncation", "dead"]
    after = [m.name for m in IMPERFECTIONS.members if issubclass(m, DetectorImperfection)]
    assert after == ["gain", "truncation", "dead"]
    scan = Scan(size=SIZE, beam=PARALLEL)
    perfect = scan.simulate()
    assert perfect.attenuation * perfect.clean.max() == pytest.approx(4)
    shifted = replace(scan, imperfections=(ShiftedAxis(shift=3.0),)).simulate()
    assert shifted.attenuation == perfect.attenuation
    assert shifted.operator is perfect.operator
    np.testing.assert_array_equal(shifted.truth, perfect.truth)
    np.testing.assert_allclose(shifted.data[:, 3:], perfect.data[:, :-3], atol=1e-4)
    moved = replace(scan, imperfections=(Motion(shift=5.0, after=0.0),)).simulate()
    # At 0° the detectors run along x; five pixels are ten of these detectors.
    np.testing.assert_allclose(moved.data[0, 10:], perfect.data[0, :-10], atol=0.1)
    metal = Metal(radius=0.05, x=0.5, y=0.25).insert(SIZE)
    row, column = ndimage.center_of_mass(metal)
    assert pixel_position(SIZE, row, column) == pytest.approx((16, 8), abs=0.1)


def test_statement_15_volumes_count_upwards_and_the_source_climbs():
    size, (x, y, z) = 32, (5.5, 3.5, 6.5)
    volume = np.zeros((size,) * 3, np.float32)
    middle = (size - 1) / 2
    volume[int(middle + z), int(middle - y), int(middle + x)] = 1
    volume = ndimage.gaussian_filter(volume, 1.5)
    views = EvenViews(angles=9, arc=360.0)
    cone = replace(ConeBeam.sized(size), views=views, panel_offset=1.5)
    helix = replace(HelicalBeam.sized(size), views=views, rows=64, pitch=12.0, turns=2.0)
    for beam in (cone, helix):
        data = make_projector(size, beam).project(volume)
        row, column = np.array([ndimage.center_of_mass(view) for view in data]).T
        cos, sin = np.cos(beam.angles_rad), np.sin(beam.angles_rad)
        scale = 2 * beam.source_origin / (beam.source_origin - x * sin + y * cos)
        height = beam.source_heights
        if beam is helix:
            turned = 2.0 * views.angles_deg
            np.testing.assert_allclose(beam.angles_deg, turned)
            np.testing.assert_allclose(height, 12.0 * (turned / 360 - 1))
        found = (column - (beam.detectors - 1) / 2 + beam.panel_offset) * beam.detector_width
        np.testing.assert_allclose(found, scale * (x * cos + y * sin), atol=0.1)
        found = (row - (beam.rows - 1) / 2) * beam.row_height
        np.testing.assert_allclose(found, scale * (z - height), atol=0.1)
    stack = ParallelBeam3D(views=EvenViews(angles=4), rows=5, interleaved=2, turned=20.0)
    angles = [beam.angles_deg.tolist() for beam in stack.slice_beams]
    assert angles == [[0, 45, 90, 135], [20, 65, 110, 155]]


def test_statement_16_a_volume_from_a_file_is_upright_and_fills_the_cube():
    right, front, up = shape = (8, 10, 12)
    values = np.zeros(shape, np.float32)
    values[-1, 0, 0] = 1.0  # the rightmost, rearmost and lowest voxel
    image = nibabel.Nifti1Image(values, np.diag([1.0, 1.0, 2.0, 1.0]))
    for file in (image, image.as_reoriented(nibabel.orientations.axcodes2ornt("LPI"))):
        read = read_volume(file.to_bytes())
        assert read.shape == (up, front, right)
        assert read.voxels[0, -1, -1] == 1
    volume = resampled(read.voxels, read.steps, 24, 24)
    # 24 mm high, 10 mm from front to back, 8 mm wide.
    filled = resampled(np.ones_like(read.voxels), read.steps, 24, 24)
    assert [int((filled.max(axis=axes) > 0).sum()) for axes in ((1, 2), (0, 2), (0, 1))] == [
        24,
        10,
        8,
    ]
    assert volume.shape == (24, 24, 24)
