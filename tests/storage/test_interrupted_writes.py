"""A write that is interrupted leaves the file of the project as it was."""

from pathlib import Path

import numpy as np
import pytest

from assets import build_gallery
from core.evaluation import readme, uncertainty_scores
from core.storage.record import Record
from core.studies import architectures, precomputed
from docs import draw_architecture


def drawing(path, monkeypatch):
    draw_architecture.write("<svg/>", path)


def measured_architectures(path, monkeypatch):
    monkeypatch.setattr(architectures, "ARCHITECTURES", {})
    architectures.make(path)


def precomputed_run(path, monkeypatch):
    monkeypatch.setattr(precomputed, "encode", lambda result: Record(header={}, arrays={}))
    monkeypatch.setattr(precomputed, "_packed", lambda record, last: record)
    name = next(iter(precomputed.PRECOMPUTED))
    path.rename(path.with_name(f"{name}.run"))
    try:
        precomputed.write(name, type("Result", (), {"snapshots": ()}), path.parent)
    finally:
        path.with_name(f"{name}.run").rename(path)


def scores(path, monkeypatch):
    monkeypatch.setattr(readme, "RESULTS", path)
    monkeypatch.setattr(readme, "TRAINING", path.with_name("not there"))
    monkeypatch.setattr(readme, "with_networks", lambda text: text)
    readme.update(())


def hours(path, monkeypatch):
    monkeypatch.setattr(readme, "RESULTS", path.with_name("not there"))
    monkeypatch.setattr(readme, "TRAINING", path)
    monkeypatch.setattr(readme, "with_hours", lambda text: text)
    readme.update(())


def experiments(path, monkeypatch):
    monkeypatch.setattr(readme, "RESULTS", path)
    readme.update_experiments(())


def samplers(path, monkeypatch):
    monkeypatch.setattr(uncertainty_scores, "RESULTS", path)
    uncertainty_scores.update_results(())


def gallery(path, monkeypatch):
    monkeypatch.setattr(build_gallery, "pictures", lambda: iter([("Truth", "", np.eye(320))]))
    monkeypatch.setattr(build_gallery, "FILE", path.with_name("gallery.webp"))
    monkeypatch.setattr(build_gallery, "README", path)
    build_gallery.build()


OLD = """The old text. ![Old words](gallery.webp)
<!-- scores -->
<!-- /scores -->
<!-- uncertainty -->
<!-- /uncertainty -->
"""


@pytest.mark.parametrize(
    "write",
    [
        drawing,
        measured_architectures,
        precomputed_run,
        scores,
        hours,
        experiments,
        samplers,
        gallery,
    ],
)
def test_an_interrupted_write_leaves_the_old_file(write, tmp_path, monkeypatch):
    path = tmp_path / "file"
    path.write_text(OLD)

    def interrupted(whole):
        def half(self, content, *args, **options):
            whole(self, content[: len(content) // 2], *args, **options)
            raise KeyboardInterrupt

        return half

    with monkeypatch.context() as patched:
        for name in ("write_text", "write_bytes"):
            patched.setattr(Path, name, interrupted(getattr(Path, name)))
        with pytest.raises(KeyboardInterrupt):
            write(path, patched)
    assert path.read_text() == OLD
    assert not list(tmp_path.glob(".*"))
    write(path, monkeypatch)
    assert not list(tmp_path.glob(".*"))


def test_the_gallery_is_drawn_beside_the_old_one(tmp_path, monkeypatch):
    path = tmp_path / "README.md"
    path.write_text(OLD)
    (tmp_path / "gallery.webp").write_bytes(b"old")

    def interrupted(image, file, *args, **options):
        Path(file).write_bytes(b"half")
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("PIL.Image.Image.save", interrupted)
        with pytest.raises(KeyboardInterrupt):
            gallery(path, patched)
    assert (tmp_path / "gallery.webp").read_bytes() == b"old"
    gallery(path, monkeypatch)
    assert (tmp_path / "gallery.webp").read_bytes()[8:12] == b"WEBP"
    assert "![Images of one slice: the truth](gallery.webp)" in path.read_text()
