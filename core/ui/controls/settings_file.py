"""The settings of a page as a small JSON file: the query of its link, and which page it is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.errors import InputError, quoted

FORMAT = 1
LARGEST_BYTES = 200_000


@dataclass(frozen=True, kw_only=True)
class Settings:
    """The title of a page and what is not at its default there, as in its link."""

    page: str
    query: Mapping[str, str]

    def to_text(self) -> str:
        """The content of the file."""
        content = {"inverse problems": FORMAT, "page": self.page, "settings": dict(self.query)}
        return json.dumps(content, ensure_ascii=False, indent=2) + "\n"


def read_settings(content: bytes, pages: Mapping[str, str]) -> Settings:
    """Read a file; `pages` are the titles that there are, with their scripts.

    Raises `InputError` for a file that is damaged, too large, or something else.
    """
    if len(content) > LARGEST_BYTES:
        raise InputError(
            f"The file has {len(content) / 1000:.0f} kB; a settings file has at most "
            f"{LARGEST_BYTES // 1000} kB."
        )
    try:
        found: Any = json.loads(content.decode("utf-8"))
    except (ValueError, RecursionError):
        raise InputError(
            "The file is damaged, or is not a settings file: it cannot be read as JSON."
        ) from None
    if not isinstance(found, dict) or "inverse problems" not in found:
        raise InputError("This JSON file holds no settings of this laboratory.")
    if found["inverse problems"] != FORMAT:
        raise InputError(
            f"The file has settings of format {quoted(found['inverse problems'])}, and this "
            f"laboratory reads format {FORMAT}."
        )
    page, query = found.get("page"), found.get("settings")
    if not isinstance(page, str) or page not in pages:
        raise InputError(f"The file is for the page {quoted(page)}; there is none of that name.")
    if not isinstance(query, dict) or not all(isinstance(value, str) for value in query.values()):
        raise InputError("The file is damaged: its settings are no list of names and texts.")
    return Settings(page=page, query=query)
