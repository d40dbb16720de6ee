"""Small files that crash, stop or swell the libraries that read them."""

import gzip
import io
import struct
import zlib

import h5py
import numpy as np
from PIL import Image

from tests.helpers.sample_files import STACK, hdf5, latest_hdf5


def segfault():
    """One changed byte: the type of a B-tree of a dataset with two unlimited axes."""
    content = bytearray(latest_hdf5())
    place = content.find(b"BTHD") + 5
    assert content[place] == 10
    content[place] = 8
    return bytes(content)


def endless():
    """A node of a B-tree that is its own child and both of its neighbours."""

    def fill(file):
        file.create_dataset("reconstruction_rss", data=STACK, compression="gzip", chunks=(1, 12, 9))

    content = bytearray(hdf5(fill))
    place = content.find(b"TREE")
    content[place + 5] = 1
    content[place + 8 : place + 24] = 2 * struct.pack("<Q", place)
    return bytes(content)


def many_chunks(side):
    """`side` × `side` chunks of one pixel, none stored: each costs kilobytes to look for."""

    def fill(file):
        file.create_dataset(
            "reconstruction_rss", (1, side, side), np.float32, chunks=(1, 1, 1), fillvalue=1
        )

    return hdf5(fill)


def swelling_chunk(nbytes):
    """A chunk of a few kilobytes that unpacks to `nbytes`, whatever the dataset's shape says."""
    packer, block = zlib.compressobj(9), bytes(10_000_000)
    raw = b"".join([packer.compress(block) for _ in range(nbytes // len(block))] + [packer.flush()])
    for _ in range(2):
        raw = zlib.compress(raw, 9)

    def fill(file):
        plan = h5py.h5p.create(h5py.h5p.DATASET_CREATE)
        plan.set_chunk((1, 64, 64))
        for _ in range(3):
            plan.set_filter(h5py.h5z.FILTER_DEFLATE, h5py.h5z.FLAG_MANDATORY, (9,))
        space = h5py.h5s.create_simple((1, 64, 64))
        kind = h5py.h5t.NATIVE_UINT8
        dataset = h5py.h5d.create(file.id, b"reconstruction_rss", kind, space, plan)
        dataset.write_direct_chunk((0, 0, 0), raw, 0)

    return hdf5(fill)


def many_links(count):
    """Soft links in one group; each is looked up by its name."""

    def fill(file):
        for k in range(count):
            file[f"{k:06}"] = h5py.SoftLink("/nowhere")

    return hdf5(fill)


def many_scans(count):
    """A progressive JPEG with one refinement of its 8000 × 8000 pixels again and again."""
    file = io.BytesIO()
    Image.new("L", (8000, 8000)).save(file, "JPEG", progressive=True)
    content, start, segments = file.getvalue(), 2, []
    while content[start + 1] != 0xD9:
        (length,) = struct.unpack(">H", content[start + 2 : start + 4])
        end = start + 2 + length
        if content[start + 1] == 0xDA:
            while not (content[end] == 0xFF and content[end + 1] != 0):
                end += 1
        segments.append((content[start + 1], start, end))
        start = end
    first, last = next((a, b) for mark, a, b in segments if mark == 0xDA and b - a < 1000)
    return content[:last] + content[first:last] * count + content[last:]


def many_members(count):
    """A gzip file of empty members."""
    return gzip.compress(b"") * count


def tall_picture(rows):
    """A PNG one pixel wide."""

    def chunk(name, content):
        framed = name + content
        return struct.pack(">I", len(content)) + framed + struct.pack(">I", zlib.crc32(framed))

    header = struct.pack(">IIBBBBB", 1, rows, 8, 0, 0, 0, 0)
    pixels = zlib.compress(bytes(2 * rows), 1)
    start = b"\x89PNG\r\n\x1a\n"
    return start + chunk(b"IHDR", header) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"")


def wide_values(side):
    """A packed array of the largest numbers that NumPy has, in Fortran's order."""
    file = io.BytesIO()
    np.savez_compressed(file, x=np.zeros((side, side), np.clongdouble, order="F"))
    return file.getvalue()
