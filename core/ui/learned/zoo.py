"""Step 2: the workbench with the learned methods, and what is known of each network."""

from core.problem.scan import Scan
from core.studies.out_of_distribution import within_training
from core.ui.learned.cards import cards_tab, notice
from core.ui.learned.changes import changes_row
from core.ui.learned.score_tables import scores_tab
from core.ui.scan.source import source_for
from core.ui.workbench.parameter_selection import choosing_tab
from core.ui.workbench.scenes import scenes_tab
from core.ui.workbench.workbench import workbench

COMPARED = ("fbp", "admm", "pdhg")
"""Methods of other pages to compare with."""


def show(scan: Scan) -> None:
    """Draw the workbench."""
    source = source_for(scan)
    defaults = ("learned_primal_dual", "unet") if source is scan else ("plug_and_play", "fbp")
    workbench(
        source,
        families=("learned",),
        defaults=defaults,
        tabs={
            "The networks": cards_tab,
            "Scores": scores_tab,
            "Choosing the parameter": choosing_tab,
            "Things to try": lambda *_: scenes_tab("try_learned", scan),
        },
        more=COMPARED,
        offered=lambda method: source is scan or within_training(source, method),
        notice=notice,
        row=changes_row,
    )
