"""In which ways a scan is unlike those that a network was trained on."""

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

from core.description import parameters_with_values, values
from core.errors import InputError
from core.geometry.views import EvenViews, Views
from core.methods.base import Method
from core.methods.support.trained import TrainedNetwork
from core.number_format import significant
from core.parameter import Parameter
from core.parameters import parameters_of
from core.problem.images import Drawing, Phantom, StoredImage, UploadedImage
from core.problem.lesion import without_lesion
from core.problem.measurement import Source
from core.problem.phantoms import RandomEllipses
from core.problem.scan import Scan
from core.studies.available_methods import training_card

NOTICE = "outside the training range. The image of a network looks equally confident:"
OWN_IMAGE = "an image of your own, which may be a head or not, trained on heads"
"""A way that is possible and not certain: only its owner knows what such an image shows."""

NOISES = {"gaussian": "Gaussian", "poisson": "photon"}
MANY = "many"
"""What the range of a card says of `spacing` or `images` that were of many kinds."""


def training_notice(scan: Source, methods: Mapping[str, str]) -> str:
    """What to say of methods that meet a scan unlike those of their training; "" if none does.

    `methods` has the name of each method under the title that stands in the notice, a list in
    Markdown with one line for all methods of which the same is to be said. A method whose weights
    are missing says so by itself.
    """
    titles: dict[str, list[str]] = {}
    for title, name in methods.items():
        with suppress(InputError):
            ways = "; ".join(out_of_distribution(scan, training_card(name)))
            titles.setdefault(ways, []).append(title)
    lines = [f"- {', '.join(them)}: {ways}." for ways, them in titles.items() if ways]
    verb = "lies" if set(titles) - {"", OWN_IMAGE} else "may lie"
    return "\n".join([f"This scan {verb} {NOTICE}", "", *lines]) if lines else ""


def within_training(scan: Source, method: type[Method]) -> bool:
    """Whether data lie within the training of a method; true where it had none."""
    if not issubclass(method, TrainedNetwork):
        return True
    try:
        return not out_of_distribution(scan, training_card(method.name))
    except InputError:  # its weights are missing
        return False


def out_of_distribution(scan: Source, card: Mapping[str, Any]) -> list[str]:
    """In which ways a scan is unlike those in the training, each with the training's range.

    The range of a card has the names of the scan's parameters: for a number its ends, for a choice
    the one that was trained on. `covered` is the length of the detector row in sides of the image,
    `images` the kind of the images, and `grids` says on which grids the data were simulated.
    """
    trained, beam = training_range(card, scan.size), scan.beam
    if not trained:
        return []  # no network, or a card that says nothing
    if not {parameter.name for parameter, _ in _declared(scan)} & set(trained):
        return _other_images(scan, trained)  # a denoiser, which knows no scanner
    ways = []
    same_kind = beam.kind == trained.get("beam", beam.kind)
    if not same_kind:
        ways.append(f"a {beam.kind} beam, trained on a {trained['beam']} one")
    if scan.kernel != trained.get("kernel", scan.kernel):
        ways.append(f"the {scan.kernel} kernel, trained on {trained['kernel']}")
    if trained.get("spacing", EvenViews.name) not in (beam.views.name, MANY):
        ways.append(f"{beam.views.kind}, trained on {EvenViews.kind}")
    for parameter, value in (*_declared(scan), *_counted(beam.views)):
        if not parameter.phrase or isinstance(value, (str, tuple)) or parameter.name not in trained:
            continue
        if parameter.name == "detector_width" and not same_kind:
            continue
        low, high = trained[parameter.name]
        if not low <= value <= high:
            ends = dict.fromkeys(parameter.with_unit(end) for end in (low, high))
            ways.append(f"{parameter.in_words(value)}, trained on {' to '.join(ends)}")
    if same_kind and "covered" in trained:
        ways += _covered(beam.detectors, scan.size / beam.detector_width, trained["covered"])
    if not isinstance(scan, Scan):
        return ways
    known = trained.get("noise", ("none", "gaussian"))
    if "noise_level" in trained and scan.noise.name not in known:
        kinds = " and ".join(word for name, word in NOISES.items() if name in known)
        ways.append(f"{scan.noise.kind}, trained on {kinds} noise only")
    if scan.finer_grid and "finer" not in trained.get("grids", ()):
        ways.append("data of a finer grid, trained on those of the image's own")
    ways += [f"{one.title.lower()}, trained on perfect scanners" for one in scan.imperfections]
    return ways + _other_images(scan, trained)


def _other_images(scan: Source, trained: Mapping[str, Any]) -> list[str]:
    """In which way the image is of another kind than those in the training."""
    kind = trained.get("images", MANY)
    if not isinstance(scan, Scan):
        return ["measured data, trained on images of heads"] if kind == "heads" else []
    image = without_lesion(scan.image)
    if kind == "ellipses" and not isinstance(image, Phantom):
        return ["an image that is no phantom, trained on random ellipses"]
    if kind != "heads" or isinstance(image, StoredImage):  # all that come with the lab are heads
        return []
    if isinstance(image, UploadedImage):
        return [OWN_IMAGE]
    few = " and a few random ellipses" if isinstance(image, RandomEllipses) else ""
    return [f"{'a drawing' if isinstance(image, Drawing) else 'a phantom'}, trained on heads{few}"]


def _declared(scan: Source) -> list[tuple[Parameter, Any]]:
    """The parameters of a scan with their values; of measured data the size and the beam."""
    if isinstance(scan, Scan):
        return parameters_with_values(scan)
    sizes = [(parameter, scan.size) for parameter in parameters_of(Scan)[:1]]
    return [*sizes, *((p, getattr(scan.beam, p.name)) for p in parameters_of(scan.beam))]


def _counted(views: Views) -> list[tuple[Parameter, float]]:
    """The number of views and their arc where these are no parameters of theirs."""
    own, counted = values(views), {"angles": views.count, "arc": views.arc}
    return [
        (parameter, counted[parameter.name])
        for parameter in parameters_of(EvenViews)
        if parameter.name in counted and parameter.name not in own
    ]


def _covered(detectors: int, along: float, ends: tuple[float, float]) -> list[str]:
    """Whether a row has as many detectors as in the training, where `along` the side go that many.

    That number need not be whole, so half a detector more or less counts as the same.
    """
    low, high = ends
    if low * along - 0.5 <= detectors <= high * along + 0.5:
        return []
    shares = dict.fromkeys(f"{100 * end:g} %" for end in (low, high))
    covered = significant(100 * detectors / along, 5)  # one in 2048 is 0.05 %
    return [f"detectors along {covered} % of the side, trained on {' to '.join(shares)}"]


def training_range(card: Mapping[str, Any], size: int) -> Mapping[str, Any]:
    """The range of a card for images of this side.

    Where the card has none, it is the one on which the program trains the network. Where it has
    `angles_at`, its views are those of images of that side; smaller ones were seen in fewer views,
    in proportion. `fewest_at` says so of the fewest alone. Sides between those of the training are
    interpolated, and others count as the nearest.
    """
    from core.networks.catalogue import PLANS

    plan = PLANS.get(card.get("name", ""))
    usual = plan.objective().card["range"] if plan else {}
    trained = {**usual, **card.get("range", {})}
    if "angles" not in trained:
        return trained
    fewest, most = trained["angles"]
    low, high = trained.get("size", (size, size))
    side = min(max(size, low), high)
    at = trained.get("angles_at", side)
    lowest = trained.get("fewest_at", at)
    return {**trained, "angles": (-(-fewest * side // lowest), -(-most * side // at))}
