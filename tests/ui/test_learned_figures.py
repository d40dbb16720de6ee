"""What the learned page computes and says, without a screen."""

import math
from dataclasses import replace
from xml.etree import ElementTree

import numpy as np
import pytest
import torch

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.methods.plug_and_play import PlugAndPlay
from core.methods.red import RED
from core.methods.support.history import COLUMNS, History, Snapshot
from core.methods.unet import UNet
from core.problem.metrics import snr
from core.problem.scan import Scan
from core.ui.learned import convolution, plugged, prior, supervised, untrained
from core.ui.learned.changes import changes
from core.ui.learned.course import relative_error
from core.ui.learned.plug import overdone
from core.ui.learned.schemes import COLUMN, ROW
from core.ui.learned.settling import verdict
from core.ui.learned.unrolled_families import FAMILIES
from core.ui.style import LineStyle
from core.ui.workbench.displayed_result import Entry

FORMS = {form.method: form for family in FAMILIES.values() for form in family.forms.values()}


def entry(images, method=None, **columns) -> Entry:
    names = (*COLUMNS, *(name for name in columns if name not in COLUMNS))
    table = np.full((len(names), len(images)), np.nan)
    table[0] = np.arange(len(images))
    for name, values in columns.items():
        table[names.index(name)] = values
    return Entry(
        letter="A",
        method=method or UNet(),
        image=images[-1],
        history=History(names=names, table=table),
        snapshots=[Snapshot(iteration=n, image=image) for n, image in enumerate(images)],
        stop="finished",
        style=LineStyle(colour="#000000"),
    )


# The idea


def test_the_gradient_of_the_lesson_is_that_of_its_loss():
    lesson, at, step = supervised.lesson(), np.array([0.3, -0.7]), 1e-6
    differences = [
        float(lesson.loss(at + step * e) - lesson.loss(at - step * e)) / (2 * step)
        for e in np.eye(2)
    ]
    everything = np.arange(supervised.PAIRS)
    np.testing.assert_allclose(lesson.gradient(at, everything), differences, rtol=1e-6)


def test_descent_over_all_pairs_never_rises_and_mini_batches_come_near():
    every, few = supervised.descent(supervised.PAIRS, 0.1), supervised.descent(4, 0.1)
    lesson = supervised.lesson()
    lowest = float(lesson.loss(np.polyfit(lesson.x, lesson.y, 1)))
    assert (np.diff(lesson.loss(every)) <= 1e-12).all()
    assert float(lesson.loss(every[-1])) < 1.01 * lowest
    assert lowest < float(lesson.loss(few[-1])) < 1.5 * lowest


def unet(scales, channels=1):
    """The U-Net of the page's table, spelled out in PyTorch."""
    conv = lambda i, o, stride=1: torch.nn.Conv2d(i, o, 3, stride, 1, bias=False)  # noqa: E731
    down = [torch.nn.Sequential(conv(channels, channels), conv(channels, channels))]
    down += [
        torch.nn.Sequential(
            conv(channels, channels, 2), conv(channels, channels), conv(channels, channels)
        )
        for _ in range(scales - 1)
    ]
    up = [
        torch.nn.ModuleList(
            [
                torch.nn.ConvTranspose2d(channels, channels, 2, 2, bias=False),
                torch.nn.Sequential(conv(2 * channels, channels), conv(channels, channels)),
            ]
        )
        for _ in range(scales - 1)
    ]
    return torch.nn.ModuleList(down), torch.nn.ModuleList(up)


@pytest.mark.parametrize("scales", [1, 2, 3, 4])
def test_what_a_unet_sees_and_weighs_is_what_pytorch_finds(scales):
    down, up = unet(scales)
    for weights in (*down.parameters(), *up.parameters()):
        torch.nn.init.ones_(weights)
    x = torch.zeros(1, 1, 256, 256, requires_grad=True)
    passed, y = [], x
    for part in down:
        y = part(y)
        passed.append(y)
    passed.pop()
    for enlarge, merge in reversed(up):
        y = merge(torch.cat([enlarge(y), passed.pop()], dim=1))
    # How many coarse pixels some fine ones touch depends on where they lie: take the widest.
    widths = []
    for column in range(128, 128 + 2 ** (scales - 1)):
        (seen,) = torch.autograd.grad(y[0, 0, 128, column], x, retain_graph=True)
        columns = torch.nonzero(seen[0, 0].abs().sum(0))
        widths.append(int(columns.max() - columns.min()) + 1)
    assert convolution.field_of_unet(scales) == max(widths)

    down, up = unet(scales, convolution.CHANNELS)
    count = sum(w.numel() for w in (*down.parameters(), *up.parameters()))
    assert convolution.weights_of_unet(scales) == count


def test_a_filter_of_the_page_is_a_convolution_of_pytorch():
    random = np.random.default_rng(0)
    image, kernel = random.random((12, 12), np.float32), random.random((3, 3), np.float32)
    expected = torch.nn.functional.conv2d(
        torch.from_numpy(image)[None, None], torch.from_numpy(kernel)[None, None], padding=1
    )
    np.testing.assert_allclose(convolution.layer(image, kernel), expected[0, 0], rtol=1e-5)


def test_an_untrained_network_paints_smoother_with_every_enlargement():
    def roughness(image):
        return float(np.square(np.diff(image)).mean() / image.var())

    rough = [roughness(untrained.painted(scales, 0)) for scales in (0, 2, 4)]
    assert rough[0] > 4 * rough[1] > 16 * rough[2]


def test_plugging_in_nothing_is_gradient_descent():
    scan = Scan(size=64, beam=ParallelBeam(views=EvenViews(angles=12), detectors=46))
    iterates = plugged.plug_in(scan, plugged.DENOISERS["Total variation"], 0.0)
    operator, data = scan.operator(), scan.simulate().data
    misfits = [float(np.square(operator.project(m) - data).sum()) for m in iterates]
    assert (np.diff(misfits) < 0).all()
    plain = iterates[3] - operator.back_project(operator.project(iterates[3]) - data) / np.float32(
        operator.norm_squared
    )
    np.testing.assert_allclose(iterates[4], plain, atol=1e-6)


@pytest.mark.parametrize(
    "scheme",
    [untrained.SCHEME, *(form.scheme for form in FORMS.values())],
    ids=["prior", *FORMS],
)
def test_a_scheme_is_a_drawing_in_which_nothing_overlaps(scheme):
    drawing = ElementTree.fromstring(scheme.svg())
    width, height = map(float, drawing.attrib["viewBox"].split()[2:])
    boxes = []
    for node in scheme.nodes.values():
        (x, y), (wide, high) = node.centre, node.half
        assert x - wide >= 0
        assert x + wide <= width + COLUMN / 2
        assert y - high >= 0
        assert y + high <= height + ROW / 2
        boxes.append((x - wide, y - high, x + wide, y + high))
    for number, a in enumerate(boxes):
        for b in boxes[number + 1 :]:
            assert a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]
    for start, end in scheme.arrows:
        assert {start, end} <= scheme.nodes.keys()


# The zoo


def test_plug_and_play_stands_on_the_denoiser():
    assert PlugAndPlay().network == RED().network == "denoiser"
    assert UNet().network == "unet"


def test_a_change_is_an_iterate_minus_the_one_before():
    images = [np.full((4, 4), value, np.float32) for value in (0.0, 1.0, 3.0)]
    found = changes(entry(images), [0, 1, 2, 5])
    assert [float(change[0, 0]) for change in found] == [0, 1, 2, 0]


# Deep image prior and plug-and-play


def test_the_relative_error_is_that_of_the_images():
    random = np.random.default_rng(1)
    truth = random.random((8, 8)).astype(np.float32)
    image = truth + np.float32(0.1) * random.standard_normal((8, 8)).astype(np.float32)
    found = relative_error(entry([image], snr=[snr(image, truth)]).history)
    expected = np.linalg.norm(image - truth) / np.linalg.norm(truth)
    assert math.isclose(float(found[0]), float(expected), rel_tol=1e-5)


def test_what_is_said_of_a_prior_looks_at_its_loss():
    images = [np.zeros((4, 4), np.float32)] * 4

    def said(snr, loss):
        return prior.verdict(entry(images, snr=snr, loss=loss).history, noisy=True)

    assert "is still falling" in said([1, 5, 9, 12], [4, 3, 2, 1])
    assert "has not risen by more than 2 %" in said([1, 5, 9, 8.9], [4, 3, 2, 1])
    rises = [1, 9, 8, 6]
    assert "the loss went on falling and the error rose to 50.1 %" in said(rises, [4, 3, 2, 1])
    assert "was noise" in said(rises, [4, 3, 2, 1])
    words = said(rises, [4, 1, 2, 3])
    assert "**step 1**" in words
    assert words.endswith("Since then the error rose to 50.1 %.")


def test_what_changes_less_and_less_settles():
    images = [np.zeros((4, 4), np.float32)] * 60
    falling, steady = 0.5 ** np.arange(60.0), np.full(60, 0.1)
    assert "it is settling" in verdict(entry(images, change=falling))
    still = np.geomspace(0.1, 0.005, 60)
    assert "still on its way" in verdict(entry(images, change=still))
    assert "does not settle" in verdict(entry(images, change=steady))
    assert "has diverged" in verdict(replace(entry(images, change=steady), stop="diverged"))
    assert "too few" in verdict(entry(images[:5], change=steady[:5]))


@pytest.mark.parametrize("solver", ["proximal_gradient", "admm", "gradient_step"])
def test_the_overdone_twin_breaks_its_bound(solver):
    assert overdone(PlugAndPlay(solver=solver)).caution()
    assert overdone(RED()).caution()
