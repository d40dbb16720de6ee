"""The class of `make load`: three sessions on a real server, and what is said of failures."""

import asyncio
import math
import tomllib
from pathlib import Path
from types import SimpleNamespace

import pytest
from streamlit.proto.Delta_pb2 import Delta
from streamlit.proto.Slider_pb2 import Slider

from core import __main__ as program
from core.benchmarks.load import run
from core.benchmarks.load.browser_state import CACHED_RUNS, LargeMessages
from core.benchmarks.load.lesson import Class
from core.benchmarks.load.outcome import Outcome, Plan, Step, as_json, quantile, report
from core.benchmarks.load.session import PageSession
from core.benchmarks.load.socket import SessionError
from core.benchmarks.load.widgets import widgets_of
from core.cli.commands import main

VISITORS = 3
ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def outcome():
    link = "size=64&a=fbp&b=none"
    plan = Plan(query=link, alone=2, rate=10, seconds=0.3, arrive=0.1, after=0)
    return run.measure(plan, "classical_inversion", VISITORS)


def test_no_session_fails(outcome):
    assert outcome.failures == []


def test_everybody_does_everything(outcome):
    assert {step.what: len(step.seconds) for step in outcome.steps} == {
        "first visitor opens": 1,
        "second visitor opens": 1,
        "one visitor moves a slider": 2,
        "all open the page": VISITORS,
        "all move a slider": 3 * VISITORS,
        "all run the same scene": VISITORS,
        "all run different scenes": VISITORS,
    }


def test_the_server_ran_each_action_and_was_paid_for_it(outcome):
    moved = outcome.step("all move a slider")
    assert moved.runs >= len(moved.seconds)
    assert moved.deltas > 50 * moved.runs
    assert 0 < moved.cpu_ms < math.inf
    assert outcome.peak_mb >= outcome.before_mb > 100
    assert outcome.after_mb > 100


def test_a_scene_that_was_not_run_before_is_waited_for(outcome):
    scenes = outcome.step("all run different scenes")
    assert len(scenes.results) == VISITORS
    assert all(first <= last for first, last in zip(scenes.seconds, scenes.results, strict=True))


def test_the_table_has_a_line_for_each_action(outcome):
    lines = report(outcome).splitlines()
    assert [line for line in lines if line.startswith("all move a slider")]
    assert "failures: 0" in lines
    assert [row["what"] for row in as_json(outcome)["steps"]] == [s.what for s in outcome.steps]


def test_a_server_that_does_not_answer_is_a_failure_and_not_an_exception():
    visitors = Class(sessions=[PageSession(url="http://127.0.0.1:1/", deadline=5)])
    asyncio.run(visitors.open(Step(what="open"), arrive=0))
    assert visitors.sessions == []
    assert [sentence[:28] for sentence in visitors.failures] == ["The server did not answer: ["]


def test_a_widget_that_is_not_there_is_named():
    with pytest.raises(SessionError, match=r"no widget 'size'\."):
        PageSession(url="http://127.0.0.1:1/").find("size")


@pytest.mark.parametrize("failures", [[], ["The server closed the session."]])
def test_the_command_fails_with_a_session(monkeypatch, capsys, failures):
    def measure(plan, page, visitors, name, options):
        made.append((page, visitors, name, options))
        step = Step(what="all move a slider", seconds=[0.5], lasted=1, cpu=0.1, runs=1)
        return Outcome(
            configuration=name, page=page, visitors=visitors, steps=[step], failures=failures
        )

    made = []
    monkeypatch.setattr(run, "measure", measure)
    words = ["load", "--visitors", "2", "--page", "forward", "--against=--a=1 --b=2"]
    assert main(words, {"load": program.load}) == (2 if failures else 0)
    assert made == [
        ("forward", 2, "as it ships", []),
        ("forward", 2, "--a=1 --b=2", ["--a=1", "--b=2"]),
    ]
    shown = capsys.readouterr()
    assert all(sentence in shown.out for sentence in failures)
    assert bool(shown.err) == bool(failures)


def drawn(slider):
    delta = Delta()
    delta.new_element.slider.CopyFrom(slider)
    (widget,) = widgets_of(delta)
    return widget


def test_a_select_slider_sends_its_option_and_a_slider_its_number():
    options = Slider(
        id="$$ID-1f-size", type=Slider.SELECT_SLIDER, options=["64", "128"], default=[1], max=1
    )
    size = drawn(options)
    assert (size.key, size.value) == ("size", "128")
    assert list(size.state("64").string_array_value.data) == ["64"]
    row = drawn(Slider(id="$$ID-1f-profile.row", default=[3], max=9))
    assert (row.key, row.value) == ("profile.row", 3)
    assert list(row.state(4).double_array_value.data) == [4.0]


def test_the_page_may_set_a_value():
    moved = Slider(id="$$ID-1f-row", default=[3], value=[5], set_value=True, max=9)
    assert drawn(moved).value == 5


def test_quantiles_are_values_that_were_measured():
    assert quantile([3, 1, 2], 0.95) == 3
    assert quantile([3, 1, 2], 0.5) == 2
    assert math.isnan(quantile([], 0.5))


def test_who_watches_a_job_together_is_counted():
    session = PageSession(url="")
    session.seen.look("3 of 50 · 12 per s · 4 are watching")
    session.seen.look("waiting, place 2 in the queue")
    seen = SimpleNamespace(**vars(session.seen))
    assert (seen.watchers, seen.waited) == (4, True)


def test_a_job_is_given_up_only_when_nothing_moves():
    session = PageSession(url="", deadline=0.05)
    session._polls["status"] = None

    async def move():
        for place in range(10, 0, -1):
            session.seen.look(f"waiting, place {place} in the queue")
            await asyncio.sleep(0.02)

    async def wait():
        moving = asyncio.create_task(move())
        with pytest.raises(SessionError, match="Nothing moved for 0 s"):
            await session.at_rest()
        assert moving.done()

    asyncio.run(wait())
    assert "place 1 in" in session.seen.progress


def test_a_large_message_is_kept_as_configured_and_for_longer_where_it_is_used():
    shipped = tomllib.loads((ROOT / ".streamlit" / "config.toml").read_text())
    assert shipped["global"]["maxCachedMessageAge"] == CACHED_RUNS
    messages = LargeMessages()
    for name in ("used", "unused"):
        messages.put(name, Delta())
    for _ in range(CACHED_RUNS + 1):
        assert messages.find("used") == Delta()
        messages.end_run()
    assert list(messages) == ["used"]
    assert messages.find("unused") is None
