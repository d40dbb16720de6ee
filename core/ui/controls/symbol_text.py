"""Symbols as plain text: a screen reader reads the label of a control sign by sign."""

import re
import unicodedata

_COMMANDS = {"lVert": "‖", "rVert": "‖", "top": "ᵀ", "nabla": "∇", "partial": "∂", "max": "max"}


def symbol_text(latex: str) -> str:
    r"""Write a symbol in Unicode, `\tau/\mu` as τ/μ; empty where Unicode has no such text.

    Examples
    --------
    >>> symbol_text(r"\mu\lVert A \rVert^2/\tau")
    'μ‖A‖²/τ'
    >>> symbol_text(r"\nu_c")  # there is no small c below the line
    ''
    """
    try:
        text = re.sub(r"\\([A-Za-z]+)", _command, latex.replace("\\,", ""))
        text = re.sub(r"\^\{?([ᵀ\w])\}?", lambda found: _raised(found[1]), text)
        text = re.sub(r"_(\w)", lambda found: _small("SUBSCRIPT", found[1]), text)
    except KeyError:
        return ""
    return "" if re.search(r"[\\_^{}]", text) else text.replace(" ", "")


def plain_label(label: str) -> str:
    """Write the label of a control without LaTeX; a symbol that has no text is left out."""
    return re.sub(r" ?\$([^$]*)\$", lambda found: f" {symbol_text(found[1])}".rstrip(), label)


def _command(found: re.Match[str]) -> str:
    name = found[1]
    if name in _COMMANDS:
        return _COMMANDS[name]
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    return unicodedata.lookup(f"GREEK {size} LETTER {name}")


def _raised(sign: str) -> str:
    return sign if sign == "ᵀ" else _small("SUPERSCRIPT", sign)


def _small(place: str, sign: str) -> str:
    """A digit or a small letter above or below the line; `KeyError` where there is none."""
    if sign.isdigit():
        return unicodedata.lookup(f"{place} {unicodedata.name(sign).removeprefix('DIGIT ')}")
    kind = "LATIN SUBSCRIPT SMALL" if place == "SUBSCRIPT" else "MODIFIER LETTER SMALL"
    return unicodedata.lookup(f"{kind} LETTER {sign.upper()}")
