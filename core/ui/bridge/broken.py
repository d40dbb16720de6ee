"""Step 5: adjoints that are wrong in ways that happen, and where descent goes with them."""

from dataclasses import dataclass

import numpy as np
import streamlit as st

from core.geometry.beams import ParallelBeam
from core.geometry.views import EvenViews
from core.markdown_table import markdown_table
from core.parameter import Parameter
from core.problem.scan import Scan
from core.projection.projector import make_projector
from core.recipes.bridge import broken, checks
from core.ui import cached
from core.ui.bridge.common import code
from core.ui.controls.linked_player import linked_player
from core.ui.controls.parameter_controls import control
from core.ui.figures.curves import Series, curves
from core.ui.figures.panels import Panel, image_panels
from core.ui.lesson import text_with_equations, things_to_try
from core.ui.shell import part
from core.ui.style import BLUE, GREEN, ORANGE, PURPLE, RED, LineStyle

SIZE, ITERATIONS, FRAMES = 64, 150, 50
BEAM = ParallelBeam(views=EvenViews(angles=41), detectors=32)
SMALL, SMALL_BEAM = 12, ParallelBeam(views=EvenViews(angles=9), detectors=8)
RIGHT = "the adjoint"
COLOURS = {
    RIGHT: GREEN,
    "another projector's": BLUE,
    "a missing factor": RED,
    "angles reversed": ORANGE,
    "filtered back-projection": PURPLE,
}
MEANINGS = {
    RIGHT: "the back-projection that belongs to $G$",
    "another projector's": "forward with area weights, back with interpolation along the ray: "
    "two libraries, or two kernels of one",
    "a missing factor": "the width of a pixel or of an angle, or a factor 2 from another "
    "convention",
    "angles reversed": "the gantry turns the other way in the back-projection",
    "filtered back-projection": "a good inverse, mistaken for the adjoint",
}
ADJOINT = Parameter(name="broken.adjoint", default="angles reversed", choices=tuple(COLOURS))
FACTOR = Parameter(name="broken.factor", default=4.0, low=0.25, high=8.0)
FACTORS = (0.25, 0.5, 1, 1.5, 1.9, 2.1, 3, 4, 8)
OTHER = Parameter(name="broken.other", default="linear", choices=("linear", "line"))
WORDS = """\
PyTorch does not check a gradient that you write. With another map $B$ in place of $G^\\top$,
"gradient" descent on $\\tfrac12\\lVert Gm-d\\rVert^2$ ends where $B(Gm-d)=0$: usually at another
image. Or it never ends, if $BG$ has an eigenvalue of negative real part, or one too large for the
step. **The loss may fall all the same**: only a test shows the error."""


@dataclass(frozen=True, kw_only=True)
class Case:
    """One adjoint: its tests, its descent thinned out for the player, and what became of it.

    `right` holds the iterates with the right adjoint at the same `iterations` as `frames`.
    """

    dot_test: float
    gradcheck: bool
    losses: np.ndarray
    frames: np.ndarray
    right: np.ndarray
    iterations: np.ndarray
    behaviour: str


@part
def show(scan: Scan) -> None:
    """Descend with the adjoint chosen, beside the right one."""
    text_with_equations(
        WORDS,
        r"m \leftarrow m - \tau\,B\,(Gm - d)",
        r"\lvert\langle Gx, v\rangle - \langle x, Bv\rangle\rvert \;/\; "
        r"\lVert Gx\rVert\,\lVert v\rVert",
    )
    left, middle, right = st.columns([2, 1, 1], gap="large")
    with left:
        name = control(ADJOINT, label="Given in place of $G^\\top$")
    with middle:
        factor = float(control(FACTOR, label="The missing factor", options=FACTORS))
    with right:
        other = str(control(OTHER, label="The other projector"))
    found = cached.memoize(
        "bridge broken", scan.image, factor, other, compute=lambda: _cases(scan, factor, other)
    )
    chosen = found[name]
    one, two, three = st.columns(3)
    one.metric("Dot test", f"{chosen.dot_test:.1e}")
    two.metric("gradcheck", "passes" if chosen.gradcheck else "fails")
    three.metric("Gradient descent", chosen.behaviour)
    _pictures(name, chosen, found[RIGHT].frames[-1])
    _losses(name, found)
    st.markdown(_table(found))
    st.caption(
        f"On a scan of its own: {SIZE} × {SIZE} pixels, {BEAM.view_count} views of "
        f"{BEAM.detectors} detectors, no noise; gradcheck in float64 on {SMALL} × {SMALL} pixels."
    )
    things_to_try(
        "Which of them would you notice from the curve of the loss alone?",
        "Take a *missing factor* of 1.9 and of 2.1: a step may be as long as "
        "$2/\\lVert G\\rVert^2$, and no longer.",
    )
    constants = {"ADJOINT": name, "FACTOR": factor, "OTHER": other, "ITERATIONS": ITERATIONS}
    parts = (broken.Pair, broken.Ramp, broken.filtered_back_projection, broken.adjoints)
    code(broken, *parts, broken.dot_test, broken.gradient_check, broken.descend, **constants)


def _cases(scan: Scan, factor: float, other: str) -> dict[str, Case]:
    """Test and run every adjoint on a small parallel scan of the image."""
    operator = make_projector(SIZE, BEAM)
    adjoints = broken.adjoints(
        operator, make_projector(SIZE, BEAM, other), factor, BEAM.detector_width
    )
    exact, exact_other = (
        checks.in_double(made.matrix(), made.dims, made.dimsd)
        for made in (make_projector(SMALL, SMALL_BEAM, kind) for kind in ("strip", other))
    )
    small = broken.adjoints(exact, exact_other, factor, SMALL_BEAM.detector_width)
    data = operator.project(scan.image.read(SIZE))
    step = broken.STEP / operator.norm_squared
    runs = {
        name: list(broken.descend(broken.Pair(operator, adjoint), data, step, ITERATIONS))
        for name, adjoint in adjoints.items()
    }
    return {
        name: _case(
            run, runs[RIGHT], broken.Pair(operator, adjoints[name]), broken.Pair(exact, small[name])
        )
        for name, run in runs.items()
    }


def _case(
    run: list[broken.Iterate], right: list[broken.Iterate], pair: broken.Pair, small: broken.Pair
) -> Case:
    shown = np.unique(np.linspace(0, len(run) - 1, FRAMES).astype(int))
    return Case(
        dot_test=broken.dot_test(pair, seed=0),
        gradcheck=broken.gradient_check(small),
        losses=np.array([iterate.loss for iterate in run]),
        frames=np.stack([run[number].image for number in shown]),
        right=np.stack([right[number].image for number in shown]),
        iterations=shown,
        behaviour=broken.behaviour(run, right),
    )


def _pictures(name: str, chosen: Case, right: np.ndarray) -> None:
    ended = len(chosen.losses) <= ITERATIONS
    labels = [f"iteration {number}" for number in chosen.iterations]
    # One that diverges is shown first while there is still something to see.
    small = np.flatnonzero(chosen.losses[chosen.iterations] <= chosen.losses[0])
    linked_player(
        labels,
        list(chosen.iterations),
        name="broken.iteration",
        key="broken frame",
        alt="iteration",
        start=int(small[-1]),
        seconds=5,
        loop=False,
    )
    top = float(right.max())
    error = chosen.frames - chosen.right
    reach = min(float(np.abs(error[-1]).max()), top) or 1.0
    image_panels(
        [
            Panel(
                title="With the right adjoint",
                image=chosen.right,
                low=0,
                high=top,
                alt="The iterate with the right adjoint.",
            ),
            Panel(
                title=f"With: {name}",
                image=chosen.frames,
                low=0,
                high=top,
                caption="ended: the loss has risen without end" if ended else "",
                alt="The iterate with the adjoint chosen.",
            ),
            Panel(
                title="Their difference",
                image=error,
                low=-reach,
                high=reach,
                colormap="diverging",
                alt="The difference of the two iterates.",
            ),
        ],
        key="broken",
        columns=3,
        player="broken frame",
        tallest=300,
    )


def _losses(name: str, found: dict[str, Case]) -> None:
    top = max(case.losses[0] for case in found.values())
    curves(
        [
            Series(
                name=title,
                x=np.arange(len(case.losses), dtype=float),
                y=np.minimum(case.losses, 1e4 * top),
                style=LineStyle(colour=COLOURS[title], dash="solid" if title == name else "dot"),
                width=3 if title == name else 1.5,
            )
            for title, case in found.items()
        ],
        key="broken losses",
        x_title="iteration",
        y_title="½‖Gm − d‖²",
        log_y=True,
        alt="The loss of gradient descent with each adjoint.",
        height=300,
    )


def _table(found: dict[str, Case]) -> str:
    headings = ["given", "what it is", "dot test", "gradcheck", "gradient descent"]
    rows = []
    for title, case in found.items():
        verdict = ":green[passes]" if case.gradcheck else ":red[fails]"
        rows.append([title, MEANINGS[title], f"{case.dot_test:.0e}", verdict, case.behaviour])
    return markdown_table(headings, rows, align="llrl")
