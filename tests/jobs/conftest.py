"""A store and executors of its own for each test of the jobs."""

import pytest

from core.jobs.executor import ThreadExecutor
from core.storage.store import Store


@pytest.fixture
def store(tmp_path):
    return Store(tmp_path)


@pytest.fixture
def executor():
    with ThreadExecutor(2) as pool:
        yield pool


@pytest.fixture
def single():
    """An executor that runs one job after the other."""
    with ThreadExecutor(1) as pool:
        yield pool
