"""The steps that turn what a detector counted into line integrals about a known axis.

One file, one step: what it declares is a control of the sidebar, a part of the link and an option
of the command line. They are applied in the order of their `order`.
"""

import sys

from core.discovery import members_of
from core.problem.preparation.steps.base import Prepared, Step

__all__ = ["STEPS", "Prepared", "Step"]

STEPS: tuple[type[Step], ...] = members_of(sys.modules[__name__], Step)  # type: ignore[type-abstract]
"""Every step, in the order in which they are applied."""
