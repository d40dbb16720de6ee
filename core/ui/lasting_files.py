"""What a browser may keep for good: files whose address changes when their content does.

Streamlit sends a component's files without a date until which they are good, so that a browser
asks for them again at each visit, and compiles a script of 4 MB anew.
"""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from core.ui.figures.component import PLOTLY_ADDRESS

A_YEAR = "public, max-age=31536000, immutable"


class LastingFiles:
    """Says of Plotly's library, whose version is in its address, that it lasts."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer as the app does."""
        if scope["type"] != "http" or not scope["path"].endswith(PLOTLY_ADDRESS):
            await self._app(scope, receive, send)
            return

        async def send_lasting(message: Message) -> None:
            if message["type"] == "http.response.start" and message["status"] == 200:
                MutableHeaders(scope=message)["Cache-Control"] = A_YEAR
            await send(message)

        await self._app(scope, receive, send_lasting)
