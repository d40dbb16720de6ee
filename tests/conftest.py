"""What all tests have in common: a store of their own."""

import os
import shutil
import tempfile
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
