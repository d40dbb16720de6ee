"""Step 3: the workbench with the proximal methods."""

from core.problem.scan import Scan
from core.ui.proximal.theory import theory_tab
from core.ui.scan.source import source_for
from core.ui.workbench.parameter_selection import choosing_tab
from core.ui.workbench.scenes import scenes_tab
from core.ui.workbench.workbench import workbench


def show(scan: Scan) -> None:
    """Draw the workbench."""
    workbench(
        source_for(scan),
        families=("proximal",),
        defaults=("proximal_gradient", "admm"),
        more=("regularised_least_squares", "fbp"),
        tabs={
            "Why it works": theory_tab,
            "Choosing σ": choosing_tab,
            "Things to try": lambda *_: scenes_tab("try_proximal", scan),
        },
    )
