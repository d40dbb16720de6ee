"""`python -m core train`: networks trained one after the other, and what each was trained on."""

import sys
from dataclasses import replace

from tqdm import tqdm

from core.errors import InputError, require_number
from core.markdown_table import markdown_table
from core.networks import weights
from core.networks.catalogue import PLANS, plan_named
from core.networks.training.training import NothingLeftError, Report, Settings, train
from core.networks.training.training_hours import hours_planned


def train_networks(
    network: str | None,
    *,
    steps: int | None,
    seed: int,
    threads: int,
    fresh: bool,
    further: bool,
    queue: bool = False,
) -> None:
    """Train one network, `all`, or those of the `queue`, and say where their weights are.

    The queue are the networks that have not been trained as long as planned, the one that is
    furthest from its plan first; each goes on from its weights, or its interrupted training.

    Raises
    ------
    InputError
        If there is no such network, none is named, the loss is not finite, or nothing is left
        to be done for the one that is named. Of several, all others are trained before.
    """
    if steps is not None:
        require_number("Steps", steps, low=1, high=10_000_000, whole=True)
    require_number("Threads", threads, low=1, high=256, whole=True)
    require_number("Seed", seed, low=0, high=2**32 - 1, whole=True)
    if (network is None) != queue:
        raise InputError(
            f"Name a network, `all`, or --queue, and one of them only; "
            f"the networks are {', '.join(PLANS)}."
        )
    settings = Settings(
        name=network or "", steps=steps, seed=seed, threads=threads, fresh=fresh, further=further
    )
    if network is not None and network != "all":
        plan_named(network)
        _train(settings)
        return
    names = queued() if queue else list(PLANS)
    if not names:
        print("Every network has been trained as long as planned.")
    failed = []
    for name in names:
        begun = further or (queue and weights.steps_made(name) > 0)
        try:
            _train(replace(settings, name=name, further=begun))
        except InputError as error:
            print(error, file=sys.stderr)
            if not isinstance(error, NothingLeftError):
                failed.append(name)
    if failed:
        raise InputError(f"The training of {', '.join(failed)} failed; the lines above say why.")


def queued() -> list[str]:
    """The networks that have made fewer steps than planned, least of its plan first."""
    shares = {name: weights.steps_made(name) / plan.steps for name, plan in PLANS.items()}
    return sorted((name for name, share in shares.items() if share < 1), key=shares.__getitem__)


def trainings_table() -> str:
    """What each network was trained on, and how long, as a Markdown table."""
    rows = []
    for name, plan in PLANS.items():
        try:
            card = weights.card_of(name)
        except InputError:
            card = {"steps": 0, "batch": plan.batch, "seconds": 0, "start_from": "–"}
        card = weights.completed(name, card)
        made = card["seconds"] / 3600
        hours = f"{made:.1f}"
        if card["steps"]:
            hours += f" of {hours_planned(name, card):.1f}"
        changed = card.get("augmentation", "none")
        seen = (card["data"], card.get("people", ""), "" if changed == "none" else changed)
        rows.append(
            (
                name,
                "; ".join(filter(None, seen)),
                card["start_from"],
                card["scan"],
                f"{card['steps']} of {plan.steps}",
                str(card["batch"]),
                hours,
            )
        )
    heading = ["network", "trained on", "begun from", "scan", "steps", "batch", "hours"]
    return markdown_table(heading, rows, align="llllrrr")


def _train(settings: Settings) -> None:
    with tqdm(desc=settings.name, unit="step") as bar:

        def write(report: Report) -> None:
            bar.total = report.steps
            bar.n = report.step
            bar.refresh()
            scores = "  ".join(
                f"{name} {score:.2f} dB" for name, score in (report.scores or {}).items()
            )
            left = (report.steps - report.step) / report.rate / 60
            bar.write(
                f"step {report.step} of {report.steps}, {report.rate:.2f} steps a second, "
                f"{left:.0f} minutes left, loss {report.loss:.3f}  {scores}".rstrip()
            )

        kept = train(settings, write)
    path = weights.path_of(settings.name)
    if kept:
        print(f"The weights are in {path}.")
    else:
        print(f"{path} validates better and stays as it is. To train on, ask for more --steps.")
