"""Everything that a page says in words, for tests that look for what it should not say."""

from __future__ import annotations

import re
from itertools import chain

from streamlit.testing.v1 import AppTest

from tests.helpers.payload_reader import unpack

NO_NUMBER = re.compile(r"(?<![a-z])(nan|inf)(?![a-z])", re.IGNORECASE)


def said(app: AppTest) -> list[str]:
    """The texts, captions and metrics of a page, and the captions of its images."""
    texts = [text.value for text in (*app.markdown, *app.caption, *app.metric)]
    payloads = [element.proto.bytes for element in app.get("bidi_component")]
    headers = [unpack(payload) for payload in payloads if payload]
    panels = chain.from_iterable(header.get("panels", ()) for header in headers)
    for caption in (panel["caption"] for panel in panels):
        texts += [caption] if isinstance(caption, str) else caption
    return texts


def without_numbers(app: AppTest) -> list[str]:
    """What of it has a "nan" or an "inf" in it."""
    return [text for text in said(app) if NO_NUMBER.search(text)]
