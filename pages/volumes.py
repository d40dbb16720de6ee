"""Volumes: parallel and cone beams in three dimensions, in the order in which one teaches them."""

from core.ui import shell

with shell.page(
    "Volumes",
    "A head is scanned in three dimensions and inverted here, and three lessons follow that no "
    "picture in two dimensions can show.",
    equation="d = G\\,m + n, \\quad m \\in \\mathbb R^{n^3}",
    volumes=True,
) as scan:
    from core.ui.lesson import steps
    from core.ui.volumes import orbits, reconstruct, scan_step, truncation, whole

    STEPS = {
        "scan": ("1 · The scan", scan_step.show),
        "reconstruct": ("2 · Reconstruct", reconstruct.show),
        "circle": ("3 · What a circle cannot see", orbits.show),
        "whole": ("4 · Why in three dimensions", whole.show),
        "truncation": ("5 · Truncation", truncation.show),
    }
    step, place = steps({name: title for name, (title, _) in STEPS.items()})
    with place:
        STEPS[step][1](scan)
