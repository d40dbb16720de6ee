"""`make load`: classes of several sizes on several pages, and what each of them waited for."""

from __future__ import annotations

import asyncio
import json
import os
import platform
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from core.benchmarks.load.lesson import Class
from core.benchmarks.load.outcome import Outcome, Plan, Step, as_json, report
from core.benchmarks.load.server import ServerProcess, served
from core.benchmarks.load.session import PageSession

SETTLE_SECONDS = 0.5
"""For Streamlit to close a session that has left."""


def run_load(plan: Plan, file: Path | None = None) -> bool:
    """Measure all of the plan, print the tables, and return whether no session failed."""
    outcomes = []
    for page in plan.pages:
        for visitors in plan.visitors:
            for name, options in plan.configurations.items():
                outcome = measure(plan, page, visitors, name, options)
                outcomes.append(outcome)
                print(report(outcome), flush=True)
    if file is not None:
        machine = {"processor": platform.processor(), "cores": os.cpu_count()}
        table = {"machine": machine, "classes": [as_json(outcome) for outcome in outcomes]}
        file.write_text(json.dumps(table, indent=1) + "\n")
    return not any(outcome.failures for outcome in outcomes)


def measure(
    plan: Plan, page: str, visitors: int, name: str = "as it ships", options: Sequence[str] = ()
) -> Outcome:
    """Start a server, let one visitor and then a class work on it, and stop it."""
    outcome = Outcome(configuration=name, page=page, visitors=visitors)
    with tempfile.TemporaryDirectory() as folder, served(options, Path(folder)) as server:
        asyncio.run(_lesson(plan, server, outcome))
    return outcome


async def _lesson(plan: Plan, server: ServerProcess, outcome: Outcome) -> None:
    alone = Class(sessions=_sessions(plan, server, outcome, 1))
    with _measured(server, outcome, "first visitor opens", alone) as step:
        await alone.open(step, arrive=0)
    await alone.look_around()
    second = Class(sessions=_sessions(plan, server, outcome, 1))
    with _measured(server, outcome, "second visitor opens", second) as step:
        await second.open(step, arrive=0)
    with _measured(server, outcome, "one visitor moves a slider", second) as step:
        await second.move_sliders(step, actions=plan.alone)
    await alone.leave()
    await second.leave()

    outcome.before_mb = server.memory_mb()
    everybody = Class(sessions=_sessions(plan, server, outcome, outcome.visitors))
    sessions = list(everybody.sessions)
    async with server.watching():
        with _measured(server, outcome, "all open the page", everybody) as step:
            await everybody.open(step, plan.arrive)
        with _measured(server, outcome, "all move a slider", everybody) as step:
            actions = max(1, round(plan.rate * plan.seconds))
            await everybody.move_sliders(step, actions=actions, rate=plan.rate)
        with _measured(server, outcome, "all run the same scene", everybody) as step:
            await everybody.run_same(step)
        with _measured(server, outcome, "all run different scenes", everybody) as step:
            await everybody.run_different(step)
        await everybody.leave()
    outcome.peak_mb = server.peak_mb
    outcome.failures = [*alone.failures, *second.failures, *everybody.failures]
    seen = [session.seen for session in sessions]
    outcome.together = sum(one.watchers > 1 for one in seen)
    outcome.most_watchers = max(one.watchers for one in seen)
    outcome.waited = sum(one.waited for one in seen)

    await asyncio.sleep(plan.after)
    # A visitor who comes and goes makes Streamlit forget those who left long ago.
    last = Class(sessions=_sessions(plan, server, outcome, 1))
    await last.open(Step(what="last"), arrive=0)
    await last.leave()
    await asyncio.sleep(SETTLE_SECONDS)
    outcome.after_mb = server.memory_mb()


def _sessions(plan: Plan, server: ServerProcess, outcome: Outcome, count: int) -> list[PageSession]:
    return [PageSession(url=server.url, page=outcome.page, query=plan.query) for _ in range(count)]


@contextmanager
def _measured(
    server: ServerProcess, outcome: Outcome, what: str, visitors: Class
) -> Iterator[Step]:
    """A step of the outcome, with what it took of the server and what that sent."""
    step = Step(what=what)
    outcome.steps.append(step)
    traffic = [session.traffic for session in visitors.sessions]
    before = [sum(getattr(one, name) for one in traffic) for name in ("runs", "deltas", "bytes")]
    started, cpu = time.perf_counter(), server.cpu_seconds()
    yield step
    step.lasted, step.cpu = time.perf_counter() - started, server.cpu_seconds() - cpu
    step.runs = sum(one.runs for one in traffic) - before[0]
    step.deltas = sum(one.deltas for one in traffic) - before[1]
    step.bytes = sum(one.bytes for one in traffic) - before[2]
