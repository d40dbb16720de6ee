"""The methods that can be evaluated side by side here: those whose weights are installed."""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache
from typing import Any

from core.errors import InputError
from core.methods import METHODS, method_named
from core.methods.admm import ADMM
from core.methods.base import Method
from core.methods.fbp import FBP
from core.methods.support.trained import EllipseNetwork, TrainedNetwork
from core.problem.image_files import changed_at
from core.studies.evaluated_method import EvaluatedMethod

TUNED_TV = EvaluatedMethod(
    method=ADMM(prior="tv_nonnegative", iterations=60, inner_iterations=40, fast=True),
    label="tv",
    heading="Total variation, tuned",
    tuning="oracle",
)
"""Total variation at its best. Every weight is tried by as many iterations, enough to converge."""

AVERAGED = "_averaged"
"""What the label of a network ends in whose image is the mean over all orientations."""
ORIENTATIONS = 8


def averaged_title(title: str) -> str:
    """The name for people of a network whose image is the mean over all orientations."""
    return f"{title}, {ORIENTATIONS} orientations"


def averaged(network: TrainedNetwork) -> EvaluatedMethod:
    """A trained network whose image is the mean over all orientations, as it is evaluated."""
    return EvaluatedMethod(
        method=replace(network, orientations=ORIENTATIONS),
        label=f"{network.name}{AVERAGED}",
        heading=averaged_title(network.title),
    )


def available_methods() -> tuple[tuple[EvaluatedMethod, ...], tuple[str, ...]]:
    """The methods for heads, and in sentences why others are not available: no weights."""
    learned, absent = _installed(
        method
        for method in METHODS
        if method.family == "learned" and not issubclass(method, EllipseNetwork)
    )
    return (EvaluatedMethod(method=FBP()), TUNED_TV, *learned), absent


def all_methods() -> tuple[tuple[EvaluatedMethod, ...], tuple[str, ...]]:
    """The same for the methods of all families, each with its defaults."""
    return _installed(METHODS)


def _installed(
    methods: Iterable[type[Method]],
) -> tuple[tuple[EvaluatedMethod, ...], tuple[str, ...]]:
    present, absent = [], []
    for method in methods:
        try:
            training_card(method.name)
        except InputError as error:
            absent.append(str(error))
        else:
            present.append(EvaluatedMethod(method=method()))
    return tuple(present), tuple(dict.fromkeys(absent))


def training_card(name: str) -> dict[str, Any]:
    """The model card of the network behind a method; empty for a method without training.

    Raises `InputError` when its weights are missing or damaged.
    """
    network = method_named(name).network
    if network is None:
        return {}
    from core.networks.weights import path_of

    return _card(network, changed_at(path_of(network)))


@lru_cache(maxsize=16)
def _card(network: str, changed: int) -> dict[str, Any]:
    """The card of a file as it was at one time: pages ask for it several times a second."""
    from core.networks.weights import card_of

    return card_of(network)
