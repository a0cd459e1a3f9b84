"""What `explain` says about a check or a word of the output."""

from __future__ import annotations

import textwrap

from msc_evidence.checks.finding import Rule
from msc_evidence.checks.glossary import GLOSSARY, glossary_term
from msc_evidence.checks.run import all_rules
from msc_evidence.registry.problems import nearest_hint

#: Columns of a paragraph.
WIDTH = 100


def explanations(word: str) -> list[str]:
    """The texts about a code, the beginning of codes, the name of a check, or a word of the glossary.

    Raises ValueError where it is none of these.
    """
    term = glossary_term(word)
    if term is not None:
        return [f"{term.title}\n\n{textwrap.fill(term.meaning, WIDTH)}\n"]
    matching = [
        rule for rule in all_rules() if rule.code.startswith(word.upper()) or rule.name == word.casefold()
    ]
    if not matching:
        known = [*(rule.code for rule in all_rules()), *(name for term in GLOSSARY for name in term.names)]
        hint = nearest_hint(word, known)
        where = "; `msc-evidence explain` lists the codes, docs/glossary.md the words"
        raise ValueError(f"unknown code or word '{word}'{hint if 'did you mean' in hint else where}")
    return [_rule_text(rule) for rule in matching]


def _rule_text(rule: Rule) -> str:
    """A rule's documentation with the records that it flags and does not."""
    paragraphs = [f"{rule.code} {rule.name} ({rule.severity})", rule.documentation]
    for example in rule.examples:
        word = "Flagged" if example.flagged else "Silent"
        paragraphs.append(f"{word}:\n{textwrap.indent(example.record, '    ')}")
    return "\n\n".join(paragraphs) + "\n"
