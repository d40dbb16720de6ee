"""One visitor's session, with the messages that a browser exchanges with Streamlit.

A page runs again when a widget is used, and parts of it by themselves while a job runs. The
browser reports the values of all widgets each time, and which large messages it still has. Files
that a browser fetches beside (scripts, frames of the player) are not asked for.
"""

from __future__ import annotations

import asyncio
import time
from dataclasses import dataclass, field
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.proto.WidgetStates_pb2 import WidgetState
from websockets.asyncio.client import ClientConnection
from websockets.exceptions import WebSocketException

from core.benchmarks.load.browser_state import LargeMessages, Seen, Traffic
from core.benchmarks.load.socket import SessionError, open_socket
from core.benchmarks.load.widgets import Widget, states_of, widgets_of


@dataclass(kw_only=True)
class PageSession:
    """A session on a page.

    url : of the server, "http://127.0.0.1:8501/".
    page : the path of the page, such as "forward"; "" for the first one.
    query : of the link.
    deadline : seconds after which a run that has not ended is a failure.
    """

    url: str
    page: str = ""
    query: str = ""
    deadline: float = 120.0
    widgets: dict[str, Widget] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    seen: Seen = field(default_factory=Seen)
    error: str = ""
    _socket: ClientConnection | None = None
    _reader: asyncio.Task[None] | None = None
    _polls: dict[str, asyncio.Task[None]] = field(default_factory=dict)
    _page_hash: str = ""
    _ended: asyncio.Event = field(default_factory=asyncio.Event)
    # The fragment that was asked for last, and whether its run has begun: one that began before
    # must not be taken for it.
    _asked: str = ""
    _begun: bool = False
    _drawn: set[str] = field(default_factory=set)
    _messages: LargeMessages = field(default_factory=LargeMessages)
    _states: dict[str, WidgetState] = field(default_factory=dict)

    async def open(self) -> float:
        """Open the page; return the seconds until its script has ended."""
        started = time.perf_counter()
        self._socket = await open_socket(self.url, self.deadline)
        self._reader = asyncio.create_task(self._read())
        await self._run()
        return time.perf_counter() - started

    async def use(self, key: str, value: Any = None) -> float:
        """Set the widget of this key, or press a button; return the seconds until the run ends."""
        widget = self.find(key)
        started = time.perf_counter()
        state = widget.state(value)
        if widget.value is not None:
            self._states[widget.id] = state
        await self._run(widget.fragment, state)
        return time.perf_counter() - started

    def find(self, key: str) -> Widget:
        """The widget that the app calls by this key."""
        for widget in self.widgets.values():
            if widget.key == key:
                return widget
        raise SessionError(f"The page has no widget {key!r}.")

    async def at_rest(self) -> float:
        """Wait until no part of the page runs by itself any more; return the seconds.

        A long queue is no failure: the deadline is for a job of which nothing moves.
        """
        started = time.perf_counter()
        self.seen.moved = time.monotonic()
        while self._polls or not self._ended.is_set():
            if self.error:
                raise SessionError(self.error)
            if time.monotonic() - self.seen.moved > self.deadline:
                raise SessionError(
                    f"Nothing moved for {self.deadline:.0f} s; the page said "
                    f"{self.seen.progress!r}."
                )
            await asyncio.sleep(0.02)
        return time.perf_counter() - started

    async def leave(self) -> None:
        """Close the session, as a browser's tab that is closed."""
        self._stop_polls()
        if self._reader is not None:
            self._reader.cancel()
        if self._socket is not None:
            await self._socket.close()

    async def _run(self, fragment: str = "", pressed: WidgetState | None = None) -> None:
        self._ended.clear()
        self._asked, self._begun = fragment, False
        await self._send(fragment, pressed)
        try:
            async with asyncio.timeout(self.deadline):
                await self._ended.wait()
        except TimeoutError:
            raise SessionError(f"A run did not end within {self.deadline:.0f} s.") from None
        if self.error:
            raise SessionError(self.error)

    async def _send(
        self, fragment: str = "", pressed: WidgetState | None = None, *, by_itself: bool = False
    ) -> None:
        message = BackMsg()
        rerun = message.rerun_script
        rerun.query_string, rerun.page_name = self.query, self.page
        rerun.page_script_hash, rerun.fragment_id = self._page_hash, fragment
        rerun.is_auto_rerun = by_itself
        rerun.cached_message_hashes.extend(self._messages)
        states = states_of(self.widgets, self._states)
        if pressed is not None:
            states[pressed.id] = pressed
        rerun.widget_states.widgets.extend(states.values())
        assert self._socket is not None
        await self._socket.send(message.SerializeToString())

    async def _read(self) -> None:
        assert self._socket is not None
        try:
            async for content in self._socket:
                assert isinstance(content, bytes)
                self.traffic.bytes += len(content)
                self._take(ForwardMsg.FromString(content))
            self._fail("The server closed the session.")
        except (WebSocketException, OSError) as error:
            self._fail(f"The connection broke: {error}.")
        except Exception as error:
            self._fail(f"A message cannot be read: {error!r}.")
            raise

    def _fail(self, sentence: str) -> None:
        self.error = self.error or sentence
        self._stop_polls()
        self._ended.set()

    def _take(self, message: ForwardMsg) -> None:
        match message.WhichOneof("type"):
            case "new_session":
                self._begin(message)
            case "navigation":
                # A new session begins as that of the first page, until its script navigates.
                self._page_hash = message.navigation.page_script_hash
            case "delta":
                if message.metadata.cacheable:
                    self._messages.put(message.hash, message.delta)
                self._draw(message.delta)
            case "ref_hash":
                self._draw_again(message.ref_hash)
            case "auto_rerun":
                poll = message.auto_rerun
                self._stop_polls(poll.fragment_id)
                self._polls[poll.fragment_id] = asyncio.create_task(
                    self._poll(poll.fragment_id, poll.interval)
                )
            case "stop_auto_rerun":
                self._stop_polls(*message.stop_auto_rerun.fragment_ids)
            case "script_finished":
                self._end(message)
            case "session_event" if message.session_event.HasField("script_compilation_exception"):
                self._fail("The script cannot be compiled.")

    def _begin(self, message: ForwardMsg) -> None:
        self._page_hash = message.new_session.page_script_hash
        fragments = message.metadata.run.fragment_ids
        if not fragments:
            self._ended.clear()
            self._stop_polls()
            self._drawn.clear()
        self._begun |= self._asked in fragments or not (fragments or self._asked)

    def _end(self, message: ForwardMsg) -> None:
        self.traffic.runs += 1
        if message.script_finished == ForwardMsg.FINISHED_SUCCESSFULLY:
            self._messages.end_run()
            # What this run of the page has not drawn is gone, and so is its value.
            self.widgets = {name: w for name, w in self.widgets.items() if name in self._drawn}
            self._finish()
        elif message.script_finished == ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY:
            self._finish()
        elif message.script_finished == ForwardMsg.FINISHED_WITH_COMPILE_ERROR:
            self._fail("The script cannot be compiled.")

    def _finish(self) -> None:
        if self._begun:
            self._ended.set()

    def _draw_again(self, name: str) -> None:
        """Draw a message that the server has sent before, and has been told of."""
        delta = self._messages.find(name)
        if delta is None:
            self._fail("The server referred to a message that the browser does not have.")
        else:
            self._draw(delta)

    def _draw(self, delta: Delta) -> None:
        self.traffic.deltas += 1
        for widget in widgets_of(delta):
            self._drawn.add(widget.id)
            before = self.widgets.get(widget.id)
            element = delta.new_element
            told = getattr(getattr(element, widget.kind, None), "set_value", False)
            if told or before is None:
                self._states.pop(widget.id, None)
                self.widgets[widget.id] = widget
        match delta.new_element.WhichOneof("type"):
            case "exception":
                exception = delta.new_element.exception
                self._fail(f"The page shows {exception.type}: {exception.message}")
            case "progress":
                self.seen.look(delta.new_element.progress.text)

    async def _poll(self, fragment: str, interval: float) -> None:
        """Run a part of the page again and again, as the browser's timer does."""
        while True:
            await asyncio.sleep(interval)
            await self._send(fragment, by_itself=True)

    def _stop_polls(self, *fragments: str) -> None:
        for fragment in fragments or tuple(self._polls):
            if (poll := self._polls.pop(fragment, None)) is not None:
                poll.cancel()
