"""How long the training of a network takes, from what its card says of the steps made so far."""

from collections.abc import Mapping
from typing import Any

from core.networks.catalogue import plan_named


def hours_planned(name: str, card: Mapping[str, Any]) -> float:
    """How long a plan takes on what its network was trained on, from its card.

    Networks for the published ellipses have grown while they were trained, and each of their steps
    costs the same: the last tenth of them gives the pace. Other networks begin with small images.
    It is never less than what the steps so far have taken and those that are left will take.
    """
    plan, curve = plan_named(name), card["curve"]
    steps, seconds = card["steps"], card["seconds"]
    if plan.benchmark:
        first = next((one for one in curve if one["step"] >= 0.9 * steps), curve[-1])
        if first["step"] < steps:
            steps, seconds = steps - first["step"], seconds - first["seconds"]
    pace, left = seconds / steps, max(0, plan.steps - card["steps"])
    return float(max(plan.steps * pace, card["seconds"] + left * pace) / 3600)
