"""Text that acts on nothing: what a file, a name or a server says, shown and not obeyed."""

from __future__ import annotations

import re
from collections.abc import Callable

#: Signs that would act on a terminal, turn the reading order round, or show nothing at all, and halves of signs, which
#: stand for the bytes of a file name that is not UTF-8. Joiners stay between letters that they join.
_UNSHOWN = (
    r"\x7f-\x9f\u00ad\u061c\u180e\u2028\u2029\u200b\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb"
    r"\ud800-\udfff\U0001d173-\U0001d17a\U000e0000-\U000e007f"
)
_JOINED = r"[^\x00-\x7f\u2000-\u206f]"
_JOINERS = rf"(?<!{_JOINED})[\u200c\u200d]|[\u200c\u200d](?!{_JOINED})"
_ACTING = re.compile(rf"[\x00-\x1f{_UNSHOWN}]|{_JOINERS}")
#: The same in a text of many lines.
_ACTING_BETWEEN_LINES = re.compile(rf"[\x00-\x08\x0b-\x1f{_UNSHOWN}]|{_JOINERS}")
#: And where colours are shown.
_ACTING_BUT_COLOUR = re.compile(
    rf"[\x00-\x08\x0b-\x1a\x1c-\x1f{_UNSHOWN}]|\x1b(?!\[[0-9;]{{0,20}}m)|{_JOINERS}"
)
#: A line that begins so is a command to GitHub's runner.
_COMMAND = re.compile(r"^(?=[^\S\n]*::)", re.MULTILINE)


def inert(text: str) -> str:
    """The text with line breaks and tabs as spaces, and every other sign that acts or shows nothing as `�`.

    >>> inert("a\\tb"), inert("\\x1b[31m"), inert("ban\\u200bg")
    ('a b', '�[31m', 'ban�g')
    """
    return text if text.isprintable() else _ACTING.sub(_stand_in, text)


def inert_lines(text: str, *, colour: bool = False, commands: bool = False) -> str:
    """The lines of a whole answer or message, none of which acts on a terminal or, but for `commands`, on a runner.

    The last thing that a text passes before it is written: the formats have their own ways to keep what they hold.

    >>> inert_lines("a\\tb\\x9b\\n ::error::c\\n")
    "a\\tb�\\n' ::error::c\\n"
    """
    acting = _ACTING_BUT_COLOUR if colour else _ACTING_BETWEEN_LINES
    shown = acting.sub(_stand_in, text)
    return shown if commands or "::" not in shown else _COMMAND.sub("'", shown)


def with_references(text: str, reference: Callable[[str], str]) -> str:
    """The text with the signs that act or show nothing written as the format at hand refers to them.

    >>> with_references("ban\\u200bg", lambda sign: f"&#x{ord(sign):x};")
    'ban&#x200b;g'
    """
    return _ACTING_BETWEEN_LINES.sub(lambda sign: reference(sign[0]), text)


def _stand_in(match: re.Match[str]) -> str:
    return " " if match[0].isspace() else "\N{REPLACEMENT CHARACTER}"
