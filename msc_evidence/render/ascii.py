"""Text in ASCII only, for terminals and files that know nothing else."""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
_DIGITS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
_SIGNS = str.maketrans(
    {
        **dict.fromkeys("−–—‐‑", "-"),
        **dict.fromkeys("“”„", '"'),
        **dict.fromkeys("’‘", "'"),
        "·": "*",
        "×": "x",
        "±": "+/-",
        "≤": "<=",
        "≥": ">=",
        "↓": "(lower is better)",
        "↑": "(higher is better)",
        "…": "...",
        "²": "^2",
        "χ": "chi",
        "τ": "tau",
        "α": "alpha",
        "√": "sqrt",
        "─": "-",
        "⊕": "+",
        "⊝": "-",
        "✓": "ok",
        "✗": "x",
    }
)


def to_ascii(text: str) -> str:
    """The text with every sign spelled out or replaced: `10⁸` as `10^8`, `±` as `+/-`.

    >>> to_ascii("−0.11 ± 10⁸ ¹")
    '-0.11 +/- 10^8 [1]'
    """
    powers = _SUPERSCRIPTS.sub(_superscript, text)
    plain = unicodedata.normalize("NFKD", powers.translate(_SIGNS))
    return plain.encode("ascii", "ignore").decode("ascii")


def _superscript(match: re.Match[str]) -> str:
    """A power after a digit, else the mark of a note."""
    digits = match[0].translate(_DIGITS)
    before = match.string[match.start() - 1 : match.start()]
    return f"^{digits}" if before.isdigit() else f"[{digits}]"
