"""One message on a stream: a header of JSON values and raw bytes, each after its length."""

import json
import struct
from collections.abc import Mapping
from typing import IO, Any

LENGTHS = struct.Struct("<QQ")
LARGEST_HEADER = 100_000
"""Bytes; a header holds a few numbers and one sentence."""


def write_message(stream: IO[bytes], header: Mapping[str, Any], content: bytes = b"") -> None:
    """Write one message; raises `OSError` when nobody reads any more."""
    text = json.dumps(header, allow_nan=False).encode()
    stream.write(LENGTHS.pack(len(text), len(content)))
    stream.write(text)
    stream.write(content)
    stream.flush()


def read_message(stream: IO[bytes], *, largest: int) -> tuple[dict[str, Any], bytes]:
    """Read one message whose content has at most `largest` bytes.

    Raises `EOFError` at the end of the stream, and `ValueError` for what is no such message.
    """
    text_length, length = LENGTHS.unpack(_exactly(stream, LENGTHS.size))
    if text_length > LARGEST_HEADER or length > largest:
        raise ValueError(f"A message of {text_length} and {length} bytes is too long.")
    header = json.loads(_exactly(stream, text_length))
    if not isinstance(header, dict):
        raise ValueError("The header of a message is no table.")
    return header, _exactly(stream, length)


def _exactly(stream: IO[bytes], length: int) -> bytes:
    content = stream.read(length)
    if len(content) < length:
        raise EOFError
    return content
