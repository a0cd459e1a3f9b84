"""The plain sentence of a Summary of Findings: certainty and size of an effect in GRADE's wording.

Source: Santesso et al. 2020, 10.1016/j.jclinepi.2019.10.014.
"""

from __future__ import annotations

import re
from typing import Literal

from msc_evidence.analysis.body import Body
from msc_evidence.analysis.effect_studies import Scenario
from msc_evidence.analysis.pool.effects import ORIENTED
from msc_evidence.registry.judgements import Certainty
from msc_evidence.registry.reported import Time
from msc_evidence.statistics.two_arms.effects import RATIO_MEASURES, no_difference

Size = Literal["little", "slight", "moderate", "large"]
_SIZES: tuple[Size, ...] = ("little", "slight", "moderate", "large")
Verb = Literal["improve", "worsen", "increase", "reduce"]

#: A measure's value without a difference, where that is not 0.
#: Without a stated difference that matters, what rounds to none per 1000 or on the scale is little.
_NONE_OF_EVENTS, _NONE_ON_SCALE = 0.0005, 0.005
_NOUNS = {"improve": "improvement", "worsen": "worsening", "increase": "increase", "reduce": "reduction"}
#: What follows the noun that a verb agrees with.
_AFTER_NOUN = re.compile(r" (?:\(|\[|of |for |with |without |from |in |by |at |to |versus |given ).*\Z")
#: A noun in the plural: not those of one gender (`thrombus`), a process (`dialysis`) or `access`.
_PLURAL = re.compile(r"(?: and | \+ ).*\Z|(?<![sui])s\Z")
#: Names of scales take the article: the Barthel Index, the modified Rankin Scale.
_SCALE = re.compile(
    r"(?:index|scale|score|inventory|questionnaire|assessment|test|profile|scale leg)\Z", re.IGNORECASE
)
_TIME_TO = re.compile(r"time (?:to|until) (?:the )?(?:first )?", re.IGNORECASE)
#: Where the reviewers gave no difference that matters, the sentence says the direction and no more.
NO_THRESHOLD = " (the direction alone: no difference that matters was given)"


def in_words(body: Body, certainty: Certainty | None, intervention: str) -> str | None:
    """What the intervention does, by certainty and size; None where nobody judged the certainty, or without effect."""
    if certainty is None or not body.scenarios:
        return None
    subject, named = f"{intervention[0].upper()}{intervention[1:]}", _object(body)
    if certainty.word == "very low":
        return f"The evidence is very uncertain about the effect of {intervention} on {named}."
    verbs = {_verb(body, each) for each in body.scenarios}
    size = min((_size(body, each) for each in body.scenarios), key=_SIZES.index)
    if len(verbs) > 1 and size != "little":
        return f"The evidence does not say whether {intervention} {_either(body)} {named}."
    done = _done(min(verbs), size, certainty.word, plural=is_plural(intervention))
    sized = body.asked.important is not None and (body.absolute or body.measure not in RATIO_MEASURES)
    return f"{subject} {done} {named}{'' if sized or size == 'little' else NO_THRESHOLD}."


def is_plural(intervention: str) -> bool:
    """Whether a verb stands in the plural after it.

    >>> [is_plural(words) for words in ("stem cells (MSC)", "MSCs", "statins for stroke", "MSC and aspirin")]
    [True, True, True, True]
    >>> [is_plural(words) for words in ("MSC", "thrombolysis", "access to cells", "aspirin")]
    [False, False, False, False]
    """
    return bool(_PLURAL.search(_AFTER_NOUN.sub("", intervention)))


def with_article(name: str) -> str:
    """`the Barthel Index`; `death`.

    >>> with_article("Barthel Index"), with_article("quality of life"), with_article("the score")
    ('the Barthel Index', 'quality of life', 'the score')
    """
    return f"the {name}" if _SCALE.search(name) and not name.lower().startswith(("the ", "time ")) else name


def _done(verb: Verb, size: Size, certainty: str, *, plural: bool) -> str:
    """`probably reduces`, `may result in a large reduction in`: what stands between subject and object."""
    rest = {"little": "little to no difference in", "large": f"a large {_NOUNS[verb]} in"}.get(size)
    rest = f"a slight {_NOUNS[verb]} in" if size == "slight" else rest
    base = "result in" if rest else str(verb)
    if certainty == "low":
        shown = f"may {base}"
    else:
        first, *more = base.split(" ")
        shown = "probably " * (certainty == "moderate") + " ".join([first + "s" * (not plural), *more])
    return f"{shown} {rest}" if rest else shown


def _either(body: Body) -> str:
    return "would improve or worsen" if body.measure in ORIENTED else "would increase or reduce"


def _object(body: Body) -> str:
    """`the proportion with mRS 0-2 (modified Rankin Scale) at 90 d`."""
    at = f" at {body.asked.at}" if isinstance(body.asked.at, Time) else ""
    if body.asked.definition and (body.absolute or body.measure in RATIO_MEASURES):
        return f"the proportion with {body.asked.definition} ({body.outcome.name}){at}"
    defined = f" ({body.asked.definition})" if body.asked.definition else ""
    if body.measure == "HR" and (event := _TIME_TO.match(body.outcome.name)):
        return f"the rate of {body.outcome.name[event.end() :]}{defined}{at}"
    return f"{with_article(body.outcome.name)}{defined}{at}"


def _moved(body: Body, each: Scenario) -> float:
    return each.estimate - no_difference(body.measure)


def _verb(body: Body, each: Scenario) -> Verb:
    """What the point estimate says."""
    moved = _moved(body, each)
    if body.measure in ORIENTED:
        return "improve" if moved > 0 else "worsen"
    # A hazard is that of the event: more of it is worse where the outcome is to stay without.
    if body.of_absence:
        return "improve" if moved < 0 else "worsen"
    if body.measure == "MD" and body.outcome.better:
        return "improve" if (moved > 0) == (body.outcome.better == "higher") else "worsen"
    return "increase" if moved > 0 else "reduce"


def _size(body: Body, each: Scenario) -> Size:
    """How large, by the thresholds of the registry; a ratio without a control risk has no size to set beside them."""
    important, absolute = body.asked.important, body.absolute
    size = abs(absolute.difference) if absolute else abs(_moved(body, each))
    if important is None or (absolute is None and body.measure in RATIO_MEASURES):
        return "little" if size < (_NONE_OF_EVENTS if absolute else _NONE_ON_SCALE) else "moderate"
    if size < float(important.difference):
        return "little"
    if important.large is not None and size >= float(important.large):
        return "large"
    return "slight" if important.moderate is not None and size < float(important.moderate) else "moderate"
