"""What the gain over total variation is worth: by subject, on common images, on a finer grid.

Four doubts about a mean over all slices. The slices of one head are nearly one image, so the
subjects are counted, and each is shown. Some methods have seen fewer images, so all are compared on
those that every one of them has seen. And the data came from the matrix that inverts them, so the
gain is shown on the same images with data of a finer grid. Last, what gains in PSNR may lose in
SSIM: that has a table of its own.
"""

from collections.abc import Mapping, Sequence

from core.evaluation.summary import Summary
from core.number_format import mean_text
from core.spread import Spread


def gain_table(
    group: Sequence[Summary], titles: Mapping[str, str] | None = None
) -> tuple[list[str], list[list[str]]]:
    """Headings and cells for the summaries of several subjects taken together, in their order.

    `titles` are the names of methods and subjects for people, where they are not those of the
    file. Columns that no method has are left out.
    """
    group = [one for one in group if one.gain is not None]
    found = [(one.method, one.gain, one.gains) for one in group]
    headings, cells = _by_subject(found, titles or {}, " / dB", "+.2f")
    if len({one.images for one in group}) > 1:
        shared = max((one.common_images for one in group), default=0)
        headings.append(f"{shared} common images / dB")
        for one, row in zip(group, cells, strict=True):
            row.append(_gain(one.common_gain))
    if any(one.finer_gain for one in group):
        headings += ["finer grid / dB", "its images, same grid / dB", "of images"]
        for one, row in zip(group, cells, strict=True):
            row += [_gain(one.finer_gain), _gain(one.usual_gain)]
            row.append(str(one.finer_images) if one.finer_gain else "–")
    return headings, cells


def ssim_table(
    group: Sequence[Summary], titles: Mapping[str, str] | None = None
) -> tuple[list[str], list[list[str]]]:
    """The same for the SSIM over that of total variation: on all subjects, and on each."""
    found = [(one.method, one.ssim_gain, one.ssim_gains) for one in group if one.ssim_gain]
    return _by_subject(found, titles or {}, "", "+.3f")


def _by_subject(
    found: Sequence[tuple[str, Spread | None, Mapping[str, Spread]]],
    names: Mapping[str, str],
    unit: str,
    form: str,
) -> tuple[list[str], list[list[str]]]:
    """A line for each method, its value on all subjects and on each; `unit` is in the headings."""
    subjects = list(dict.fromkeys(name for *_, each in found for name in each))
    headings = ["method", f"subjects{unit}", *(f"{names.get(x, x)}{unit}" for x in subjects)]
    cells = [
        [
            names.get(method, method),
            _gain(together, form),
            *(_gain(each.get(subject), form) for subject in subjects),
        ]
        for method, together, each in found
    ]
    return headings, cells


def _gain(spread: Spread | None, form: str = "+.2f") -> str:
    return "–" if spread is None else mean_text(*spread, form)
