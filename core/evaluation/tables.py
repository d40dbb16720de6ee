"""The scores as Markdown and as JSON, published ones beside them."""

import json
import math
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from core.evaluation.gain_table import gain_table, ssim_table
from core.evaluation.published import PUBLISHED, Published
from core.evaluation.summary import ALL, Summary
from core.markdown_table import markdown_table
from core.number_format import mean_text

TITLES = {
    "heads": "Heads, the lecture's scan",
    "heads_finer_grid": "Heads, the lecture's scan simulated on a finer grid",
    "modality": "Another modality, the lecture's scan",
    "modality_finer_grid": "Another modality, the lecture's scan simulated on a finer grid",
    "few_views": "12 views, of heads and of another modality",
    "adler_oektem": "Ellipses of Adler & Öktem: the modified Shepp–Logan phantom",
    "dival": "Ellipses of DIVal: its first test images",
}

HEADINGS = (
    "method",
    "images",
    "over TV / dB",
    "SNR / dB",
    "SNR of TV / dB",
    "PSNR / dB",
    "SSIM",
    "residual / %",
)
PRINTED = ("published PSNR / SSIM",)

FINER_HEADINGS = ("SNR, finer grid / dB", "inverse crime / dB", "of images")
"""The SNR of data from a finer grid, how much higher it is without, and on how many images."""


def as_markdown(summaries: Sequence[Summary]) -> str:
    """One table for each benchmark, subject and level of noise; mean ± standard deviation.

    Every line is over the images of its own method, and so is what it says of total variation.
    Where subjects are taken together, a second and a third table say what the gain is worth.
    """
    parts = []
    for key in dict.fromkeys((one.benchmark, one.subject, one.noise) for one in summaries):
        group = [one for one in summaries if (one.benchmark, one.subject, one.noise) == key]
        benchmark, subject, noise = key
        subject = "all subjects" if subject == ALL else subject
        noise_text = f"{100 * noise:g} % noise" if noise else "clean"
        printed = {entry.method: entry for entry in PUBLISHED.get(benchmark, ())}
        finer = any(one.finer_images for one in group)
        headings = [*HEADINGS, *(FINER_HEADINGS if finer else ()), *(PRINTED if printed else ())]
        rows = [[*_cells(one), *(_finer_cells(one) if finer else ())] for one in group]
        if printed:
            for one, cells in zip(group, rows, strict=True):
                cells.append(_published(printed.pop(one.method, None)))
            blank = ["–"] * (len(headings) - 2)
            rows += [[name, *blank, _published(entry)] for name, entry in printed.items()]
        title = f"{TITLES[benchmark]}; {subject}, {noise_text}"
        parts.append(f"**{title}**\n")
        parts.append(markdown_table(headings, rows) + "\n")
        if any(one.gains for one in group):
            parts.append(f"**{title}: the gain over TV by subject**\n")
            parts.append(markdown_table(*gain_table(group)) + "\n")
            parts.append(f"**{title}: the SSIM over that of TV by subject**\n")
            parts.append(markdown_table(*ssim_table(group)) + "\n")
    return "\n".join(parts)


def as_json(summaries: Sequence[Summary]) -> str:
    """One line: an array of an object each; a measure is [mean, standard deviation].

    The deviation of one value is null.
    `published` has the PSNR and SSIM in print, and where, for the methods that were evaluated.
    """
    objects = []
    for one in summaries:
        printed = [p for p in PUBLISHED.get(one.benchmark, ()) if p.method == one.method]
        about = {name: _plain(value) for name, value in asdict(one).items()}
        objects.append({**about, "published": asdict(printed[0]) if printed else None})
    return json.dumps(objects, ensure_ascii=False, allow_nan=False)


def _plain(value: Any) -> Any:
    """A value of a summary for JSON, which has no NaN."""
    if isinstance(value, dict):
        return {name: _plain(spread) for name, spread in value.items()}
    if isinstance(value, tuple):
        return [None if math.isnan(number) else number for number in value]
    return value


def _cells(one: Summary) -> list[str]:
    return [
        one.method,
        str(one.images),
        "–" if one.gain is None else mean_text(*one.gain, "+.2f"),
        mean_text(*one.snr, ".2f"),
        "–" if one.reference_snr is None else mean_text(*one.reference_snr, ".2f"),
        mean_text(*one.psnr, ".2f"),
        mean_text(*one.ssim, ".3f"),
        mean_text(100 * one.residual[0], 100 * one.residual[1], ".2f"),
    ]


def _finer_cells(one: Summary) -> list[str]:
    if one.finer_snr is None or one.inverse_crime is None:
        return ["–"] * len(FINER_HEADINGS)
    crime = mean_text(*one.inverse_crime, "+.2f")
    return [mean_text(*one.finer_snr, ".2f"), crime, str(one.finer_images)]


def _published(entry: Published | None) -> str:
    if entry is None:
        return "–"
    return f"{entry.psnr:.2f}" + (f" / {entry.ssim:.3f}" if entry.ssim is not None else "")
