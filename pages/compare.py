"""Compare: all methods on one scan, along a sweep, and what is known of each."""

from core.ui import shell

STEPS = {
    "scan": "1 · All methods on this scan",
    "sweep": "2 · Along a sweep",
    "overview": "3 · What is known of each",
}

with shell.page(
    "Compare",
    "One scan, all methods: how near each comes to the truth, how well it explains the data, and "
    "how long it takes.",
    equation=r"\hat m = \mathcal R_\lambda(d)",
) as scan:
    from core.ui.compare.page import show

    show(scan, STEPS)
