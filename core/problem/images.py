"""The images that can be scanned: stored slices, computed phantoms, a visitor's own file."""

from pathlib import Path

from core.description import Family
from core.errors import InputError, quoted
from core.problem.drawing import Drawing
from core.problem.file_names import file_in, numbered
from core.problem.lesion import Lesion, PlainImage, WithLesion, parse_lesion
from core.problem.phantoms import Phantom, RandomEllipses, SheppLogan
from core.problem.stored import ImageSet, StoredImage, demo_set, demo_sets, images_trouble
from core.problem.uploads import UploadedImage, UploadInfo, open_upload

__all__ = [
    "IMAGES",
    "Drawing",
    "ImageSet",
    "ImageSource",
    "Lesion",
    "Phantom",
    "PlainImage",
    "RandomEllipses",
    "SheppLogan",
    "StoredImage",
    "UploadInfo",
    "UploadedImage",
    "WithLesion",
    "demo_set",
    "demo_sets",
    "image_file",
    "images_trouble",
    "open_upload",
    "parse_image",
    "parse_lesion",
]

IMAGES = Family(
    name="image",
    prefix="image_",
    members=(StoredImage, SheppLogan, RandomEllipses, UploadedImage, Drawing),
    help="What lies in the scanner.",
    default="colin27",
)
"""Every source of images."""

DRAWN = f"{Drawing.name}:"
"""What stands before the shapes of a drawing on the command line."""

PHANTOMS = (SheppLogan.name, RandomEllipses.name)

ImageSource = PlainImage | WithLesion
"""What a scan may look at. Each has `read(size)` and a `label` for people."""


def parse_image(text: str, dataset: str = "") -> PlainImage:
    """Read `SET[:SLICE]`, `PHANTOM[:SEED]`, `drawing:SHAPES` or `FILE[:ARRAY][:SLICE]`.

    A set without a slice shows its ventricles, a file its middle slice. `dataset` is another way
    to name the array of a file that has several. Raises `InputError`.
    """
    name, number = numbered(text)
    sets = {entry.name: entry for entry in demo_sets()}
    file = image_file(text)
    if dataset and file is None:
        raise InputError("--dataset names an array of a file: it goes with --image FILE.")
    if text.startswith(DRAWN):
        return Drawing(shapes=text.removeprefix(DRAWN))
    if name in sets:
        return StoredImage(set=name, slice=sets[name].default_slice if number is None else number)
    if name == SheppLogan.name:
        if number is not None:
            raise InputError(
                f"{SheppLogan.title} has no seed: name it without the number {number}."
            )
        return SheppLogan()
    if name == RandomEllipses.name:
        return RandomEllipses(seed=number or 0)
    if not sets and name == StoredImage.set:
        raise InputError(images_trouble())
    if file is None:
        raise InputError(
            f"{quoted(text)} is no image: name a set ({', '.join(sets)}), a phantom "
            f"({', '.join(PHANTOMS)}) or a file, and after a colon the slice; or {DRAWN}SHAPES."
        )
    path, array, slice = file
    if dataset and array not in ("", dataset):
        raise InputError(f"--image asks for the array {array}, and --dataset for {dataset}.")
    return open_upload(str(path), path, slice, dataset or array)


def image_file(text: str) -> tuple[Path, str, int | None] | None:
    """The file, the array and the slice of an image in the words of `parse_image`.

    None where it is read from no file.
    """
    known = {*(entry.name for entry in demo_sets()), *PHANTOMS}
    return None if text.startswith(DRAWN) or numbered(text)[0] in known else file_in(text)
