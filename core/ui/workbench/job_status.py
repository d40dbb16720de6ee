"""Questions on their way: asked, watched, stopped, and turned into entries to draw."""

import math
import time
import uuid
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any, Protocol, TypeVar, cast

import streamlit as st

from core.jobs.job import Job, JobState, Task
from core.jobs.queue import the_jobs
from core.jobs.shares import REFUSED
from core.methods.support.reconstruction import Reconstruction
from core.studies.precomputed import BEFOREHAND, precomputed_answer
from core.studies.reconstruction import ReconstructionStudy
from core.ui.lesson import STORED
from core.ui.style import LineStyle
from core.ui.workbench.displayed_result import Entry

T = TypeVar("T")


class Askable(Protocol[T]):
    """What can be asked: a task with its key."""

    @property
    def key(self) -> str:
        """Equal for equal questions."""
        ...

    @property
    def task(self) -> Task[T]:
        """The task of answering it."""
        ...


LETTERS = "ABC"
RESTARTED = "restarted, since its worker was lost"
WAIT_SECONDS = 0.3
"""How long a page waits for an answer before it draws the progress: most are quicker."""
_VISITOR, _ASKED = "jobs: visitor", "jobs: asked last"


def visitor() -> str:
    """The name under which this session watches its jobs."""
    name: str = st.session_state.setdefault(_VISITOR, uuid.uuid4().hex)
    return name


def ask_all(questions: Sequence[Askable[T]], *, live: bool) -> list[Job[T] | None]:
    """The job of each question; None where nothing has been asked yet.

    In live mode a new question is asked at once, and the one it replaces is left, so that
    moving a slider does not fill the queue. A job that was stopped stays stopped until it is
    asked for again.
    """
    jobs, me = the_jobs(), visitor()
    found = [find(question) for question in questions]
    if live:
        asked: list[Askable[Any]] = st.session_state.get(_ASKED, [])
        current = {question.key for question in questions}
        for old in asked:
            if old.key not in current:
                jobs.stop(old.task, me)
        st.session_state[_ASKED] = list(questions)
        found = [
            job if job is not None else jobs.submit(question.task, me)
            for job, question in zip(found, questions, strict=True)
        ]
    return found


def wait_for(jobs: Sequence[Job[Any] | None]) -> bool:
    """Wait for jobs that will soon be over; return whether any is not."""
    end = time.monotonic() + WAIT_SECONDS
    under_way = [job for job in jobs if job is not None and not job.over]
    for job in under_way:
        job.wait(max(0.0, end - time.monotonic()))
    return any(not job.over for job in under_way)


def find(question: Askable[T]) -> Job[T] | None:
    """The job of a question, or its stored result; None where nothing has been asked yet.

    Results that come with the laboratory count as stored.
    """
    job = the_jobs().find(question.task, visitor())
    if job is None and (result := precomputed_answer(question)) is not None:
        return the_jobs().provide(question.task, cast(T, result), visitor())
    return job


def run(questions: Sequence[Askable[Any]]) -> None:
    """Ask for all of them, those that were stopped or failed included: for a button."""
    start([question.task for question in questions])


def start(tasks: Sequence[Task[Any]]) -> None:
    """Run them, and say so where the visitor has too many jobs: for a button."""
    jobs = [the_jobs().submit(task, visitor()) for task in tasks]
    if any(job.state.error == REFUSED for job in jobs):  # no page finds a job that was refused
        st.toast(REFUSED, icon=":material/warning:", duration="long")


def stop(question: Askable[Any]) -> None:
    """Leave a question; it ends unless somebody else watches it: for a button."""
    the_jobs().stop(question.task, visitor())


def entry_of(
    letter: str, question: ReconstructionStudy, state: JobState[Any], style: LineStyle
) -> Entry | None:
    """What can be drawn of a job by now; None before its first step and after a failure."""
    result: Reconstruction | None = state.result
    if result is not None:
        return Entry(
            letter=letter,
            method=question.method,
            image=result.image,
            history=result.history,
            snapshots=result.snapshots,
            stop=result.stop,
            message=result.message,
            style=style,
        )
    progress = state.progress
    if progress is None or progress.image is None or progress.history is None:
        return None
    return Entry(
        letter=letter,
        method=question.method,
        image=progress.image,
        history=progress.history,
        style=style,
    )


def at_iteration(entry: Entry, iteration: int) -> Entry:
    """The same entry as it stood at a stored iterate."""
    shot = entry.at(iteration)
    return replace(entry, image=shot.image, iteration=shot.iteration)


def status_card(
    letter: str, question: ReconstructionStudy, job: Job[Reconstruction] | None
) -> None:
    """Say how a job stands, with its progress, its place in the queue and a stop button."""
    if job is None:
        st.caption("Not run yet with these settings.")
        return
    state = job.state
    if state.phase == "failed":
        st.error(state.error)
    elif job.over:
        _ended(letter, state)
        if job.restarts:
            st.caption(RESTARTED.capitalize() + ".")
    else:
        progress_and_stop(job, key=f"stop {letter}", stop=stop, of=question)


def _ended(letter: str, state: JobState[Reconstruction]) -> None:
    result, progress = state.result, state.progress
    if result is None and progress is not None:
        st.caption(f"Stopped at {progress.step} of {progress.steps}.")
    elif result is None:
        st.caption("Stopped before its first iterate.")
    elif result.stop == "diverged":
        diverged_warning(result.message)
    else:
        ended = f"{result.message} Solver: {seconds_text(result.seconds)}."
        if result.message.startswith(BEFOREHAND):
            with st.container(key=f"{STORED} {letter}"):
                st.caption(ended, help="With any other settings the method runs here.")
        else:
            st.caption(ended)


def diverged_warning(message: str) -> None:
    """Say that a run diverged, in the words of its `message`."""
    st.warning(message, icon=":material/trending_up:")


def progress_and_stop(job: Job[Any], *, key: str, stop: Callable[[Any], None], of: object) -> None:
    """Say how far a job is, beside the button that calls `stop(of)`."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        progress_bar(job)
        st.button("Stop", key=key, icon=":material/stop:", on_click=stop, args=(of,))


def progress_bar(job: Job[Any]) -> None:
    """Say how far a job is: its place in the queue, or steps, rate, time left and watchers."""
    st.progress(*_progress(job), width="stretch")


def _progress(job: Job[Any]) -> tuple[float, str]:
    state = job.state
    if state.phase == "waiting":
        limit = f": {job.limit}" if job.limit else ""
        place = f"place {job.queue_position} in the queue{limit}" if job.queue_position else "next"
        return 0.0, f"waiting, {place}"
    progress = state.progress
    words = [RESTARTED] if job.restarts else []
    share = 0.0
    if progress is None:
        words.append("setting up")
    else:
        share = min(1.0, progress.step / progress.steps) if progress.steps else 0.0
        words.append(f"{progress.step} of {progress.steps}")
        if math.isfinite(progress.rate):
            words.append(f"{progress.rate:.3g} per s")
        if math.isfinite(progress.seconds_left):
            words.append(f"{seconds_text(progress.seconds_left)} left")
    if not job.joinable:
        return share, "stopping at its next step"
    if job.watchers > 1:
        words.append(f"{job.watchers} are watching")
    return share, " · ".join(words)


def seconds_text(seconds: float) -> str:
    """A duration as a person reads it."""
    if seconds < 1:
        return f"{1000 * seconds:.0f} ms"
    if seconds < 90:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    return f"{seconds / 60:.1f} min"
