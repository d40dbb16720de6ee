"""The images that can be scanned: stored slices, computed phantoms, a visitor's own file."""

from core.problem.phantoms import Phantom
from core.problem.stored import ImageSet, StoredImage, demo_set, demo_sets
from core.problem.uploads import UploadedImage

__all__ = [
    "ImageSet",
    "ImageSource",
    "Phantom",
    "StoredImage",
    "UploadedImage",
    "demo_set",
    "demo_sets",
]

ImageSource = StoredImage | Phantom | UploadedImage
"""What a scan may look at. Each has `read(size)` and a `label` for people."""
