import pytest

from core.storage.draft import draft_of


def test_a_draft_takes_the_place_of_the_file_once_it_is_whole(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text("old")
    with draft_of(path) as draft, draft_of(path) as other:
        assert draft != other
        draft.write_text("new")
        other.write_text("newer")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_what_goes_wrong_leaves_the_old_file_and_no_draft(tmp_path):
    path = tmp_path / "rows.json"
    path.write_text("old")

    def fail():
        with draft_of(path) as draft:
            draft.write_text("half")
            raise OSError("The disk is full")

    with pytest.raises(OSError, match="disk is full"):
        fail()
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]
