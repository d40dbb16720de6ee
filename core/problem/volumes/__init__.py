"""The volumes that can be scanned: one file for each."""

import sys

from core.description import Family
from core.discovery import members_of
from core.problem.volumes.base import VolumeImage

__all__ = ["VOLUMES", "VolumeImage"]

VOLUMES = Family(
    name="image",
    prefix="image_",
    members=members_of(sys.modules[__name__], VolumeImage),
    help="What lies in the scanner.",
)
"""Every source of volumes."""
