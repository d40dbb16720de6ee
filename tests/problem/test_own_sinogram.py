"""Sinograms in files of many kinds, against what their libraries and ASTRA make of them."""

import h5py
import mrcfile
import numpy as np
import pytest
import tifffile
from scipy.ndimage import shift as moved
from skimage.data import shepp_logan_phantom
from skimage.transform import iradon, radon, resize

from core.errors import InputError
from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.problem.measured import Acquisition, MeasuredScan, TiltSeries, parse_series
from core.problem.preparation.steps import Prepared
from core.problem.preparation.steps.binning import Binning
from core.problem.preparation.steps.centre import Centre
from core.problem.preparation.steps.flat_field import FlatField
from core.problem.preparation.steps.logarithm import Logarithm
from core.problem.preparation.steps.scaling import Scaling
from core.projection.projector import reference_projector
from tests.helpers.astra_run import astra_run

SIZE, VIEWS = 96, 120
ANGLES = np.arange(VIEWS) * 1.5


@pytest.fixture(scope="module")
def image():
    square = np.zeros((SIZE, SIZE), np.float32)
    square[18:78, 15:75] = resize(shepp_logan_phantom(), (60, 60), anti_aliasing=True)
    return square


@pytest.fixture(scope="module")
def sinogram(image):
    """As scikit-image gives it: (detectors, views)."""
    return radon(image, ANGLES, circle=True)


def relative(one, other):
    return float(np.linalg.norm(one - other) / np.linalg.norm(other))


def fbp(source):
    found = source.measurement()
    return next(FBP().iterate(found.operator, found.data)).image * source.prepared.scale


def test_scikit_image_with_its_angles_is_centred_and_inverted(tmp_path, sinogram):
    path = tmp_path / "radon.npz"
    np.savez(path, sinogram=sinogram, theta=ANGLES)
    source = MeasuredScan(series=parse_series(str(path))).with_step(Centre(by="auto"))
    assert "120 views (columns, by the number of angles)" in source.stages[0].after.note
    # scikit-image turns about pixel n/2; ours is between the two middle ones.
    mine = moved(fbp(source), (0.5, 0.5), order=3)
    expected = iradon(sinogram, ANGLES, circle=True)
    inside = slice(4, -4), slice(4, -4)
    assert relative(mine[inside], expected[inside]) < 0.06
    uncentred = moved(fbp(MeasuredScan(series=source.series)), (0.5, 0.5), order=3)
    assert relative(uncentred[inside], expected[inside]) > 0.2


def test_astra_in_radians_matches_its_own_fbp(tmp_path, image):
    beam = ParallelBeam(views=EvenViews(angles=VIEWS), detectors=SIZE, detector_width=1.0)
    data = reference_projector(SIZE, beam) @ image
    path = tmp_path / "astra.h5"
    with h5py.File(path, "w") as file:
        file["sinogram"], file["angles"] = data, beam.angles_rad
    source = MeasuredScan(series=parse_series(str(path)))
    assert "0° to 178.5°, radians (by their size)" in source.stages[0].after.note
    # ASTRA interpolates where ours takes the means of strips.
    assert relative(fbp(source), astra_run("FBP", SIZE, beam, data, kernel="linear")) < 0.05


@pytest.mark.parametrize("transposed", [False, True])
def test_a_square_table_is_turned_by_its_sinusoid(tmp_path, image, transposed):
    angles = np.arange(SIZE) * 180 / SIZE
    data = radon(image, angles, circle=True).T  # (views, detectors), a square
    path, listed = tmp_path / "square.csv", tmp_path / "angles.txt"
    np.savetxt(path, data.T if transposed else data, delimiter=";", header="a phantom")
    np.savetxt(listed, angles)
    series = parse_series(str(path), listed)
    source = MeasuredScan(series=series).with_step(Centre(by="mass"))
    note = source.stages[0].after.note
    assert f"({'columns' if transposed else 'rows'}, by the sinusoid" in note
    expected = iradon(data.T, angles, circle=True)
    inside = slice(4, -4), slice(4, -4)
    assert relative(moved(fbp(source), (0.5, 0.5))[inside], expected[inside]) < 0.06
    chosen = Acquisition(orientation="rows" if transposed else "columns")
    wrong = MeasuredScan(series=series, acquisition=chosen)
    assert relative(fbp(wrong), expected) > 0.5


def test_the_tilt_series_matches_astra():
    source = MeasuredScan(series=TiltSeries(slice=1)).with_step(Scaling(to_one=False))
    found = source.measurement()
    beam = found.operator.beam
    expected = astra_run("FBP", source.size, beam, found.data, kernel="linear")
    # Views over 152° only: each method has its own weight for the missing ones.
    factor = float(np.vdot(fbp(source), expected) / np.vdot(expected, expected))
    assert relative(fbp(source), factor * expected) < 0.05


def test_dxchange_gives_line_integrals(tmp_path, sinogram):
    random = np.random.default_rng(0)
    integrals = sinogram.T[:, None, :] * np.array([1, 0.5])[:, None] / sinogram.max() * 3
    dark, white = random.uniform(90, 110, SIZE), random.uniform(5000, 9000, SIZE)
    path = tmp_path / "dx.h5"
    with h5py.File(path, "w") as file:
        file["exchange/data"] = np.rint(dark + (white - dark) * np.exp(-integrals)).astype("u2")
        file["exchange/data_white"] = np.rint(np.broadcast_to(white, (5, 2, SIZE))).astype("u2")
        file["exchange/data_dark"] = np.rint(np.broadcast_to(dark, (3, 2, SIZE))).astype("u2")
        file["exchange/theta"] = ANGLES
        file["exchange/theta"].attrs["units"] = "degree"
    with pytest.raises(InputError, match=r"stack of 2 slices \(projections\): choose one from 0"):
        parse_series(str(path))
    for k in range(2):
        series = parse_series(f"{path}:{k}")
        assert (series.sinogram.dataset, series.sinogram.unit) == ("exchange/data", "degrees")
        data = MeasuredScan(series=series).with_step(Scaling(to_one=False)).measurement().data
        np.testing.assert_allclose(data, integrals[:, k], atol=0.02)


def test_a_single_row_of_detectors_is_no_stack(tmp_path, sinogram):
    path = tmp_path / "row.h5"
    with h5py.File(path, "w") as file:
        file["exchange/data"] = np.exp(-sinogram.T[:, None, :] / sinogram.max())
        file["exchange/data_white"] = np.ones((5, 1, SIZE))
        file["exchange/theta"] = ANGLES
    raw = parse_series(str(path)).sinogram
    assert (raw.data.shape, raw.white.shape, raw.slices) == ((VIEWS, SIZE), (SIZE,), 1)


def test_nxtomo_frames_are_sorted_by_their_key(tmp_path, sinogram):
    integrals = sinogram.T / sinogram.max()
    frames = np.concatenate([np.full((4, SIZE), 8000.0), 8000 * np.exp(-integrals)])
    keys = np.r_[np.ones(4, int), np.zeros(VIEWS, int)]
    path = tmp_path / "nx.nxs"
    with h5py.File(path, "w") as file:
        file["entry/data/data"] = np.stack([frames, frames], axis=1).astype(np.float32)
        file["entry/data/rotation_angle"] = np.r_[np.zeros(4), ANGLES]
        file["entry/data/image_key"] = keys
    source = MeasuredScan(series=parse_series(f"{path}:1")).with_step(Scaling(to_one=False))
    np.testing.assert_allclose(source.measurement().data, integrals, atol=2e-3)


def write_tiff(path, stack):
    tifffile.imwrite(path, stack)


def write_mrc(path, stack):
    with mrcfile.new(path) as file:
        file.set_data(stack)


@pytest.mark.parametrize(
    ("name", "write", "stacked"),
    [("s.tif", write_tiff, "sinograms"), ("s.mrc", write_mrc, "projections"),
     ("s.npy", np.save, "sinograms")],
)  # fmt: skip
def test_a_stack_is_cut_along_the_axis_of_slices(tmp_path, sinogram, name, write, stacked):
    data = np.stack([sinogram.T, 2 * sinogram.T, 3 * sinogram.T]).astype(np.float32)
    write(tmp_path / name, data if stacked == "sinograms" else data.transpose(1, 0, 2).copy())
    series = parse_series(f"{tmp_path / name}:2")
    assert (series.sinogram.stacked, series.sinogram.slices) == (stacked, 3)
    np.testing.assert_array_equal(series.sinogram.data, data[2])
    even = Acquisition(angles_from="even")
    angles = MeasuredScan(series=series, acquisition=even).beam.angles_deg
    np.testing.assert_allclose(angles, ANGLES)


def test_a_fan_is_measured_in_detectors(tmp_path, sinogram):
    np.save(tmp_path / "fan.npy", sinogram.T.repeat(2, axis=1))
    fan = Acquisition(angles_from="even", rays="fan", source_axis=400, axis_detector=200)
    source = MeasuredScan(series=parse_series(str(tmp_path / "fan.npy")), acquisition=fan)
    assert source.beam.magnification == pytest.approx(1.5)
    assert source.beam.detector_width / source.beam.magnification == pytest.approx(1)
    assert source.beam.views.arc == pytest.approx(360)
    halved = source.with_step(Binning(detectors=2))
    assert halved.size == SIZE
    assert halved.beam.source_origin == pytest.approx(source.beam.source_origin / 2)


def test_the_border_stands_in_for_a_flat_field(sinogram):
    integrals = (sinogram.T / sinogram.max()).astype(np.float32)
    drift = np.linspace(900, 1100, VIEWS)[:, None].astype(np.float32)
    before = Prepared(data=drift * np.exp(-integrals), angles_deg=ANGLES)
    after = Logarithm().apply(FlatField(field="border").apply(before))
    np.testing.assert_allclose(after.data, integrals, atol=2e-3)


def test_a_name_that_ends_as_a_slice_does_is_a_name(tmp_path):
    rng = np.random.default_rng(8)
    single, stack = rng.random((20, 32)), rng.random((4, 20, 32))
    for name, array in (("scan:3", single), ("stack", stack), ("stack:1", stack[::-1])):
        with open(tmp_path / name, "wb") as file:
            np.save(file, array)
    for text, expected in (
        ("scan:3", single),
        ("scan:3:0", single),
        ("stack:2", stack[2]),
        ("stack:1:2", stack[1]),
    ):
        series = parse_series(str(tmp_path / text))
        np.testing.assert_allclose(series.raw().data, expected, rtol=1e-6)
    with pytest.raises(InputError, match=r"choose one from 0 to 3, as stack:1:2\."):
        parse_series(str(tmp_path / "stack:1"))
    with pytest.raises(InputError, match="is no sinogram"):
        parse_series(f"{tmp_path / 'stack'}:data:1")
