"""Step: when it breaks. Four experiments on what learned methods do where nobody taught them."""

from core.problem.scan import Scan
from core.ui.learned import breaks_lesion, breaks_sweep, breaks_unseen, breaks_worst
from core.ui.learned.candidates import candidates
from core.ui.lesson import steps

EXPERIMENTS = {
    "sweep": ("Away from the training", breaks_sweep.show),
    "lesion": ("The lesion test", breaks_lesion.show),
    "worst": ("Worst-case noise", breaks_worst.show),
    "unseen": ("What the data did not say", breaks_unseen.show),
}


def show(scan: Scan) -> None:
    """Draw the choice of methods, and the experiment that is open."""
    chosen = candidates(scan)
    name, place = steps({key: title for key, (title, _) in EXPERIMENTS.items()}, name="experiment")
    with place:
        EXPERIMENTS[name][1](scan, chosen)
