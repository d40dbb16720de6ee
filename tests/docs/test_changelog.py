"""What the changelog says of the present scores and trainings: files and code say the same."""

import re
from pathlib import Path

from core.evaluation.scores import scores
from core.evaluation.summary import ALL, summaries
from core.problem.lesion_shapes import SHAPES
from core.problem.pictures import FOR_TRAINING

TEXT = " ".join((Path(__file__).parents[2] / "CHANGELOG.md").read_text(encoding="utf-8").split())


def gains_of_the_varied_training(benchmark, subjects=""):
    """The smallest and the largest mean gain over the subjects whose names begin so."""
    gains = [
        one.gain[0]
        for one in summaries(scores())
        if (one.benchmark, one.method) == (benchmark, "learned_primal_dual_varied")
        if one.subject != ALL and one.subject.startswith(subjects)
    ]
    return f"{min(gains):.1f} to {max(gains):.1f} dB"


def test_the_gains_of_the_varied_training_are_those_of_the_scores():
    ct, few = (
        gains_of_the_varied_training("modality", "ct_"),
        gains_of_the_varied_training("few_views"),
    )
    assert f"On heads with the contrast of CT it gains {ct} over TV; with 12 views it" in TEXT
    assert f"with 12 views it gains {few}, where most networks lose" in TEXT


def test_what_trainings_have_seen_of_the_shapes_of_lesions_is_said():
    (said,) = re.findall(r"- Lesions of other shapes than a disc: [^-]*", TEXT)
    assert f"{', '.join(shape for shape in SHAPES if shape != 'disc')}. No training for" in said
    assert {"text", "retina", "coins", "brick"} <= set(FOR_TRAINING)
    assert "the varied one has seen photographs of text, vessels, coins and textures" in said
