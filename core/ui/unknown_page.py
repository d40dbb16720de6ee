"""An address without a page leads home, where a sentence says so; Streamlit would open a dialog."""

import re
from pathlib import Path
from urllib.parse import quote, unquote

import streamlit as st
from starlette.responses import RedirectResponse
from starlette.types import ASGIApp, Receive, Scope, Send

PAGES = Path(__file__).parents[2] / "pages"
MISSING = "missing"
"""The name in the link under which the home page hears of it."""

_NAME = re.compile(r"[\w-]{1,60}")


class UnknownPage:
    """Sends a browser that asks for a page which does not exist to the home page."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._known = {path.stem for path in PAGES.glob("*.py")} | {"health"}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does, or with the address of the home page."""
        answer: ASGIApp = self._app
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            base = str(st.get_option("server.baseUrlPath")).strip("/")
            root = f"/{base}/" if base else "/"
            name = unquote(scope["path"].removeprefix(root).strip("/"))
            asked = scope["path"].startswith(root) and _NAME.fullmatch(name)
            if asked and not name.startswith("_") and name not in self._known and name != base:
                answer = RedirectResponse(f"{root}?{MISSING}={quote(name)}", status_code=307)
        await answer(scope, receive, send)


def say_what_is_missing() -> None:
    """On the home page: one sentence on the page that was asked for and does not exist."""
    name = st.query_params.get(MISSING, "")
    if _NAME.fullmatch(name):
        st.warning(
            f"There is no page `{name}` here: perhaps the address was cut short or mistyped. The "
            "pages of the laboratory are in the bar above.",
            icon=":material/link_off:",
        )
