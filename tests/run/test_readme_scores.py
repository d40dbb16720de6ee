from core.run.evaluation.readme import BEGIN, END, README, with_scores
from core.run.evaluation.scores import scores
from core.run.evaluation.summary import summaries


def test_the_readme_shows_the_scores_of_the_file():
    text = README.read_text(encoding="utf-8")
    assert with_scores(text, summaries(scores())) == text, "run `python -m core evaluate`"


def test_only_what_stands_between_the_marks_changes():
    text = f"before\n{BEGIN}old\n{END}\nafter\n"
    written = with_scores(text, summaries(scores())[:1])
    assert written.startswith("before\n")
    assert written.endswith("\nafter\n")
    assert "old" not in written
