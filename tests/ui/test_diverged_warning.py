"""Every page says in one way that a run diverged."""

from pathlib import Path

from streamlit.testing.v1 import AppTest

ICON = ":material/trending_up:"
UI = Path(__file__).parents[2] / "core" / "ui"


def page():
    from core.ui.workbench.job_status import diverged_warning

    diverged_warning("Diverged: the step is too long.")


def test_it_is_a_warning_with_the_message_of_the_run():
    (warning,) = AppTest.from_function(page, default_timeout=60).run().warning
    assert (warning.value, warning.icon) == ("Diverged: the step is too long.", ICON)


def test_one_function_draws_it():
    files = [path.name for path in UI.rglob("*.py") if ICON in path.read_text(encoding="utf-8")]
    assert files == ["job_status.py"]
