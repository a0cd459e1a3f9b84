"""Which arm words are about: an arm is named by the words of its label that no other arm has."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: Words of labels that tell no arm from another.
_COMMON = frozenset(
    (
        *(
            "the",
            "and",
            "with",
            "group",
            "groups",
            "arm",
            "arms",
            "patients",
            "treatment",
            "treated",
            "plus",
            "alone",
        ),
        *("daily", "receiving"),
    )
)
#: A longer word is the same with an s.
_SHORT = 3


def own_words(labels: Mapping[str, str]) -> dict[str, set[str]]:
    """For each arm the words of its label that no other arm has.

    >>> own_words({"a": "cell group", "b": "placebo group"}), own_words({"a": "eyes", "b": "hand"})
    ({'a': {'cell'}, 'b': {'placebo'}}, {'a': {'eye'}, 'b': {'hand'}})
    """
    words = {name: _words(label) for name, label in labels.items()}
    return {
        name: own - {word for other, theirs in words.items() if other != name for word in theirs}
        for name, own in words.items()
    }


def _words(text: str) -> set[str]:
    found = re.findall(
        r"[a-z0-9-]{3,}|(?<![a-z])[a-d](?![a-z])|(?<=group )[ivx\d]{1,3}(?!\w)", text.casefold()
    )
    return {word.rstrip("s") if len(word) > _SHORT else word for word in found if word not in _COMMON}


def arms_named(text: str, own: Mapping[str, set[str]]) -> list[str]:
    """The arms that words name, in the order in which they first do."""
    folded = text.casefold()

    def place(words: set[str]) -> int:
        found = (re.search(rf"(?<!\w){re.escape(word)}s?(?!\w)", folded) for word in words)
        return min((match.start() for match in found if match), default=-1)

    places = {name: place(words) for name, words in own.items()}
    return sorted((name for name, place in places.items() if place >= 0), key=lambda name: places[name])
