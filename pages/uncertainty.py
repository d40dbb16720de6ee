"""Uncertainty: many images that the data allow, and whether their spread is honest."""

from core.ui import shell

STEPS = {
    "known": "1 · A known answer",
    "plausible": "2 · Plausible pictures",
    "honest": "3 · Is it honest?",
    "lesion": "4 · The lesion question",
    "networks": "5 · Networks",
}

with shell.page(
    "Uncertainty",
    "How sure is it? In place of one picture, many that the data allow; and a test whether their "
    "spread says how wrong they are.",
    equation=r"p(m \mid d) \propto p(d \mid m)\, p(m)",
) as scan:
    from core.ui.lesson import show_with_torch, steps

    step, place = steps(STEPS)
    with place:
        show_with_torch(f"core.ui.uncertainty.{step}", scan)
