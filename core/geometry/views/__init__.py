"""At which angles the gantry stops: one file for each way of choosing them."""

import sys

from core.description import Family
from core.discovery import members_of
from core.geometry.views.base import Views
from core.geometry.views.even import EvenViews

__all__ = ["VIEWS", "EvenViews", "Views"]

VIEWS = Family(
    name="spacing",
    title="Views",
    members=members_of(sys.modules[__name__], Views),
    help="How the angles of the views are chosen.",
    place="more",
)
"""Every way of choosing the angles of the views."""
