"""What a job came to: its last state, and the record of its result."""

import logging
from concurrent.futures import CancelledError, Future
from typing import Any, TypeVar

from core.errors import InputError
from core.jobs.job import Job, JobState, Phase
from core.storage.record import Record

T = TypeVar("T")
log = logging.getLogger(__name__)


def outcome_of(job: Job[T], future: "Future[T]") -> tuple[JobState[T], Record | None]:
    """The last state of a job whose future is over, and the record of its result, if it has one.

    An error of the program goes to the log, and the visitor has a sentence without its details.
    """
    progress = job.state.progress
    try:
        result = future.result()
        record = job.task.encode(result)
        phase: Phase = "done" if job.task.complete(result) else "stopped"
    except CancelledError:  # stopped, without a result
        return JobState(phase="stopped", progress=progress), None
    except InputError as error:
        return JobState(phase="failed", error=str(error), progress=progress), None
    except Exception as error:
        log.exception("The job %r failed.", job.task.title)
        sentence = (
            f"{job.task.title} failed with an error of the program "
            f"({type(error).__name__}), which its log describes."
        )
        return JobState(phase="failed", error=sentence, progress=progress), None
    return JobState(phase=phase, result=result, progress=progress), record


def failed(error: Exception) -> "Future[Any]":
    """The future of a job that could not be started."""
    future: Future[Any] = Future()
    future.set_exception(error)
    return future
