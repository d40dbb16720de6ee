"""Addresses without a page."""

import asyncio
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from core.ui.unknown_page import UnknownPage

APP = Path(__file__).parents[2] / "streamlit_app.py"


def answer(path):
    """The status and the headers for a browser that asks for a path."""

    async def app(scope, receive, send):
        await send({"type": "http.response.start", "status": 200, "headers": []})

    sent = []

    async def send(message):
        sent.append(message)

    scope = {"type": "http", "method": "GET", "path": path, "headers": []}
    asyncio.run(UnknownPage(app)(scope, None, send))
    return sent[0]["status"], dict(sent[0]["headers"])


@pytest.mark.parametrize(
    "path",
    ["/", "/forward", "/learned_methods/", "/health", "/_stcore/health", "/favicon.png", "/a/b"],
)
def test_what_exists_is_served(path):
    assert answer(path) == (200, {})


@pytest.mark.parametrize("base", ["", "lab"])
def test_an_unknown_page_leads_home(base, monkeypatch):
    monkeypatch.setattr(st, "get_option", lambda name: base)
    root = f"/{base}/" if base else "/"
    status, headers = answer(f"{root}clasical")
    assert (status, headers[b"location"]) == (307, f"{root}?missing=clasical".encode())
    for path in (root, root.rstrip("/") or "/", f"{root}forward", f"{root}<script>"):
        assert answer(path) == (200, {})


@pytest.mark.parametrize(("name", "said"), [("clasical", True), ("<b>", False), ("", False)])
def test_the_home_page_says_that_there_is_no_such_page(name, said):
    app = AppTest.from_file(APP, default_timeout=120)
    app.query_params["missing"] = name
    app.run()
    assert not app.exception
    sentences = [warning.value for warning in app.warning]
    assert any("There is no page `clasical`" in sentence for sentence in sentences) == said
