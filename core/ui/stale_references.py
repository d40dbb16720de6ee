"""Drop what an interrupted run of a part of a page has not yet sent, with all that is in it.

When a part of a page runs again before the last run was sent, Streamlit 1.67 drops what waits for
the browser of the part. A large message that the browser has already is sent as a reference, which
does not say to which part it belongs: it stays, its container is dropped, and the browser cannot
place it. The page stops with "'setIn' cannot be called on an ElementNode". While the server runs,
references know their part, and go with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import wraps
from typing import Any

from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner_utils import script_run_context

_module: Any = script_run_context
_queue: Any = ForwardMsgQueue
_refer = getattr(_module, "create_reference_msg", None)
_clear = getattr(_queue, "clear", None)


def _know_part(refer: Callable[[ForwardMsg], ForwardMsg]) -> Callable[[ForwardMsg], ForwardMsg]:
    """Make references that name the part of the page that the message belongs to."""

    @wraps(refer)
    def create_reference_msg(message: ForwardMsg) -> ForwardMsg:
        reference = refer(message)
        if message.delta.fragment_id and reference is not message:
            reference.metadata.run.fragment_ids.append(message.delta.fragment_id)
        return reference

    return create_reference_msg


def _with_references(clear: Callable[..., None]) -> Callable[..., None]:
    """Clear a queue of messages, also of the references of the parts that run."""

    @wraps(clear)
    def clear_all(
        queue: Any,
        retain_lifecycle_msgs: bool = False,
        fragment_ids_this_run: Sequence[str] | None = None,
    ) -> None:
        clear(queue, retain_lifecycle_msgs, fragment_ids_this_run)
        running = set(fragment_ids_this_run or ())
        queue._queue = [
            message
            for message in queue._queue
            if not (
                message.HasField("ref_hash")
                and running.intersection(message.metadata.run.fragment_ids)
            )
        ]

    return clear_all


@contextmanager
def no_stale_references() -> Iterator[None]:
    """Let references be dropped with their part; another Streamlit does as it did."""
    if _refer is None or _clear is None:
        yield
        return
    _module.create_reference_msg, _queue.clear = _know_part(_refer), _with_references(_clear)
    try:
        yield
    finally:
        _module.create_reference_msg, _queue.clear = _refer, _clear
