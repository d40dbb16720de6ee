"""The health endpoint: whether this server can compute and store, beside that it is alive.

Streamlit's own `/_stcore/health` says only that the process answers.
"""

import threading
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from core.jobs.queue import the_jobs
from core.storage.store import the_store


def routes() -> list[Route]:
    """The endpoint at `/health`, and below the path of the app where it has one."""
    base = str(st.get_option("server.baseUrlPath")).strip("/")
    paths = ("/health", f"/{base}/health") if base else ("/health",)
    return [Route(path, health) for path in paths]


def health(request: Request) -> JSONResponse:
    """Answer 200 if the store takes records and jobs can run, else 503 with sentences."""
    trouble = {"store": the_store().trouble(), "workers": the_jobs().trouble()}
    return JSONResponse(
        {name: sentence or "ok" for name, sentence in trouble.items()},
        status_code=503 if any(trouble.values()) else 200,
        headers={"Cache-Control": "no-store"},
    )


@asynccontextmanager
async def lifespan(app: Any) -> AsyncIterator[None]:
    """Look for the store and the cluster at the start, so that the log says what is missing."""
    threading.Thread(target=the_jobs, name="first look", daemon=True).start()
    yield
