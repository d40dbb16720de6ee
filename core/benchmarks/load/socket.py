"""The connection on which a browser and Streamlit talk."""

from urllib.parse import urlsplit

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import WebSocketException

LARGEST_MESSAGE = 200 * 2**20


class SessionError(Exception):
    """What went wrong in a session, in one sentence."""


async def open_socket(url: str, deadline: float) -> ClientConnection:
    """Connect to the server at `url`; raise `SessionError` where it does not answer in time."""
    try:
        return await connect(
            urlsplit(url)._replace(scheme="ws").geturl() + "_stcore/stream",
            subprotocols=["streamlit"],  # type: ignore[list-item]  # a NewType of str
            max_size=LARGEST_MESSAGE,
            open_timeout=deadline,
            ping_interval=None,
        )
    except (OSError, WebSocketException, TimeoutError) as error:
        raise SessionError(f"The server did not answer: {error}.") from error
