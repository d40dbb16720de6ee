"""Files that are never seen half written."""

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def draft_of(path: Path) -> Iterator[Path]:
    """Give the path of a draft beside a file, which takes its place once all went well.

    Whatever goes wrong till then, the old file stays as it is, and no draft is left. Several may be
    writing: each has a draft of its own.
    """
    draft = path.with_name(f".{secrets.token_hex(8)}.draft")
    try:
        yield draft
        draft.replace(path)
    finally:
        draft.unlink(missing_ok=True)
