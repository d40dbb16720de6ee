"""Tasks, a clock and a gate for the tests of the queue."""

import threading

import numpy as np

from core.jobs.job import Task
from core.storage.record import Record


class Clock:
    def __init__(self):
        self.now = 1000.0

    def __call__(self):
        return self.now


def task(key, run):
    """A task whose result is a number; a negative one was cut short."""
    return Task(
        key=key,
        title=f"Task {key}",
        run=run,
        encode=lambda number: Record(header={"number": number}, arrays={"zeros": np.zeros(100)}),
        decode=lambda record: record.header["number"],
        complete=lambda number: number >= 0,
    )


class Gate:
    """A task's work that runs until the gate opens, it is told to stop, or a test has failed."""

    def __init__(self, result=1, step_seconds=0.005):
        self.began, self.open = threading.Event(), threading.Event()
        self.result, self.step_seconds, self.runs = result, step_seconds, 0

    def __call__(self, report):
        self.runs += 1
        self.began.set()
        for step in range(int(10 / self.step_seconds)):
            if self.open.wait(self.step_seconds):
                break
            if report(step, 1000):
                return -1
        return self.result
