"""What all tests have in common: a store of their own, and a program that stays what it is."""

import os
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

STORE = pytest.StashKey[Path]()


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of a run one new store.

    A result of an earlier run, or of somebody who uses the laboratory here, says nothing about the
    code that is tested.
    """
    if not hasattr(config, "workerinput"):  # the workers of pytest-xdist inherit the environment
        config.stash[STORE] = Path(tempfile.mkdtemp(prefix="lab-tests-"))
        os.environ["LAB_CACHE"] = str(config.stash[STORE])


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the store."""
    if STORE in config.stash:
        shutil.rmtree(config.stash[STORE], ignore_errors=True)


@pytest.fixture(autouse=True)
def same_program() -> Iterator[None]:
    """Put back what runs: a page that is tested takes its place, and processes would begin with it.

    A process that is spawned begins with the file of its parent, which is a script of the page by
    then, and may need arguments or be gone.
    """
    program = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = program
