import os
import stat

import pytest

from core.errors import InputError
from core.storage import cache_folder as module
from core.storage.cache_folder import cache_folder


def test_the_folder_is_private(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "cache"))
    folder = cache_folder("results")
    assert folder == tmp_path / "cache" / "results"
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700


def test_a_folder_that_cannot_be_had_is_told(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.setenv("LAB_CACHE", str(tmp_path / "file"))
    with pytest.raises(InputError, match="Set LAB_CACHE"):
        cache_folder("results")


def test_a_project_that_may_not_be_written_to_falls_back(tmp_path, monkeypatch):
    (tmp_path / "file").write_text("in the way")
    monkeypatch.delenv("LAB_CACHE", raising=False)
    monkeypatch.setattr(module, "PROJECT", tmp_path / "file")
    monkeypatch.setattr(module.tempfile, "gettempdir", lambda: str(tmp_path / "shared"))
    folder = cache_folder("results")
    assert folder.parent.parent == tmp_path / "shared"
    assert stat.S_IMODE(folder.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can chown")
def test_a_folder_that_somebody_else_made_first_is_not_used(tmp_path, monkeypatch):
    monkeypatch.setenv("LAB_CACHE", str(tmp_path))
    (tmp_path / "results").mkdir()
    os.chown(tmp_path / "results", 12345, 12345)
    with pytest.raises(InputError, match="belongs to another user"):
        cache_folder("results")
