"""What goes wrong in a scanner: one file for each imperfection; several may be on at once."""

import sys

from core.description import Family
from core.discovery import members_of
from core.problem.imperfections.base import (
    BeamImperfection,
    Cure,
    DetectorImperfection,
    Imperfection,
    Recorded,
    Scene,
)

__all__ = [
    "IMPERFECTIONS",
    "BeamImperfection",
    "Cure",
    "DetectorImperfection",
    "Imperfection",
    "Recorded",
    "Scene",
]

IMPERFECTIONS = Family(
    name="imperfections",
    members=members_of(sys.modules[__name__], Imperfection),
    help="What is wrong with the scanner.",
)
"""Every imperfection, in the order in which the rays meet them."""
