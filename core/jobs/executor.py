"""Where jobs run: the one place that knows what kind of executor there is."""

from concurrent.futures import Executor, ThreadPoolExecutor

WORKERS = 2
"""Jobs that run at once. More would not finish sooner: each solve fills the cores by itself."""


def make_executor() -> Executor:
    """The executor of this process: threads, which the compiled projector lets run at once."""
    return ThreadPoolExecutor(WORKERS, thread_name_prefix="job")
