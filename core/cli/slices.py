"""How many slices of each set of images a command takes."""

from core.errors import InputError, require_number
from core.problem.images import demo_sets, images_trouble


def check_slices(slices: int) -> None:
    """Raise `InputError` where a set has not so many slices, or where the images are missing."""
    if sentence := images_trouble():
        raise InputError(sentence)
    fewest = min(entry.slices for entry in demo_sets())
    require_number("Slices", slices, low=1, high=fewest, whole=True)
