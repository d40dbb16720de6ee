"""How good every method is, on images that no network has seen: `python -m core evaluate`."""

from core.evaluation.scores import Row, scores
from core.evaluation.summary import Summary, summaries

__all__ = ["Row", "Summary", "scores", "summaries"]
