"""Proximal methods: from the prox to total variation, wavelets, low rank and constraints."""

from core.ui import shell

with shell.page(
    "Proximal methods",
    "A prior need not be smooth to be useful: all that a solver asks of it is its prox.",
    equation=r"\min_m \tfrac12\lVert d - Gm\rVert^2 + \sigma\,h(Km)",
) as scan:
    from core.ui.lesson import steps
    from core.ui.proximal import fixed_point, lab, prox, race

    STEPS = {
        "prox": ("1 · The prox", prox.show),
        "condition": ("2 · From the condition to the algorithm", fixed_point.show),
        "workbench": ("3 · The workbench", lab.show),
        "race": ("4 · The race", race.show),
    }
    step, place = steps({name: title for name, (title, _) in STEPS.items()})
    with place:
        STEPS[step][1](scan)
