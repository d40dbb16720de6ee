"""What the page says of a cure: whether it helps, and on what the numbers are measured."""

import numpy as np
import pytest

from core.geometry.beams import ParallelBeam
from core.problem.imperfections import IMPERFECTIONS
from core.problem.imperfections.gain import WrongGain
from core.problem.imperfections.motion import Motion
from core.studies.cures import Treatment
from core.ui.forward.imperfect import verdict

BEAM = ParallelBeam()
DATA, IMAGE = np.zeros((2, 3), np.float32), np.zeros((4, 4), np.float32)


def treatment(score, cured):
    return Treatment(
        perfect_data=DATA,
        data=DATA,
        cured_data=DATA,
        perfect_image=IMAGE,
        image=IMAGE,
        cured_image=IMAGE,
        perfect_score=18.57,
        score=score,
        cured_score=cured,
    )


@pytest.mark.parametrize(
    ("one", "score", "cured", "said"),
    [
        (Motion(shift=8.0), 8.0, 15.0, "The cure helps: SNR 8.00 dB without it, SNR 15.00 dB with"),
        (Motion(shift=8.0), 8.0, 7.0, "The cure does harm: SNR 8.00 dB without it, SNR 7.00 dB"),
        (WrongGain(error=0.1), 0.03, 0.01, "The cure helps: ring energy 0.03"),
        (WrongGain(error=0.1), 0.01, 0.03, "The cure does harm: ring energy 0.01"),
        # What differs in digits that are not printed neither helps nor harms.
        (Motion(shift=8.0), 4.3312, 4.3309, "changes nothing here: SNR 4.33 dB without it and"),
        (Motion(shift=8.0), 4.3309, 4.3312, "changes nothing here: SNR 4.33 dB without it and"),
        (WrongGain(error=0.1), 0.02, 0.02, "changes nothing here: ring energy 0.02 without it"),
    ],
)
def test_a_cure_helps_harms_or_changes_nothing(one, score, cured, said):
    assert said in verdict(one, treatment(score, cured)).replace("**", "")


@pytest.mark.parametrize("member", IMPERFECTIONS.members, ids=lambda member: member.name)
def test_the_number_says_on_what_it_is_measured(member):
    one = member(**member.typical)
    whole = one.judged(320, BEAM).all() and one.merit == "SNR"
    said = verdict(one, treatment(8.0, 15.0))
    assert said.endswith(f"The {one.merit} is that of {one.judged_on}.")
    assert (one.judged_on == "the whole image") == whole
