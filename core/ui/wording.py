"""Moved to `core.number_format`; the name stands until every import has followed."""

from core.number_format import count, percent, plural, scientific, significant

__all__ = ["count", "percent", "plural", "scientific", "significant"]
