"""`python -m core cut`: one slice of a large file as a small one."""

import sys
from pathlib import Path

import numpy as np

from core.cli.input_files import check_not_read
from core.cli.result_file import check_writable, written_whole
from core.errors import InputError, quoted
from core.problem.images import UploadedImage, image_file, parse_image


def cut(text: str, dataset: str, out: Path) -> None:
    """Write the slice that `FILE[:ARRAY][:SLICE]` names as `.npy`, and say what it is.

    Its pixels (rows, columns) are those that the file itself would show: float32, in [0, 1], at
    most 1024 long. Raises `InputError`.
    """
    if out.suffix != ".npy":
        raise InputError(f"--out writes a .npy file, and {quoted(out.name)} has another ending.")
    check_writable(out)
    if (file := image_file(text)) is not None:
        check_not_read(out, {"image": file[0]})
    image = parse_image(text, dataset)
    if not isinstance(image, UploadedImage):
        raise InputError(f"{quoted(text)} comes with the laboratory; cut is for files.")
    with written_whole(out) as stream:
        np.save(stream, image.pixels, allow_pickle=False)
    for remark in image.info.remarks:
        print(remark, file=sys.stderr)
    rows, columns = image.pixels.shape
    print(f"{out}: {image.label}, {rows} × {columns} pixels, {out.stat().st_size / 1e3:.0f} kB.")
