import asyncio

import pytest

from core.ui.figures.component import PLOTLY_ADDRESS
from core.ui.lasting_files import A_YEAR, LastingFiles


def headers_of(path, status=200):
    """What a browser is told about a file that the app sends as good for nothing."""

    async def app(scope, receive, send):
        headers = [(b"cache-control", b"public")]
        await send({"type": "http.response.start", "status": status, "headers": headers})

    sent = []

    async def send(message):
        sent.append(message)

    asyncio.run(LastingFiles(app)({"type": "http", "path": path}, None, send))
    return dict(sent[0]["headers"])[b"cache-control"].decode()


@pytest.mark.parametrize("base", ["/_stcore/bidi-components/plotly", "/lab/_stcore/x"])
def test_plotlys_library_is_kept_below_any_path(base):
    assert headers_of(f"{base}{PLOTLY_ADDRESS}") == A_YEAR


def test_what_may_change_or_has_failed_is_not_kept():
    assert headers_of("/_stcore/bidi-components/lab.figure/main.js") == "public"
    assert headers_of(PLOTLY_ADDRESS, status=404) == "public"
