"""The steps of the page."""

from collections.abc import Mapping

from core.problem.measurement import Source
from core.ui.compare import overview
from core.ui.lesson import show_with_torch, steps


def show(source: Source, titles: Mapping[str, str]) -> None:
    """Draw the step that is open."""
    step, place = steps(titles)
    with place:
        if step == "overview":
            overview.show()
        else:
            show_with_torch(f"core.ui.compare.{step}_step", source)
