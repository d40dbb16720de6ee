"""Moved to `core.parameters`; the name stands until every import has followed."""

from core.parameters import Parameter, Value, param, parameters_of, parse_values, values_of

__all__ = ["Parameter", "Value", "param", "parameters_of", "parse_values", "values_of"]
