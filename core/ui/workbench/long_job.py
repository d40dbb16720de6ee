"""A job of its own on a page: a button that starts it, its progress, a stop, and its result."""

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from core.jobs.job import Job, JobState, Task
from core.jobs.queue import the_jobs
from core.ui.workbench.job_status import progress_and_stop, start, visitor, wait_for
from core.ui.workbench.polling import watch


def long_job(
    task: Task[Any],
    *,
    label: str,
    icon: str,
    show: Callable[[JobState[Any]], None],
    help: str | None = None,
    resume: str = "",
) -> None:
    """Offer to run `task`, and call `show` with its state at each look and at the end.

    The job is found again after a reload, and by everybody else who asks the same. `resume` is
    what the button says where a job was stopped that can go on.
    """
    jobs, me = the_jobs(), visitor()
    job = jobs.find(task, me)
    stopped = job is not None and job.state.phase == "stopped"
    st.button(
        resume if stopped and resume else label,
        key=f"start {label}",
        type="primary",
        icon=icon,
        help=help,
        on_click=start,
        args=([task],),
        disabled=job is not None and job.joinable,
    )
    busy = wait_for([job])

    def look() -> Sequence[Job[Any] | None]:
        job = jobs.find(task, me)
        if job is not None:
            state = job.state
            if state.error:
                st.error(state.error)
            if not job.over:
                progress_and_stop(job, key=f"stop {label}", stop=_stop, of=task)
            show(state)
        return [job]

    with st.container(key=f"results of {label}"):
        watch(look, busy=busy)


def _stop(task: Task[Any]) -> None:
    the_jobs().stop(task, visitor())
