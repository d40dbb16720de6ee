"""What figures of the lessons say and mark, without a screen."""

from dataclasses import replace

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.geometry.rays import pixel_position
from core.geometry.views import EvenViews
from core.methods.fbp import FBP
from core.problem.scan import Scan
from core.studies.filter_factors import coefficients
from core.ui.classical import filters
from core.ui.forward import picard, pixel
from core.ui.forward.matrix import scanner


@pytest.mark.parametrize("arc", [180.0, 20.0, 360.0])
def test_the_pixel_swings_as_far_as_its_curve(arc):
    scan = Scan()
    beam = replace(scan.beam, views=replace(scan.beam.views, arc=arc))
    row, column = (parameter.default for parameter in pixel.pixel_parameters(scan.size))
    x, y = pixel_position(scan.size, row, column)
    drawn = (pixel._curve(beam, x, y).x - (beam.detectors - 1) / 2) * beam.detector_width
    low, high = (f"{end:.0f}".replace("-", "−") for end in (drawn.min(), drawn.max()))
    assert pixel.swing(beam, x, y) == f"it swings from {low} to {high} px"


def test_in_one_view_a_pixel_is_at_one_place():
    beam = ParallelBeam(views=EvenViews(angles=1), detectors=9)
    assert pixel.swing(beam, -3.0, 2.0) == "it is at −3 px"


@pytest.mark.parametrize(("noise", "marked"), [(0.1, True), (1e-9, False), (0.0, False)])
def test_noise_takes_over_only_where_there_is_some(monkeypatch, noise, marked):
    drawn = {}
    monkeypatch.setattr(picard, "curves", lambda series, *, key, **more: drawn.update({key: more}))
    scan = Scan(size=64)
    small = scanner(scan, 8, 6)
    image = np.random.default_rng(0).random((8, 8))
    known = coefficients(small, image, noise)
    picard._picard(known)
    picard._filter(known, np.ones(len(known.values)))
    for key in ("picard", "filter_factors"):
        marks = [(mark.x, mark.name) for mark in drawn[key]["marks"]]
        assert marks == [(known.best_terms, "noise takes over")] * marked


def test_three_filters_have_three_colours(monkeypatch):
    drawn = []
    monkeypatch.setattr(filters, "curves", lambda series, **more: drawn.extend(series))
    chosen = {"A": FBP(filter="hann"), "B": FBP(filter="ram-lak"), "C": FBP(filter="cosine")}
    filters.filters_tab(Scan(size=64), chosen)
    colours = [one.style.colour for one in drawn if one.width > 1]
    assert len(set(colours)) == len(colours) == 3
