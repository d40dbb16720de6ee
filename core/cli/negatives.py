"""Numbers that begin with a minus, which look like options."""

import re
from collections.abc import Sequence


def with_negatives(arguments: Sequence[str]) -> list[str]:
    """The arguments with each number that begins with a minus tied to its option.

    Without that, `--start -1e-5` and `--angle-list -76,-74` would be two options each.
    """
    tied: list[str] = []
    for word in arguments:
        if tied and re.fullmatch(r"--[a-z-]+", tied[-1]) and re.match(r"-[\d.]", word):
            tied[-1] += f"={word}"
        else:
            tied.append(word)
    return tied
