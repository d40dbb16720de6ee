"""What waits for the browser of a part that runs again is dropped, references included."""

import pytest
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.runtime.forward_msg_queue import ForwardMsgQueue
from streamlit.runtime.scriptrunner_utils import script_run_context

from core.ui.stale_references import no_stale_references

PART, OTHER = "part", "other"


def block(path, fragment=""):
    message = ForwardMsg()
    message.metadata.delta_path.extend(path)
    message.delta.add_block.allow_empty = True
    message.delta.fragment_id = fragment
    return message


def reference(path, fragment=""):
    message = ForwardMsg(hash=f"{path}")
    message.metadata.delta_path.extend(path)
    message.delta.new_element.markdown.body = "words"
    message.delta.fragment_id = fragment
    return script_run_context.create_reference_msg(message)


def left(fragments):
    """The paths of what stays of a queue when some parts run again."""
    queue = ForwardMsgQueue()
    for message in (
        block([0, 1]),
        reference([0, 1, 0]),
        block([0, 2], PART),
        reference([0, 2, 0], PART),
        block([0, 3], OTHER),
        reference([0, 3, 0], OTHER),
    ):
        queue.enqueue(message)
    queue.clear(retain_lifecycle_msgs=True, fragment_ids_this_run=fragments)
    return [list(message.metadata.delta_path) for message in queue.flush()]


def test_references_go_with_the_part_that_runs_again():
    with no_stale_references():
        assert left([PART]) == [[0, 1], [0, 1, 0], [0, 3], [0, 3, 0]]
        assert left([PART, OTHER]) == [[0, 1], [0, 1, 0]]
        assert left(None) == []


def test_this_streamlit_needs_it():
    """When this fails, Streamlit drops them itself and `stale_references.py` can go."""
    assert [0, 2, 0] in left([PART])
    assert [0, 2] not in left([PART])


@pytest.mark.parametrize("gone", ["_refer", "_clear"])
def test_another_streamlit_is_left_as_it_is(monkeypatch, gone):
    monkeypatch.setattr(f"core.ui.stale_references.{gone}", None)
    refer, clear = script_run_context.create_reference_msg, ForwardMsgQueue.clear
    with no_stale_references():
        assert script_run_context.create_reference_msg is refer
        assert ForwardMsgQueue.clear is clear


def test_a_reference_keeps_what_it_refers_to():
    plain = reference([0, 2, 0], PART)
    with no_stale_references():
        known = reference([0, 2, 0], PART)
    assert known.ref_hash == plain.ref_hash
    assert list(known.metadata.delta_path) == list(plain.metadata.delta_path)
    assert list(known.metadata.run.fragment_ids) == [PART]
