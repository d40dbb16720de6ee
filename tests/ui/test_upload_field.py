"""A field for a visitor's file, and a second file that goes with it."""

from types import SimpleNamespace

import pytest

from core.ui.scan.field import Field


def upload(name):
    return SimpleNamespace(file_id=f"id of {name}", name=name, getvalue=lambda: name.encode())


SINOGRAM, OTHER = upload("mine.npy"), upload("other.npy")
ANGLES, BETTER = upload("angles.txt"), upload("better.txt")


class Opened:
    """A field with what it was asked to take."""

    def __init__(self, answer=""):
        self.field, self.taken, self.answer = Field(), [], answer

    def look(self, *uploads):
        self.field.look(uploads, self._take)
        return self.taken[-1] if self.taken else None

    def _take(self, title, *contents):
        self.taken.append((title, *contents))
        if not self.answer:
            self.field.files = {"digest": SimpleNamespace(title=title, content=contents[0])}
        return self.answer


def test_angles_go_with_the_open_file_after_the_field_was_drawn_anew():
    """Streamlit forgets the uploads of a field that was not drawn; the file stays open here."""
    opened = Opened()
    assert opened.look(SINOGRAM, None) == ("mine.npy", b"mine.npy", None)
    opened.look(None, None)
    assert opened.look(None, ANGLES) == ("mine.npy", b"mine.npy", b"angles.txt")
    opened.look(None, ANGLES)
    assert len(opened.taken) == 2
    assert opened.look(None, BETTER) == ("mine.npy", b"mine.npy", b"better.txt")
    assert opened.look(OTHER, BETTER) == ("other.npy", b"other.npy", b"better.txt")


def test_angles_that_were_taken_are_not_taken_again_without_their_file():
    opened = Opened()
    opened.look(SINOGRAM, ANGLES)
    opened.look(None, ANGLES)
    opened.look(None, None)
    assert len(opened.taken) == 1


def test_angles_wait_for_a_file():
    opened = Opened()
    assert opened.look(None, ANGLES) is None
    assert opened.look(SINOGRAM, ANGLES) == ("mine.npy", b"mine.npy", b"angles.txt")


@pytest.mark.parametrize("uploads", [(SINOGRAM, ANGLES), (SINOGRAM, None)])
def test_what_is_wrong_is_said_until_the_file_is_taken_away(uploads, monkeypatch):
    said = []
    monkeypatch.setattr("streamlit.error", said.append)
    opened = Opened(answer="It is damaged")
    opened.look(*uploads)
    opened.look(*uploads)
    assert said == ["It is damaged"] * 2
    opened.look(None, uploads[1])
    assert len(said) == 2
    assert len(opened.taken) == 1


def test_what_is_wrong_with_later_angles_is_said_too(monkeypatch):
    said = []
    monkeypatch.setattr("streamlit.error", said.append)
    opened = Opened()
    opened.look(SINOGRAM, None)
    opened.look(None, None)
    opened.answer = "They are not angles"
    opened.look(None, ANGLES)
    opened.look(None, ANGLES)
    assert said == ["They are not angles"] * 2
