"""The steps of the page."""

from collections.abc import Mapping

from core.problem.scan import Scan
from core.ui.compare import overview
from core.ui.lesson import show_with_torch, steps
from core.ui.scan.source import source_for


def show(scan: Scan, titles: Mapping[str, str]) -> None:
    """Draw the step that is open, for the measured data where they are chosen."""
    source = source_for(scan)
    step, place = steps(titles)
    with place:
        if step == "overview":
            overview.show()
        else:
            show_with_torch(f"core.ui.compare.{step}_step", source)
