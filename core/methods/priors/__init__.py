"""Priors: what an image should look like, as functions with a proximal operator."""

from core.methods.priors.base import INNER_RULES, Form, InnerLoop, Prior, Size, Split
from core.methods.priors.compatibility import (
    NAMES,
    PRIORS,
    prior_named,
    priors_for,
    priors_for_volumes,
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
    "Size",
    "Split",
    "prior_named",
    "priors_for",
    "priors_for_volumes",
    "refusal",
    "require_pair",
    "value_of",
]
