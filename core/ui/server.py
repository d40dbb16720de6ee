"""What the server does by itself: it loads the libraries before anybody asks, and tidies up.

`streamlit run` starts it with `lifespan`, before the first visitor comes. Streamlit's own
collection after every run is off in `.streamlit/config.toml`: with the libraries loaded it took
half of all time under load. Instead, all that was loaded is kept from the collector for good, and
what visitors leave behind is collected at a bounded rate.
"""

import asyncio
import gc
import importlib
import logging
import pkgutil
import threading
import webbrowser
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import cache
from typing import Any

import streamlit as st
from starlette.middleware import Middleware

import core.ui
from core.ui import memory
from core.ui.lasting_files import LastingFiles
from core.ui.quick_lookup import quick_lookup
from core.ui.stale_references import no_stale_references
from core.ui.unknown_page import UnknownPage

COLLECT_SECONDS = 5.0
"""Least time between two collections."""
NEVER = 2**31 - 1
log = logging.getLogger(__name__)


@asynccontextmanager
async def lifespan(app: st.App) -> AsyncIterator[None]:
    """What goes on while the server runs: for `st.App`."""
    memory.limit_malloc_arenas()
    stop = threading.Event()
    threading.Thread(target=_tidy, args=(stop,), name="tidy", daemon=True).start()
    if not st.get_option("server.headless"):
        # With an App of its own, `streamlit run` leaves this to the app.
        asyncio.get_running_loop().call_soon(webbrowser.open, _address())
    with quick_lookup(), no_stale_references():
        yield
    stop.set()


def middleware() -> list[Any]:
    """What every request passes: for `st.App`."""
    return [Middleware(LastingFiles), Middleware(UnknownPage)]


def _address() -> str:
    host = st.get_option("browser.serverAddress") or "localhost"
    path = st.get_option("server.baseUrlPath").strip("/")
    return f"http://{host}:{st.get_option('server.port')}/{path}"


def wait_until_loaded() -> None:
    """Wait until all modules of the pages are imported; import them if nobody does."""
    _loading().join()


def is_loaded() -> bool:
    """Whether all modules of the pages are imported. Where nobody imports them yet, begin."""
    return not _loading().is_alive()


@cache
def _loading() -> threading.Thread:
    """The thread that imports everything, begun at the first call."""
    thread = threading.Thread(target=_load, name="loading", daemon=True)
    thread.start()
    return thread


def _load() -> None:
    """Import every module of the pages, and with them their libraries; compile what runs need."""
    names = [found.name for found in pkgutil.walk_packages(core.ui.__path__, "core.ui.")]
    try:
        for name in names:
            importlib.import_module(name)
        from PIL import Image

        from core.jobs.queue import the_jobs
        from core.problem import metrics
        from core.problem.scan import Scan

        Image.preinit()  # for the icon of the page
        truth = Scan().simulate().truth
        metrics.ssim(truth, truth)  # as read-only as the iterates of a run are
        _compile_total_variation()
        _compile_volumes()
        the_jobs()  # looks for the store and the cluster, so that the log says what is missing
    except Exception:
        # The page that needs it will say so to its visitor.
        log.exception("Something could not be loaded.")


def _compile_total_variation() -> None:
    """Run its prox on a tiny image: the first one of an installation is compiled for 2 s."""
    import numpy as np

    from core.methods.priors import InnerLoop, prior_named

    prior = prior_named("tv")(8, 1.0, InnerLoop(iterations=1, rule="fixed"))
    prior.prox(np.zeros((8, 8), np.float32), 1.0)


def _compile_volumes() -> None:
    """Run what the page on volumes runs at once, on a tiny scan: the loops are then compiled."""
    from core.geometry.views import EvenViews
    from core.geometry.volume_beams import ConeBeam
    from core.methods.volumes.ordered_subsets import OrderedSubsets
    from core.problem.volume_scan import VolumeScan
    from core.problem.volumes.shepp_logan import SheppLoganVolume
    from core.studies.solving import last_image

    for kernel in ("linear", "strip"):
        beam = replace(ConeBeam.sized(8), views=EvenViews(angles=2, arc=360.0))
        scan = VolumeScan(image=SheppLoganVolume(), size=8, beam=beam, kernel=kernel)
        last_image(OrderedSubsets(iterations=1, subset=1), scan.measurement())


def _tidy(stop: threading.Event) -> None:
    """Load everything, keep the collector out of it, and then collect what visitors leave."""
    gc.disable()
    wait_until_loaded()
    gc.collect()
    gc.freeze()
    # The oldest generation is left to this thread. The young ones are collected as always.
    gc.set_threshold(*gc.get_threshold()[:2], NEVER)
    gc.enable()
    collected = _young_collections()
    while not stop.wait(COLLECT_SECONDS):
        if (now := _young_collections()) != collected:
            gc.collect()
            memory.trim_heap()
            collected = now


def _young_collections() -> int:
    """How often the youngest generation was collected: it stands still while nobody is there."""
    return int(gc.get_stats()[0]["collections"])
