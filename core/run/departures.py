"""In which ways a scan is unlike those that a network was trained on."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from core.problem.errors import InputError
from core.problem.geometry import FanBeam
from core.problem.images import Phantom
from core.problem.scan import Scan
from core.run.lineup import training_card

NOTICE = (
    "This scan is outside of what was trained for. The picture of a network looks as sure as ever:"
)


def training_notice(scan: Scan, methods: Mapping[str, str]) -> str:
    """What to say of methods that meet a scan unlike those of their training; "" if none does.

    `methods` has the name of each method under the title that stands in the notice, a list in
    Markdown with one line for all methods of which the same is to be said. A method whose weights
    are missing says so by itself.
    """
    titles: dict[str, list[str]] = {}
    for title, name in methods.items():
        with suppress(InputError):
            ways = "; ".join(departures(scan, training_card(name)))
            titles.setdefault(ways, []).append(title)
    lines = [f"- {', '.join(them)}: {ways}." for ways, them in titles.items() if ways]
    return "\n".join([NOTICE, "", *lines]) if lines else ""


def departures(scan: Scan, card: Mapping[str, Any]) -> list[str]:
    """In which ways a scan is unlike those in the training, each with the training's range."""
    known, beam, noise = _known(card), scan.beam, scan.noise
    found = []
    kind = "fan" if isinstance(beam, FanBeam) else "parallel"
    if "beam" in known and kind != known["beam"]:
        found.append(f"a {kind} beam, trained on a {known['beam']} one")
    if scan.projector != known.get("projector", scan.projector):
        found.append(f"the {scan.projector} projector, trained on {known['projector']}")
    numbers = {
        "size": (scan.size, 1, "{:g} pixels across", "{:g}"),
        "angles": (beam.angles, 1, "{:g} views", "{:g}"),
        "arc_deg": (beam.arc_deg, 1, "an arc of {:g}°", "{:g}°"),
    }
    if kind == known.get("beam"):
        field = beam.detectors * beam.detector_width / scan.size
        numbers["detector_width"] = (beam.detector_width, 1, "detectors of {:g} px", "{:g} px")
        numbers["covered"] = (field, 100, "detectors along {:.3g} % of the side", "{:g} %")
    if noise.kind == "gaussian":
        numbers["noise"] = (noise.level, 100, "{:g} % noise", "{:g} %")
    elif noise.kind == "poisson" and "noise" in known:
        found.append("photon noise, trained on Gaussian noise only")
    for name, (value, factor, words, form) in numbers.items():
        low, high = known.get(name, (value, value))
        if not low <= value <= high:
            ends = dict.fromkeys(form.format(round(factor * end, 6)) for end in (low, high))
            found.append(
                f"{words.format(round(factor * value, 6))}, trained on " + " to ".join(ends)
            )
    if isinstance(scan.image, Phantom) and "heads" in card.get("data", ""):
        found.append("a phantom, trained on heads")
    return found


def _known(card: Mapping[str, Any]) -> Mapping[str, Any]:
    """The range of a card; where it is silent, what the program trains this network on."""
    from core.networks.catalogue import PLANS

    plan = PLANS.get(card.get("name", ""))
    usual = plan.task().card["range"] if plan else {}
    return {**usual, **card.get("range", {})}
