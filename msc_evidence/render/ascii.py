"""Text in ASCII only, for terminals and files that know nothing else."""

from __future__ import annotations

import re
import unicodedata

_SUPERSCRIPTS = re.compile("[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+")
#: `0·03`, as some journals print it.
_DECIMAL_DOT = re.compile(r"(?<=\d)·(?=\d)")
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
        "χ": "chi",
        "τ": "tau",
        "α": "alpha",
        "β": "beta",
        "√": "sqrt",
        "∞": "inf",
        "µ": "u",
        "⁄": "/",
        "─": "-",
        "⊕": "+",
        "⊝": "-",
        "✓": "ok",
        "✗": "x",
        "ß": "ss",
        "æ": "ae",
        "Æ": "AE",
        "œ": "oe",
        "ø": "o",
        "Ø": "O",
        "ł": "l",
        "Ł": "L",
        "đ": "d",
        "ı": "i",
        # Spelled out they would be markup, in texts that are escaped already.
        **dict.fromkeys("＜﹤＞﹥＆﹠", "?"),
    }
)


def to_ascii(text: str) -> str:
    """The text with every sign spelled out: `10⁸` as `10^8`, `±` as `+/-`, what is unknown as `?`.

    >>> to_ascii("−0.11 ± 10⁸ ¹"), to_ascii("χ² = 0·03, Jørgensen, 脳")
    ('-0.11 +/- 10^8 [1]', 'chi^2 = 0.03, Jorgensen, ?')
    >>> to_ascii("＜script＞")
    '?script?'
    """
    if text.isascii():
        return text
    powers = _SUPERSCRIPTS.sub(_superscript_in_ascii, _DECIMAL_DOT.sub(".", text))
    plain = unicodedata.normalize("NFKD", powers.translate(_SIGNS)).translate(_SIGNS)
    unmarked = "".join(sign for sign in plain if not unicodedata.combining(sign))
    return unmarked.encode("ascii", "replace").decode("ascii")


def _superscript_in_ascii(match: re.Match[str]) -> str:
    """A power after a digit or a letter, else the mark of a note."""
    digits = match[0].translate(_DIGITS)
    before = match.string[match.start() - 1 : match.start()]
    return f"^{digits}" if before.isalnum() else f"[{digits}]"
