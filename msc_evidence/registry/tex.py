"""What TeX prints of a text: accents and escapes as the signs they stand for."""

from __future__ import annotations

import re
import unicodedata

#: Accent → the sign that combines with the letter before it.
_ACCENTS = {
    "`": "\u0300", "'": "\u0301", "^": "\u0302", "~": "\u0303", "=": "\u0304", "u": "\u0306",
    ".": "\u0307", '"': "\u0308", "r": "\u030a", "H": "\u030b", "v": "\u030c", "d": "\u0323",
    "c": "\u0327", "k": "\u0328", "b": "\u0331",
}  # fmt: skip
_LETTERS = {
    "ss": "ß", "o": "ø", "O": "Ø", "l": "ł", "L": "Ł", "ae": "æ", "AE": "Æ", "oe": "œ", "OE": "Œ",
    "aa": "å", "AA": "Å", "dh": "ð", "DH": "Ð", "th": "þ", "TH": "Þ", "i": "ı", "j": "ȷ",
    "textbackslash": "\\", "textasciitilde": "~", "textasciicircum": "^",
    "textbraceleft": "{", "textbraceright": "}",
    "textendash": "–", "textemdash": "—",
}  # fmt: skip
_TEX = re.compile(
    r"""\\(?P<escaped>[&%$\#_{}])
      |\\(?P<mark>[`'^~=."])\s*(?:\{\\?(?P<braced>[^\W\d_])\}|\\?(?P<bare>[^\W\d_]))
      |\\(?P<named>[uvHcdbkr])(?:\s*\{\\?(?P<in>[^\W\d_])\}|\s+(?P<after>[^\W\d_]))
      |\\(?P<letter>[A-Za-z]+)(?:\{\}|\s+|(?![A-Za-z]))
      |(?P<brace>[{}])
      |(?P<tie>~)""",
    re.VERBOSE,
)


def plain(text: str) -> str:
    r"""The text as TeX prints it, on one line; commands that are no letter are dropped.

    >>> plain(r"Mu{\~n}oz \& {\O}rsted, \v{S}koda {DNA}"), plain(r"G\"odel")
    ('Muñoz & Ørsted, Škoda DNA', 'Gödel')
    """
    return " ".join(_TEX.sub(_printed, text).split())


def _printed(found: re.Match[str]) -> str:
    if found["escaped"]:
        return found["escaped"]
    mark = found["mark"] or found["named"]
    if mark:
        letter = found["braced"] or found["bare"] or found["in"] or found["after"]
        return unicodedata.normalize("NFC", letter + _ACCENTS[mark])
    if found["letter"]:
        return _LETTERS.get(found["letter"], "")
    return " " if found["tie"] else ""
