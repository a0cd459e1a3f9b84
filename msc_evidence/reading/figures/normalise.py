"""One plain form of a text, whatever spaces, dashes, entities and notations it was saved with."""

from __future__ import annotations

import hashlib
import html
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from functools import cached_property, lru_cache
from typing import overload

from msc_evidence.reading.figures.repairs import PLAIN_REPAIRS, REPAIRS, Rewrite
from msc_evidence.registry.reported import ascii_signs


@dataclass(frozen=True, slots=True)
class Normalised:
    """A plain text, and for each of its characters (and for its end) the offset it had before."""

    text: str
    offsets: Sequence[int]

    def origin(self, start: int, end: int) -> tuple[int, int]:
        """Where the characters from `start` to `end` stood in the text before."""
        first = self.offsets[start]
        return first, max(first + 1, self.offsets[end])

    @property
    def sha256(self) -> str:
        """The SHA-256 hash of the plain text's letters and digits, in hexadecimal digits.

        Copies of one abstract differ in spaces, dashes, quotes and the capitals of its headings.
        """
        letters = "".join(filter(str.isalnum, self.text.casefold()))
        return hashlib.sha256(letters.encode()).hexdigest()


_INVISIBLE = "\u00ad\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"
_MARKS = "\u0300-\u036f"
_BLOCKS = "p|br|div"
_TAGS = rf"sup|sub|i|b|u|em|strong|italic|bold|span|{_BLOCKS}|jats:[a-z]+"
_CHARACTERS = {
    **dict.fromkeys("·∙⋅‧", "·"),
    **dict.fromkeys("⩽≦", "≤"),
    **dict.fromkeys("⩾≧", "≥"),
    **dict.fromkeys("‘’", "'"),
    **dict.fromkeys("“”", '"'),
    **dict.fromkeys("∼〜", "~"),
    "∶": ":",
    "≪": "<<",
    "≫": ">>",
    # An em dash parts two phrases (" - "); between two digits it is put back to a range below.
    **dict.fromkeys("—―", " - "),
}
#: Compatibility forms that would put a digit where none is read (½ → 1⁄2, ① → 1).
_KEPT_FORMS = ("<fraction>", "<circle>")


@lru_cache(maxsize=4096)
def _plain_character(character: str) -> str:
    """The plain form of one character outside ASCII: "ﬁ" → "fi", "−" → "-", "⁸" → "^8"."""
    if character in _CHARACTERS:
        return _CHARACTERS[character]
    simple = ascii_signs(character)
    if simple != character:
        return simple
    digit = unicodedata.decimal(character, None)
    if digit is not None:
        return str(digit)
    form = unicodedata.decomposition(character).split(" ", 1)[0]
    if form in _KEPT_FORMS:
        return character
    compatible = ascii_signs(unicodedata.normalize("NFKC", character))
    return "^" + compatible if form == "<super>" else compatible


def _tag(match: re.Match[str]) -> str:
    name = match[1].casefold()
    if name == "sup":
        return "" if match[0].startswith("</") else "^"
    return " " if name in _BLOCKS.split("|") else ""


def _power(match: re.Match[str]) -> str:
    return "10^" + match[1].replace(" ", "").replace("^", "").removeprefix("+")


#: The notations, in the order in which they are made plain. A further one is one more line.
REWRITES = (
    *[Rewrite(re.compile(r"&(?:#\w{1,8}|[a-zA-Z]\w{1,30});"), lambda m: html.unescape(m[0]), "&")] * 2,
    Rewrite(re.compile(rf"(?i)</?({_TAGS})(?: [a-z:-]{{1,20}}=[^<>]{{0,200}})? ?/?>"), _tag, "<"),
    Rewrite(re.compile(f"[{_INVISIBLE}]"), lambda _: "", _INVISIBLE, ascii=False),
    *REPAIRS,
    Rewrite(re.compile(f"[a-zA-Z][{_MARKS}]+"), lambda m: _composed(m[0]), ascii=False),
    Rewrite(re.compile(f"[^\x00-\x7f][{_MARKS}]*"), lambda m: _composed(m[0]), ascii=False),
    Rewrite(re.compile(r"[^\S ]"), lambda _: " "),
    Rewrite(re.compile(r" {2,}"), lambda _: " ", ("  ",)),
    Rewrite(re.compile(r"(?<=[0-9]) - (?=[0-9])"), lambda _: "-", (" - ",)),
    Rewrite(re.compile(r"(?<=[0-9=<>≤≥])·(?=[0-9])|(?<=[=<>≤≥] )·(?=[0-9])"), lambda _: ".", "·"),
    Rewrite(re.compile(r"(?<![0-9.,])0 \. (?=[0-9])"), lambda _: "0.", ("0 . ",)),
    # A superscript stays one after a digit only: 10^8, but m2. A run of superscript digits is one power.
    Rewrite(
        re.compile(r"(?<![0-9])(?<![0-9] )\^|(?<=[-+])\^|(?<=\^[0-9])\^|\^(?! ?[({]?[-+]?\^?[0-9])"),
        lambda _: "",
        "^",
    ),
    Rewrite(
        re.compile(r"(?<![0-9.,])10 ?(?:\^|\*\*) ?[({]?([-+]? ?\^?[0-9]{1,3})(?![0-9])[)}]?"), _power, "^*"
    ),
    Rewrite(re.compile(r"(?<![0-9.,])10\(([-+]?[0-9]{1,2})\)(?![0-9])"), _power, ("10(",)),
    # A word that stands close to a lost superscript: 2.5 x 108and.
    Rewrite(
        re.compile(r"(?<=[0-9)] [x*] )(10[1-9][0-9]?)(?=[a-z]{2})"), lambda m: f"{m[1]} ", ("x 10", "* 10")
    ),
    # The superscript was lost on the way: 2 x 106 cells, 3.6 x 10-5, 2 x 10 6.
    Rewrite(
        re.compile(r"(?<=[0-9)] [x*] )10 ?(-? ?[1-9][0-9]?)(?![0-9]|[.,][0-9])"), _power, ("x 10", "* 10")
    ),
    Rewrite(re.compile(r"(?<=[0-9)][x*])10 ?(-? ?[1-9][0-9]?)(?![0-9]|[.,][0-9])"), _power, ("x10", "*10")),
    Rewrite(re.compile(r"\+ ?/ ?-|\+-|(?<=[0-9%] )\+ -(?=[0-9])"), lambda _: "±", "+"),
    *PLAIN_REPAIRS,
    Rewrite(re.compile(r"(?<![0-9.,])([0-9]{1,3}) 000(?![0-9])"), lambda m: m[1] + ",000", (" 000",)),
)


_STEPS = tuple((rewrite, tuple(rewrite.needles)) for rewrite in REWRITES)


def _composed(text: str) -> str:
    """A character with its combining marks, plain and in one piece."""
    if len(text) > 1:
        text = unicodedata.normalize("NFC", text)
    return "".join(_plain_character(character) if character > "\x7f" else character for character in text)


def normalise(text: str) -> Normalised:
    """The text in its plain form.

    >>> normalise("1&nbsp;×&#x2009;10⁸ ﬁbroblasts,  P&lt;0·05").text
    '1 x 10^8 fibroblasts, P<0.05'
    """
    length, moves = len(text), []
    for rewrite, needles in _STEPS:
        # Most notations are in few texts: they are passed over without a call.
        if needles and not any(map(text.__contains__, needles)):
            continue
        if rewrite.concerns(text):
            text, moved = _rewritten(text, rewrite)
            moves += [moved] if moved else []
    start = len(text) - len(text.lstrip())
    end = max(start, len(text.rstrip()))
    if not moves:
        return Normalised(text[start:end], range(length + 1)[start : end + 1])
    return Normalised(text[start:end], Offsets(length, tuple(moves), start, end + 1))


#: What one rewrite replaced: from where, what stood there, and what stands there now.
Moves = list[tuple[int, str, str]]


class LazyOffsets(Sequence[int]):
    """Offsets that are worked out when the first is asked for: most texts are read without any."""

    @cached_property
    def _known(self) -> Sequence[int]:
        """Every offset."""
        raise NotImplementedError

    @overload
    def __getitem__(self, at: int) -> int: ...
    @overload
    def __getitem__(self, at: slice) -> Sequence[int]: ...
    def __getitem__(self, at: int | slice) -> int | Sequence[int]:
        return self._known[at]


@dataclass(eq=False)
class Offsets(LazyOffsets):
    """The offsets of a plain text."""

    length: int
    moves: tuple[Moves, ...]
    start: int
    end: int

    @cached_property
    def _known(self) -> Sequence[int]:
        offsets: Sequence[int] = range(self.length + 1)
        for moves in self.moves:
            offsets = _moved(moves, offsets)
        return offsets[self.start : self.end]

    def __len__(self) -> int:
        return self.end - self.start


def _rewritten(text: str, rewrite: Rewrite) -> tuple[str, Moves]:
    """The text with every match replaced, and what that moved: nothing where all lengths stay."""
    pieces: list[str] = []
    moves: Moves = []
    last, same = 0, True
    for match in rewrite.pattern.finditer(text):
        new, (start, end) = rewrite.replacement(match), match.span()
        pieces += (text[last:start], new)
        moves.append((start, match[0], new))
        same = same and len(new) == end - start
        last = end
    return "".join((*pieces, text[last:])) if moves else text, [] if same else moves


def _moved(moves: Moves, offsets: Sequence[int]) -> Sequence[int]:
    """The offset of each character after the replacements."""
    kept: list[int] = []
    last = 0
    for start, old, new in moves:
        kept += offsets[last:start]
        kept += [offsets[start + place] for place in _places(old, new)]
        last = start + len(old)
    return [*kept, *offsets[last:]]


def _places(old: str, new: str) -> list[int]:
    """Where each character of a replacement stood in what it replaces; one that is new, behind the one before it.

    >>> _places("90,180", "90, 180")
    [0, 1, 2, 3, 3, 4, 5]
    """
    places = [0] * len(new)
    if len(old) < 2 or len(new) < 2:
        return places
    for block in SequenceMatcher(None, old, new, autojunk=False).get_matching_blocks():
        places[block.b :] = range(block.a, block.a + block.size)
        places += [block.a + block.size] * (len(new) - len(places))
    return places


def sha256(text: str) -> str:
    """The SHA-256 hash of the letters and digits of the text in its plain form, in hexadecimal digits."""
    return normalise(text).sha256
