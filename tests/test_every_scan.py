"""What holds for every scan that can be described, whatever its scanner, views, image and noise.

The scans are drawn from the description itself, so a new member of a family is tested here from
the day on which it is there.
"""

import astra
import h5py
import numpy as np
import pylops
import pytest
import scipy.stats
from hypothesis import given, reject, settings
from hypothesis import strategies as st

from core.cli import scan_options
from core.cli.arguments import make_parser
from core.cli.negatives import with_negatives
from core.description import make, parameters_with_values, values
from core.errors import InputError
from core.geometry.beams import BEAMS
from core.geometry.views import VIEWS
from core.parameter import text_of
from core.problem.images import Drawing, RandomEllipses, SheppLogan, StoredImage
from core.problem.noise import NOISES, attenuation_scale
from core.problem.scan import Scan
from core.projection.projector import make_projector
from core.projection.reference import reference_projector
from core.studies.out_of_distribution import out_of_distribution
from core.studies.result_file import source_attributes
from core.ui.forward.gantry import gantry
from core.ui.scan.link import scan_of, scan_query

SMALL = {"size": 64, "angles": 12, "detectors": 40, "angle_list": 12}
"""The largest values of what makes a projector large."""


def drawn(draw, parameter, small):
    """A value of a parameter, allowed where it stands."""
    if parameter.name == "image":
        return draw(st.sampled_from([name for name in parameter.choices if name != "upload"]))
    if parameter.text is not None:
        return draw(st.sampled_from([parameter.default, "text 1 0 0 0.5 Ab", "disc 0.5 0 0 1"]))
    if parameter.choices:
        return draw(st.sampled_from(parameter.choices))
    if isinstance(parameter.default, bool):
        return draw(st.booleans())
    high = min(parameter.high, SMALL.get(parameter.name, parameter.high)) if small else None
    numbers = st.floats(parameter.low, parameter.high, allow_nan=False)
    if isinstance(parameter.default, tuple):
        most = SMALL["angle_list"] if small else 30
        return tuple(draw(st.lists(numbers, min_size=1, max_size=most)))
    if parameter.whole:
        return draw(st.integers(parameter.low, parameter.high if high is None else int(high)))
    return draw(numbers)


@st.composite
def scans(draw, small=False):
    """Any scan; a small one has few rays and pixels."""
    try:
        return make(Scan, lambda parameter: drawn(draw, parameter, small))
    except InputError as error:
        if "in radians" not in str(error):  # the one thing that no range says
            raise
        reject()


def members(family):
    return pytest.mark.parametrize("member", family.members, ids=lambda member: member.name)


@settings(max_examples=200, deadline=None)
@given(scans())
def test_a_link_brings_its_scan_back_to_the_last_bit(scan):
    assert scan_of(scan_query(scan)) == (scan, [])


def image_option(image):
    if isinstance(image, StoredImage):
        return f"{image.set}:{image.slice}"
    if isinstance(image, RandomEllipses):
        return f"ellipses:{image.seed}"
    if isinstance(image, Drawing):
        return f"drawing:{image.shapes}"
    assert isinstance(image, SheppLogan)
    return image.name


@settings(max_examples=60, deadline=None)
@given(scans())
def test_the_options_of_a_scan_make_it_again(scan):
    options = ["solve", "fbp", "--image", image_option(scan.image)]
    for name, value in values(scan).items():
        if not name.startswith("image"):
            options += [f"--{name.replace('_', '-')}", text_of(value)]
    tied = with_negatives(options)
    assert scan_options.scan_of(make_parser(tied).parse_args(tied)) == scan


@settings(max_examples=60, deadline=None)
@given(scans())
def test_a_file_says_everything_of_a_scan(scan):
    with h5py.File("scan.h5", "w", driver="core", backing_store=False) as file:
        file.attrs.update(source_attributes(scan))
        read = dict(file.attrs)
    for parameter, value in parameters_with_values(scan):
        found = read[parameter.name]
        assert parameter.parse(str(found)) == value, parameter.name
    assert read["key"] == scan.key
    assert read["image_label"] == scan.image.label


@settings(max_examples=100, deadline=None)
@given(scans())
def test_what_is_declared_makes_the_scan_again(scan):
    found = parameters_with_values(scan)
    assert {parameter.name: value for parameter, value in found} == values(scan)
    for parameter, value in found:
        parameter.check(value)
        assert parameter.title
    given_values = dict(values(scan))
    assert make(Scan, lambda parameter: given_values[parameter.name]) == scan


CARD = {
    "name": "unet",
    "data": "heads",
    "range": {"beam": "parallel", "size": [160, 320], "angles": [20, 90], "arc": [180.0, 180.0]},
}


@settings(max_examples=100, deadline=None)
@given(scans())
def test_every_departure_from_a_training_is_a_phrase(scan):
    views = scan.beam.views
    said = out_of_distribution(scan, CARD)
    assert all("trained on" in phrase and "{" not in phrase for phrase in said)
    assert any("parallel" in phrase for phrase in said) == (scan.beam.name != "parallel")
    assert any("evenly" in phrase for phrase in said) == (views.name != "even")
    # Fewer views than in the training are said of whatever kind they are; half the side had half.
    said_of_number = any(phrase.startswith(f"{views.count} views,") for phrase in said)
    share = np.clip(scan.size, 160, 320) / 320
    assert said_of_number == (not np.ceil(20 * share) <= views.count <= np.ceil(90 * share))


@settings(max_examples=60, deadline=None)
@given(scans(small=True))
def test_the_adjoint_is_the_adjoint_and_the_gantry_can_be_drawn(scan):
    operator = make_projector(scan.size, scan.beam, scan.kernel, threads=1)
    random = np.random.default_rng(0)
    image = random.standard_normal(operator.dims, np.float32)
    sinogram = random.standard_normal(operator.dimsd, np.float32)
    there, back = operator.project(image), operator.back_project(sinogram)
    left = np.vdot(there.astype(np.float64), sinogram.astype(np.float64))
    right = np.vdot(image.astype(np.float64), back.astype(np.float64))
    # Rounding grows with the sum of all products' sizes, which the sum itself may cancel.
    sizes = np.vdot(operator.project(np.abs(image)), np.abs(sinogram))
    assert abs(left - right) <= 1e-6 * sizes
    overlays, padding = gantry(scan.beam, scan.size)
    assert 0 <= padding < scan.size
    for overlay in overlays:
        for part in (overlay.x, overlay.y):
            assert not np.isinf(part).any()
            # Nothing is drawn where the pen is lifted, nor of a curved row beside the source.
            assert np.isnan(part).sum() <= part.size / 3 or scan.beam.bend
            assert np.isfinite(part).any()


@settings(max_examples=60, deadline=None)
@given(scans(small=True))
def test_noise_leaves_finite_data_of_a_stated_deviation(scan):
    clean = np.linspace(0, 80, 60, dtype=np.float32).reshape(6, 10)
    data, deviation = scan.noise.apply(clean), scan.noise.deviation(clean)
    assert data.shape == deviation.shape == clean.shape
    assert data.dtype == np.float32
    assert np.isfinite(data).all()
    assert np.isfinite(deviation).all()
    assert (deviation >= 0).all()
    assert scan.noise.present or (data == clean).all()
    figures = scan.noise.figures(clean)
    for text in (scan.noise.lesson, scan.noise.phrase, *scan.noise.equations):
        assert "{" not in text or text.format(**figures)


@settings(max_examples=60, deadline=None)
@given(scans(small=True))
def test_every_scan_has_finite_data_whatever_goes_wrong(scan):
    found = scan.simulate()
    assert found.data.shape == found.operator.dimsd
    assert found.data.dtype == found.truth.dtype == np.float32
    assert np.isfinite(found.data).all()
    assert np.isfinite(found.clean).all()


def constants(described, prefix=""):
    return {name.upper(): value for name, value in described.flat_values(prefix).items()}


@members(NOISES)
def test_the_lines_of_a_script_make_the_same_noise(member):
    noise, clean = member(), np.linspace(0, 80, 600, dtype=np.float32).reshape(20, 30)
    scale = attenuation_scale(clean)
    made = {"np": np, "scipy": scipy, "clean": clean, "scale": scale} | constants(
        noise, NOISES.prefix
    )
    exec(noise.script, made)
    np.testing.assert_allclose(made["data"], noise.apply(clean), rtol=1e-5, atol=1e-5)


@members(VIEWS)
def test_the_lines_of_a_script_make_the_same_angles(member):
    made = {"np": np} | constants(member())
    exec(member().script, made)
    np.testing.assert_allclose(made["angles"], np.deg2rad(member().angles_deg), rtol=1e-12)


@members(BEAMS)
def test_the_lines_of_a_script_make_astras_operator(member):
    beam = member(detectors=50)
    image = np.random.default_rng(0).random((64, 64), np.float32)
    for kernel in member.kernels:
        made = {"np": np, "scipy": scipy, "astra": astra, "pylops": pylops}
        made["angles"] = beam.angles_rad
        exec(beam.script, made | constants(beam) | {"SIZE": 64, "KERNEL": kernel}, made)
        expected = (reference_projector(64, beam, kernel) @ image.ravel()).reshape(41, 50)
        assert made["G"].shape == (41 * 50, 64 * 64)
        found = (made["G"] @ image.ravel()).reshape(41, 50)
        np.testing.assert_allclose(found, expected, atol=1e-4 * expected.max())
        sinogram = expected.astype(np.float32)
        assert np.vdot(found, sinogram) == pytest.approx(
            np.vdot(image.ravel(), made["G"].H @ sinogram.ravel()), rel=1e-5
        )
