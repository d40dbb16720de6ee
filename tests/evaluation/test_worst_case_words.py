"""What the results say of worst-case noise: the trials say it, and for FBP its singular values."""

import numpy as np
import pytest

from core.evaluation import worst_case
from core.evaluation.trials import trials
from core.methods.fbp import FBP
from core.networks.architectures.physics import Physics
from core.problem.images import StoredImage
from core.problem.scan import Scan
from tests.helpers.results_text import TEXT, ends, means

ITERATED = ("red", "convex_ridge", "plug_and_play")
"""The methods that iterate with something learned, which are slow."""
ITERATIONS = 160
"""Of the power iteration: the last forty change κ by less than 1 in 10 000."""


def test_what_the_results_say_of_the_worst_noise_is_what_the_trials_say():
    random, worst = means("worst_case", "random"), means("worst_case", "worst")
    networks = [name for name in worst if name not in ("fbp", "tv", *ITERATED)]
    ratios = [worst[name] / random[name] for name in networks]
    assert f"{worst['fbp'] / random['fbp']:.1f} times as much as random noise by FBP" in TEXT
    assert f"{worst['tv'] / random['tv']:.1f} times by TV, " in TEXT
    assert f"and {ends(ratios, '.1f')} times by the networks from data to image" in TEXT
    assert f"κ from {ends([worst[name] for name in networks], '.1f')}" in TEXT
    assert f"as TV with {worst['tv']:.1f}, and half" in TEXT
    clean, hurt = means("worst_case", "snr_clean"), means("worst_case", "snr_worst")
    lead = [clean[name] - clean["tv"] for name in networks]
    assert f"{ends(lead, '.1f')} dB above TV on clean data" in TEXT
    lead = [hurt[name] - hurt["tv"] for name in networks]
    varied = lead.pop(networks.index("learned_primal_dual_varied"))
    assert abs(varied) < 0.1
    assert "the network of the varied training is as good as TV, to 0.1 dB" in TEXT
    assert max(lead) < 0
    assert f"the others are {ends([-one for one in lead], '.1f')} dB below it" in TEXT


def test_what_the_results_say_of_learned_priors_is_what_the_trials_say():
    """On the slices that the slow methods were run on, total variation too."""
    made = [one for one in trials() if one.experiment == "worst_case"]
    slices = {(one.subject, one.number) for one in made if one.method in ITERATED}
    assert len(slices) == 2
    for name in ITERATED:
        assert {(one.subject, one.number) for one in made if one.method == name} == slices

    def mean(name, column):
        mine = [one for one in made if one.method == name]
        return np.mean([x.values[column] for x in mine if (x.subject, x.number) in slices])

    ratios = [mean(name, "worst") / mean(name, "random") for name in ITERATED]
    assert f"{ends(ratios, '.1f')} times by RED, convex ridges and plug-and-play" in TEXT
    red, ridges, plugged, tv = (mean(name, "worst") for name in (*ITERATED, "tv"))
    assert f"κ is {red:.1f} and {ridges:.1f}, of TV {tv:.1f}" in TEXT
    assert f"Plug-and-play, with κ of {plugged:.1f}" in TEXT
    red, ridges, plugged = (mean(x, "snr_worst") - mean("tv", "snr_worst") for x in ITERATED)
    assert f"they are {red:.1f} and {ridges:.1f} dB above TV" in TEXT
    assert f"ends {-plugged:.1f} dB below it" in TEXT


def first_singular_vector(operator):
    """The data of norm 1 (views, detectors) whose FBP is largest, by power iteration.

    The transpose of FBP = GᵀW is WG: the filter W is symmetric.
    """
    physics = Physics(operator)
    random = np.random.default_rng(0).standard_normal(operator.dimsd)
    data = physics.scale(random)
    sizes = []
    for _ in range(ITERATIONS):
        image = physics.fbp(data / data.norm())
        sizes.append(float(image.norm()))
        data = physics.sharpen(physics.forward(image))
    assert sizes[-1] == pytest.approx(sizes[-40], rel=1e-4)
    return (data / data.norm())[0, 0].numpy()


def test_by_how_much_the_search_falls_short_for_fbp_is_said():
    made = [one for one in trials() if (one.experiment, one.method) == ("worst_case", "fbp")]
    assert f"The search takes {worst_case.STEPS} steps" in TEXT
    worst, short, vector = [], [], None
    for one in made:
        scan = Scan(image=StoredImage(set=one.subject, slice=one.number)).simulate()
        vector = first_singular_vector(scan.operator) if vector is None else vector
        (step,) = FBP().iterate(scan.operator, vector)
        size = float(np.linalg.norm(scan.clean) / np.linalg.norm(scan.truth))
        worst.append(size * float(np.linalg.norm(step.image)))
        short.append(100 * (1 - one.values["worst"] / worst[-1]))
    assert len(worst) == 6
    assert f"Its κ is {ends(worst, '.1f')} on the six slices" in TEXT
    assert f"the search stays {ends(short, '.1f')} % below it" in TEXT
