"""What a report says first: the question in one sentence, and the answer that its Summary of Findings gives."""

from __future__ import annotations

from collections.abc import Sequence

from msc_evidence.analysis.body import Body
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.two_arms.effects import no_difference
from msc_evidence.tables.review.sof import EvidenceRow
from msc_evidence.tables.sof.question import NOT_RECORDED, Header
from msc_evidence.tables.sof.sentence import in_words, is_plural
from msc_evidence.tables.sof.words import difference_words, relative_words, scale_words, what

#: A lone p, and a share of a scale that it implies, is what nobody reported as an effect.
FROM_P = "as its p-values imply"
NOT_JUDGED = "nobody has judged how certain this is (GRADE)"
#: More outcomes without an effect than this are counted.
MOST_NAMED = 3


def question_sentence(header: Header) -> str | None:
    """`For adults with asthma, what does education do, compared with usual care?`; None where it has no one name.

    >>> question_sentence(Header("adults with asthma", "", "statins", "not recorded"))
    'For adults with asthma, what do statins do?'
    """
    if NOT_RECORDED in (header.intervention, header.population) or ";" in header.intervention:
        return None
    does = "do" if is_plural(header.intervention) else "does"
    control = header.comparison
    than = "" if control == NOT_RECORDED or ";" in control else f", compared with {control}"
    return f"For {header.population}, what {does} {header.intervention} do{than}?"


def answer_sentence(rows: Sequence[EvidenceRow], treated: str) -> str:
    """What was judged of the first outcome in GRADE's words; else which effects exclude no difference and which do not.

    The outcomes stand in the order in which the registry asks for them, the most important first; `treated` is what
    the treated side is called.
    """
    for row in rows:
        if row.certainty and (said := in_words(row.body, row.certainty, row.intervention)):
            basis = f"{row.certainty.word} certainty; {_effect_words(row.body, treated)}"
            return f"{said.rstrip('.')} [{basis}]."
    effects = [row.body for row in rows if row.body.scenarios]
    if not effects:
        return f"No effect can be computed for {counted(len(rows), 'outcome')}."
    apart = [body for body in effects if _excludes_no_difference(body)]
    others = [body for body in effects if body not in apart]
    parts = []
    if apart:
        named = [f"{_outcome_at(body)} [{_effect_words(body, treated)}]" for body in apart]
        parts.append(f"excludes no difference for {listed(named)}")
    if others:
        alone = f" [{_effect_words(others[0], treated)}]" if len(effects) == 1 else ""
        parts.append(f"includes {'it' if apart else 'no difference'} for {_outcomes_at(others)}{alone}")
    return f"The 95% CI {' and '.join(parts)}{_without_effect(rows)}; {NOT_JUDGED}."


def _outcomes_at(bodies: Sequence[Body]) -> str:
    """`modified Rankin Scale at 3 mo and 12 mo and death at 5 y`: each outcome once with its times."""
    times: dict[str, list[str]] = {}
    for body in bodies:
        times.setdefault(what(body), []).append(_time_words(body))
    return listed([f"{name}{f' at {listed(at)}' if any(at) else ''}" for name, at in times.items()])


def _outcome_at(body: Body) -> str:
    return _outcomes_at([body])


def _time_words(body: Body) -> str:
    return str(body.asked.at) if isinstance(body.asked.at, Time) else ""


def _effect_words(body: Body, treated: str) -> str:
    """`PS 0.87 (0.58 to 0.97), better with MSC; 1 trial, 30 participants, as its p-values imply`."""
    words = [relative_words(body) or scale_words(body) or ""]
    words += [difference_words(body.absolute)] if body.absolute else []
    if body.measure == "PS" and _excludes_no_difference(body) and body.hull:
        words.append(f"{'better' if body.hull[0] > no_difference('PS') else 'worse'} with {treated}")
    return f"{', '.join(filter(None, words))}; {_basis(body)}"


def _basis(body: Body) -> str:
    """`2 trials, 84 participants`, and that the effect is what p-values imply where nothing else is printed."""
    implied = body.studies is not None and all(entry.basis == "p" for entry in body.studies.entries)
    size = f", {body.participants:,} participants" if body.participants else ""
    return f"{counted(body.trials, 'trial')}{size}{f', {FROM_P}' if implied else ''}"


def _excludes_no_difference(body: Body) -> bool:
    low, high = body.hull or (0.0, 0.0)
    return not low <= no_difference(body.measure) <= high


def _without_effect(rows: Sequence[EvidenceRow]) -> str:
    names = list(dict.fromkeys(what(row.body) for row in rows if not row.body.scenarios))
    if not names:
        return ""
    return f"; no effect for {listed(names) if len(names) <= MOST_NAMED else counted(len(names), 'outcome')}"
