"""Each cure improves the number by which its imperfection is judged, and knows no truth."""

from dataclasses import replace

import numpy as np
import pytest

from core.errors import InputError
from core.geometry.beams import FanBeam
from core.geometry.views import EvenViews
from core.problem.imperfections import IMPERFECTIONS
from core.problem.imperfections.axis import ShiftedAxis
from core.problem.imperfections.metal import Metal
from core.problem.imperfections.motion import Motion
from core.problem.imperfections.truncation import Truncation
from core.problem.noise import NoNoise, PoissonNoise
from core.problem.scan import Scan
from core.studies.cures import cure_named, recorded, treat

LECTURE = Scan()
FAN = Scan(
    size=64,
    beam=FanBeam(
        views=EvenViews(angles=60, arc=360),
        detectors=80,
        detector_width=2.5,
        source_origin=128,
        origin_detector=128,
    ),
)


def treated(scan, one, cure=""):
    wrong = replace(scan, imperfections=(one,)).simulate()
    return treat(one, cure_named(one, scan, cure), wrong, scan.simulate())


@pytest.mark.parametrize("noise", [NoNoise(), PoissonNoise(photons=1e5)], ids=lambda n: n.name)
@pytest.mark.parametrize("member", IMPERFECTIONS.members, ids=lambda member: member.name)
def test_every_cure_improves_the_lectures_scan(member, noise):
    found = treated(replace(LECTURE, noise=noise), member(**member.typical))
    sign = 1 if member.rising else -1
    harm = sign * (found.perfect_score - found.score)
    healed = sign * (found.cured_score - found.score)
    assert harm > 0, "the artefact shows in the number"
    assert healed > (0.4 if member.name == "truncation" else 0.7) * harm
    if member.name == "gain":
        assert found.score > 8 * found.perfect_score
        assert found.cured_score < 1.5 * found.perfect_score
    elif member.name != "dead":
        assert harm > 3.5, "decibels"


def test_the_water_correction_flattens_a_hardened_image():
    found = treated(LECTURE, Metal(spectrum=1.0), "water")
    assert found.score < found.perfect_score - 0.15
    assert found.cured_score == pytest.approx(found.perfect_score, abs=0.02)


@pytest.mark.parametrize("member", IMPERFECTIONS.members, ids=lambda member: member.name)
def test_cures_of_a_fan_beam_help_or_say_that_there_are_none(member):
    one = member(**member.typical)
    if member is Truncation:  # this row is wide: a fifth of it sees hardly more than air
        one = Truncation(share=0.35)
    if member is Motion:
        assert one.cures(FAN.beam) == ()
        with pytest.raises(InputError, match="needs parallel rays, not a fan beam"):
            cure_named(one, FAN)
        return
    found = treated(FAN, one)
    better = found.cured_score - found.score
    assert better > 0 if member.rising else better < 0


def test_a_fan_beam_is_centred_by_trying():
    shifted = replace(FAN, imperfections=(ShiftedAxis(shift=3.0),)).simulate()
    cure = cure_named(ShiftedAxis(shift=3.0), FAN)
    data = cure.apply(recorded(shifted))
    perfect = FAN.simulate().data
    assert np.linalg.norm(data - perfect) < 0.1 * np.linalg.norm(shifted.data - perfect)
