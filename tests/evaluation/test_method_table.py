"""The table of all methods: the same scores as one solve by itself, in Markdown."""

import pytest

from core.cli.commands import main
from core.evaluation.method_table import TableRow, as_markdown, score_rows
from core.methods.cgls import CGLS
from core.methods.fbp import FBP
from core.methods.support.reconstruction import reconstruct
from core.problem.images import StoredImage, demo_sets
from core.problem.noise import GaussianNoise, NoNoise
from core.problem.scan import Scan

NOISE = GaussianNoise(level=0.01)


def test_rows_are_means_over_the_slices_of_each_set():
    calls = []
    rows = list(
        score_rows(
            [FBP(), CGLS(iterations=3)],
            2,
            noises=[NOISE],
            size=64,
            advance=lambda: calls.append(1),
        )
    )
    assert [(row.set, row.method) for row in rows] == [
        (entry.name, method) for entry in demo_sets() for method in ("fbp", "cgls")
    ]
    assert len(calls) == 2 * len(rows)

    last = demo_sets()[0].slices - 1
    alone = [
        reconstruct(
            CGLS(iterations=3),
            Scan(image=StoredImage(slice=n), noise=NOISE, size=64).simulate(),
        ).history
        for n in (0, last)
    ]
    for measure in ("snr", "psnr", "ssim"):
        first, second = (history.last(measure) for history in alone)
        assert rows[1].means[measure] == pytest.approx((first + second) / 2, rel=1e-4)
        # Of two values, half their difference times √2.
        deviation = abs(first - second) / 2**0.5
        assert rows[1].deviations[measure] == pytest.approx(deviation, rel=1e-2)
    assert rows[1].means["seconds"] > 0
    finer = [
        reconstruct(
            CGLS(iterations=3),
            Scan(image=StoredImage(slice=n), noise=NOISE, size=64, finer_grid=True).simulate(),
        ).history.last("snr")
        for n in (0, last)
    ]
    assert rows[1].means["finer"] == pytest.approx(sum(finer) / 2, rel=1e-4)
    assert rows[1].means["finer"] != pytest.approx(rows[1].means["snr"], abs=1e-3)


def test_markdown_has_a_table_for_each_set_and_noise():
    def row(name, noise, method):
        return TableRow(
            set=name,
            noise=noise,
            method=method,
            slices=10,
            means={"snr": 18.256, "finer": 17.5, "psnr": 27.8, "ssim": 0.61249, "seconds": 0.3},
            deviations={"snr": 1.0, "finer": 0.9, "psnr": 0.5, "ssim": 0.02, "seconds": 0.01},
        )

    text = as_markdown(
        [row("a", NoNoise(), "fbp"), row("a", NoNoise(), "cgls"), row("a", NOISE, "fbp")]
    )
    assert text.count("| method |") == 2
    assert "**a, 10 slices, clean**" in text
    assert "**a, 10 slices, 1% noise**" in text
    assert (
        "| cgls | 18.26 ± 1.00 | 17.50 ± 0.90 | 27.80 ± 0.50 | 0.612 ± 0.020 | 0.30 ± 0.01 |"
        in text
    )


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["table", "magical"], "Family must be one of direct, classical"),
        (["table", "classical", "--slices", "0"], "Slices must be from 1 to"),
    ],
)
def test_the_command_refuses_with_a_sentence(arguments, sentence, capsys):
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_the_command_prints_the_table(monkeypatch, capsys):
    monkeypatch.setattr("core.cli.table.NOISES", (NoNoise(),))
    monkeypatch.setattr("core.cli.table.METHODS", (FBP,))
    assert main(["table", "direct", "--slices", "1"]) == 0
    printed = capsys.readouterr().out
    assert [f"**{entry.name}, 1 slices, clean**" in printed for entry in demo_sets()] == [True] * 2
    assert printed.count("| fbp |") == 2
    assert "±" not in printed  # one slice has no deviation
