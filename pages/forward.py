"""The forward model: how an image becomes data, in the order in which one teaches it."""

from core.ui import shell

with shell.page(
    "Forward model",
    "How an image becomes data, and why the way back is hard.",
    equation="d = G\\,m + n",
    simulated=True,
) as scan:
    from core.ui.forward import (
        adjoint,
        equation,
        fourier_slice,
        imperfect,
        inverse_crime,
        matrix,
        noise,
        null_space,
        picard,
        pixel,
        view,
        visible_edges,
    )
    from core.ui.lesson import steps

    STEPS = {
        "equation": ("1 · The equation", equation.show),
        "view": ("2 · One view", view.show),
        "pixel": ("3 · One pixel", pixel.show),
        "noise": ("4 · Noise", noise.show),
        "matrix": ("5 · The matrix", matrix.show),
        "unseen": ("6 · What is not seen", null_space.show),
        "adjoint": ("7 · The adjoint", adjoint.show),
        "crime": ("8 · Inverse crime", inverse_crime.show),
        "imperfect": ("9 · Artefacts", imperfect.show),
        "slice": ("10 · The ramp", fourier_slice.show),
        "picard": ("11 · Ill-posed", picard.show),
        "edges": ("12 · Visible edges", visible_edges.show),
    }
    step, place = steps({name: title for name, (title, _) in STEPS.items()})
    with place:
        STEPS[step][1](scan)
