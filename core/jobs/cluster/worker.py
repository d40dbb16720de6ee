"""What a worker of the cluster does: run a task, publish its progress, end when nobody wants it."""

import time
import uuid
from dataclasses import asdict, dataclass, replace
from typing import Any

from distributed import Variable, get_client, get_worker

from core.array_types import Image
from core.jobs.cluster.progress import Progress
from core.jobs.job import PackedTask
from core.methods.support.history import History

REPORT_SECONDS = 0.25
"""Between two reports: each may hold an image."""

FETCH_SECONDS = 60.0
"""How long what a run has published stays after its end."""

TOPIC = "inverse-problems-lab"
"""Of the events by which workers say that there is something to fetch."""


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What an event says: the run of a task, its worker, and how often it has published.

    `progress` counts the reports, 0 when the run has only begun, `parts` those that brought other
    parts; `partial` is true when a stopped run has left its result. What was published last stands
    in a `Variable` each, see `variable`.
    """

    key: str
    run: str
    worker: str
    progress: int = 0
    parts: int = 0
    partial: bool = False

    def variable(self, what: str) -> str:
        """The name of the variable that holds the progress, the parts or the partial result."""
        return f"{self.run}: {what}"


def run_packed(task: PackedTask) -> tuple[bool, bytes]:
    """Run a task on a worker; return whether it was asked to stop, and its record as bytes."""
    report = _WorkerReport(task)
    try:
        content = task.run(report).to_bytes()
        if report.stopping:
            report.leave_partial(content)
    finally:
        report.end()
    return report.stopping, content


class _WorkerReport:
    """The `Report` of a task on a worker."""

    def __init__(self, task: PackedTask) -> None:
        self._task = task
        self._worker = get_worker()
        self._client = get_client()
        self._notice = Notice(
            key=str(self._worker.get_current_task()),
            run=uuid.uuid4().hex,
            worker=self._worker.address,
        )
        self._variables: dict[str, Variable] = {}
        self._parts: tuple[Any, ...] = ()
        self._reported = time.monotonic()
        self.stopping = False
        self._notify()

    def __call__(
        self,
        step: int,
        steps: int,
        *,
        image: Image | None = None,
        history: History | None = None,
        part: str = "",
        parts: tuple[Any, ...] = (),
    ) -> bool:
        """Publish the progress from time to time; True once no page server wants the task."""
        self.stopping = self.stopping or self._cancelled()
        if not self.stopping and time.monotonic() - self._reported >= REPORT_SECONDS:
            if [*map(id, parts)] != [*map(id, self._parts)]:  # they may be large
                self._parts = parts
                self._publish("parts", self._task.encode_parts(parts).to_bytes())
                self._notice = replace(self._notice, parts=self._notice.parts + 1)
            progress = Progress(step=step, steps=steps, image=image, history=history, part=part)
            self._publish("progress", progress.to_bytes())
            self._notify(progress=self._notice.progress + 1)
            self._reported = time.monotonic()
        return self.stopping

    def leave_partial(self, content: bytes) -> None:
        """Publish the result of a stopped run, for the page server that stopped it."""
        self._publish("partial", content)
        self._notify(partial=True)

    def end(self) -> None:
        """Remove after a while what was published."""
        loop = self._worker.loop
        for variable in self._variables.values():
            loop.add_callback(loop.call_later, FETCH_SECONDS, variable.delete)

    def _cancelled(self) -> bool:
        task = self._worker.state.tasks.get(self._notice.key)
        return task is None or task.state == "cancelled"

    def _publish(self, what: str, content: bytes) -> None:
        name = self._notice.variable(what)
        self._variables.setdefault(name, Variable(name, self._client)).set(content)

    def _notify(self, **changes: Any) -> None:
        self._notice = replace(self._notice, **changes)
        self._worker.log_event(TOPIC, asdict(self._notice))
