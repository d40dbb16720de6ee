"""The process that parses foreign files: `python -m core.problem.reader_process.worker`.

Each request is the content of a file, or its path, with the array and slice wanted and the limits
in its header; the answer is the slice as float32, or a sinogram, or a sentence. A worker that
needed much memory says that this was its last answer.
"""

import json
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any

from core.errors import InputError
from core.problem.reader_process.limits import Limiter, Limits
from core.problem.reader_process.messages import read_message, write_message
from core.problem.readers.sinogram.answer import sinogram_answer
from core.problem.readers.slices import Slice, read_slice
from core.problem.readers.volume import FileVolume, read_volume

LARGEST_CONTENT = 2**31
LONGEST_SENTENCE = 2000
LONGEST_NAME = 200
MOST_ARRAYS = 200
LONGEST_LIST = 50_000
"""Bytes of the names of the arrays that are offered."""
MOST_GROWN = 200_000_000
"""Bytes that a worker may keep after a file; one that keeps more is replaced."""


def main() -> None:
    """Answer requests until there are no more."""
    requests, answers = _streams()
    # What was pressed at a terminal is for the other side, and so are warnings.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    warnings.simplefilter("ignore")
    sys.dont_write_bytecode = True
    limiter = Limiter()
    write_message(answers, {"ready": True})
    last = False
    while not last:
        try:
            request, content = read_message(requests, largest=LARGEST_CONTENT)
        except EOFError:
            return
        limiter.begin(Limits(seconds=request["seconds"], nbytes=request["nbytes"]))
        path = request.get("path")
        answer, pixels = _answer(Path(path) if path else content, request)
        limiter.end()
        del content
        last = "memory" in answer or limiter.grown > MOST_GROWN
        write_message(answers, {**answer, "last": last}, pixels)


def _streams() -> tuple[IO[bytes], IO[bytes]]:
    """Input and output, out of reach of a library that prints."""
    streams = os.fdopen(os.dup(0), "rb"), os.fdopen(os.dup(1), "wb")
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 0)
    os.dup2(nowhere, 1)
    return streams


def _answer(content: bytes | Path, request: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    try:
        if "sinogram" in request:
            return sinogram_answer(content, request)
        if "volume" in request:
            return _volume(read_volume(content, request["volume"]))
        read = read_slice(content, request["slice"], request.get("dataset", ""))
    except InputError as error:
        return {"sentence": _short(str(error), LONGEST_SENTENCE)}, b""
    except MemoryError:
        return {"memory": True}, b""
    header = {
        "kind": read.kind,
        "dataset": _short(read.dataset, LONGEST_NAME),
        "arrays": _offered(read),
        "outside": read.outside,
        "shape": read.shape,
        "index": read.index,
        "pixels": read.pixels.shape,
    }
    return header, read.pixels.tobytes()


def _volume(read: FileVolume) -> tuple[dict[str, Any], bytes]:
    header = {
        "kind": read.kind,
        "dataset": _short(read.dataset, LONGEST_NAME),
        "arrays": _offered(read),
        "outside": read.outside,
        "shape": read.shape,
        "spacing": read.spacing,
        "steps": read.steps,
        "voxels": read.voxels.shape,
        "remarks": [_short(remark, LONGEST_SENTENCE) for remark in read.remarks],
    }
    return header, read.voxels.tobytes()


def _offered(read: Slice | FileVolume) -> list[tuple[str, Sequence[int]]]:
    """The array that was read and others, of names that can be shown, as many as fit."""
    shown = {
        name: len(json.dumps(name))
        for name in read.arrays
        if len(name) <= LONGEST_NAME and name.isprintable()
    }
    if read.dataset not in shown:
        return []
    offered: list[tuple[str, Sequence[int]]] = []
    room = LONGEST_LIST - shown[read.dataset]
    for name, length in shown.items():
        room -= length if name != read.dataset else 0
        if name == read.dataset or (room >= 0 and len(offered) < MOST_ARRAYS):
            offered.append((name, read.arrays[name]))
    return offered


def _short(text: str, most: int) -> str:
    """A text that a file may have made as long as it likes; characters of half a code go too."""
    text = text.encode(errors="replace").decode()
    return text if len(text) <= most else f"{text[: most - 2]} …"


if __name__ == "__main__":
    main()
