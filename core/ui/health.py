"""The health endpoint: whether this server can compute and store, beside that it is alive.

Streamlit's own `/_stcore/health` says only that the process answers.
"""

import asyncio
import math
import time

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

REMEMBERED_SECONDS = 2.0
"""Anybody may ask, so that asking often must cost nothing."""


def routes() -> list[Route]:
    """The endpoint at `/health`, and below the path of the app where it has one."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    paths = ("/health", f"/{base}/health") if base else ("/health",)
    health = Health()
    return [Route(path, health.answer) for path in paths]


class Health:
    """Looks after the store and the workers when it is asked, one look at a time."""

    def __init__(self) -> None:
        self._lock = asyncio.Lock()
        self._looked = -math.inf
        self._found: dict[str, str] = {}

    async def answer(self, request: Request) -> JSONResponse:
        """Answer 200 if the store takes records and jobs can run, else 503 with sentences."""
        async with self._lock:
            if time.monotonic() - self._looked > REMEMBERED_SECONDS:
                self._found = await run_in_threadpool(trouble)
                self._looked = time.monotonic()
        return JSONResponse(
            {name: sentence or "ok" for name, sentence in self._found.items()},
            status_code=503 if any(self._found.values()) else 200,
            headers={"Cache-Control": "no-store"},
        )


def trouble() -> dict[str, str]:
    """A sentence for the store and one for the workers; empty where all is well."""
    from core.jobs.queue import the_jobs  # not at the start: these load the libraries
    from core.storage.store import the_store

    return {"store": the_store().trouble(), "workers": the_jobs().trouble()}
