"""Priors: what an image should look like, as functions with a proximal operator."""

from core.methods.priors.base import INNER_RULES, Form, InnerLoop, Prior, Split
from core.methods.priors.compatibility import (
    NAMES,
    PRIORS,
    prior_named,
    priors_for,
    refusal,
    require_pair,
    value_of,
)

__all__ = [
    "INNER_RULES",
    "NAMES",
    "PRIORS",
    "Form",
    "InnerLoop",
    "Prior",
    "Split",
    "prior_named",
    "priors_for",
    "refusal",
    "require_pair",
    "value_of",
]
