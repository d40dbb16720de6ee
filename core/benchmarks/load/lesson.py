"""What a class does on a page: open it, move a slider, run the same scene, run different ones."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from core.benchmarks.load.outcome import Step
from core.benchmarks.load.session import PageSession
from core.benchmarks.load.socket import SessionError

IMAGE = "slice of colin27"
SLICES = (10, 20, 30, 40)
"""Slices that everybody looks at, computed before."""
OTHERS = tuple(slice for slice in range(2, 60) if slice not in SLICES)
"""Slices for scenes of one's own."""
SCENE = "preset Low dose"
PAUSE = (0.5, 1.5)
"""Shortest and longest pause between two actions, as a share of the mean one."""


@dataclass(kw_only=True)
class Class:
    """The visitors of a server, each with a session on the same page.

    failures : one sentence for each session that did not come to its end.
    """

    sessions: list[PageSession]
    failures: list[str] = field(default_factory=list)

    async def open(self, step: Step, arrive: float) -> None:
        """All open the page, spread over `arrive` seconds."""
        gap = arrive / max(1, len(self.sessions))

        async def open_after(number: int, session: PageSession) -> None:
            await asyncio.sleep(number * gap)
            step.seconds.append(await session.open())
            step.results.append(await session.at_rest())

        await self._each(open_after)

    async def look_around(self) -> None:
        """All look at each slice once, so that what comes with it is computed."""

        async def look(_: int, session: PageSession) -> None:
            for slice in SLICES:
                await session.use(IMAGE, slice)
                await session.at_rest()

        await self._each(look)

    async def move_sliders(self, step: Step, *, actions: int, rate: float | None = None) -> None:
        """All move a slider so many times, at a mean rate per second, or without a pause."""

        async def move(number: int, session: PageSession) -> None:
            draw = random.Random(number)
            loop = asyncio.get_running_loop()
            at = draw.randrange(len(SLICES))
            if rate is not None:
                await asyncio.sleep(draw.random() / rate)
            for _ in range(actions):
                started = loop.time()
                at = (at + draw.choice((1, 2, 3))) % len(SLICES)
                step.seconds.append(await session.use(IMAGE, SLICES[at]))
                if rate is not None:
                    pause = draw.uniform(*PAUSE) / rate
                    await asyncio.sleep(max(0.0, started + pause - loop.time()))

        await self._each(move)

    async def run_same(self, step: Step) -> None:
        """All set up the same scene at once."""
        await self._each(lambda _, session: self._scene(step, session, SCENE, None))

    async def run_different(self, step: Step) -> None:
        """All look at a slice of their own at once."""
        await self._each(
            lambda number, session: self._scene(step, session, IMAGE, OTHERS[number % len(OTHERS)])
        )

    async def leave(self) -> None:
        """All close their pages."""
        await asyncio.gather(*(session.leave() for session in self.sessions))

    @staticmethod
    async def _scene(step: Step, session: PageSession, key: str, value: float | None) -> None:
        first = await session.use(key, value)
        step.seconds.append(first)
        step.results.append(first + await session.at_rest())

    async def _each(self, act: Callable[[int, PageSession], Awaitable[None]]) -> None:
        """All act; who fails leaves the class and is counted."""

        async def one(number: int, session: PageSession) -> PageSession | None:
            try:
                await act(number, session)
            except SessionError as error:
                self.failures.append(str(error))
                await session.leave()
                return None
            return session

        acted = await asyncio.gather(*map(one, range(len(self.sessions)), self.sessions))
        self.sessions = [session for session in acted if session is not None]
