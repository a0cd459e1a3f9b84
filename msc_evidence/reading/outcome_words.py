"""What a sentence says was measured, as the label of an outcome that a person confirms."""

from __future__ import annotations

import re

_MOST_WORDS, _LONGEST = 9, 70
#: Before a clause of its own.
_CLAUSE = re.compile(
    r"[;:] (?:and |but )?|[)\]],? (?:and|but|while|whereas|or),? |, (?:and|but|while|whereas|although|however,) "
    r"|[)\]], "
)
#: "After 12 weeks, ", "However, ", "In both groups, "; a time or the entry need no comma: "At 3 months NIHSS was".
_TIME_AT_FIRST = (
    r"(?:At|After|By|Within|On|In) (?:(?:day|week|month|year)s? [0-9]{1,4}|[0-9][0-9.]{0,5}(?: |-)(?:hours?|days?"
    r"|weeks?|months?|years?)|(?:baseline|entry|discharge|follow-up)(?!\w)),? "
)
_OPENING = re.compile(
    rf"\A(?:{_TIME_AT_FIRST}|"
    r"(?:At|After|By|In|Over|During|Within|Among|For|Of|On|From|Compared|Also|However|Moreover|Furthermore"
    r"|Similarly|Additionally|Overall|Conversely|Finally|Likewise|Although|While|When|With|Thus|Therefore|Secondary"
    r"|Primary)(?:[^,]{0,80}),? ?(?<=, )|(?:and|but|or|while|whereas|that|although|however,?|respectively,?) )+"
)
_LABELLED = re.compile(
    r"\A(?:Results?|Findings|Main (?:results|outcomes?)|Outcomes?)(?: and \w+)?\b[:.]* ", re.IGNORECASE
)
_VERB = re.compile(
    r" (?:(?:significantly|statistically|also|only|not|generally|markedly|slightly) )*(?:was|were|is|are|did|does|had"
    r"|has|have|showed|shows|demonstrated|increased|decreased|improved|fell|rose|declined|dropped|differed|reduced|remained"
    r"|changed|occurred|tended|reached|averaged|favou?red|lowered|raised|led|resulted|produced|experienced|reported"
    r"|achieved|received|needed|required|gained|lost|can|could|may|might|would|will|seemed|appeared|revealed)(?!\w)"
)
#: "a significant difference in X", "effect on X": the measure follows.
_OF_WHAT = re.compile(
    r"(?:differences?|improvements?|reductions?|increases?|decreases?|changes?|effects?|benefits?|trends?|declines?"
    r"|rates?|risk|levels?|scores?|associations?|interactions?)(?: (?:was|were|observed|seen|found|noted|detected"
    r"|between (?:the )?(?:two |both |treatment |study )?(?:groups|arms)))* (?:in|of|on|for|with regard to|regarding) "
    r"(?:the |a |an |both |all |their )?(?P<what>[^,;:()\[\]]+)"
)
_WHO = re.compile(
    r"(?<!\w)(?:groups?|arms?|patients?|participants?|subjects?|we|there|it|they|treatments?|intervention|results?"
    r"|analys[ie]s|both|children|women|men|infants?|those|who|which|trials?|study|therapy|placebo|controls?|model"
    r"|regression|test|these|this)(?!\w)",
    re.IGNORECASE,
)
_STOP = re.compile(
    r" (?:in (?:the|both|either|group|patients|those|participants|\w+ (?:group|arm))|than|compared|between|versus|vs"
    r"|among|when|after|before|during|from|by|with|for (?:the )?\w+ (?:group|arm)|over|within|at|favou?ring|who|which"
    r"|that|while|whereas|but|as)(?!\w)"
)
#: Verbs with the outcome behind them: "X reduced blood pressure".
_ACTED = re.compile(
    r" (?:reduced|increased|improved|lowered|raised|decreased|produced|enhanced|prolonged|shortened|attenuated"
    r"|prevented|led to|resulted in|gained|reported|experienced)(?= (?!in |from |by |at |over |to |with |after |during"
    r"|significantly |(?:the|an?) (?:same|study)))"
)
#: Words of a comparison, a test or a method that are no outcome by themselves.
_NO_OUTCOME = re.compile(
    r"(?:(?:mean|overall|significant|between-group) )?(?:differences?|effects?|comparisons?|correlations?|interactions?"
    r"|changes?|proportions?|significance|scores?|rates?|results?|(?:adjusted )?(?:odds|hazards?|risk"
    r"|rate) ratios?|relative risk|values?|ratio|statistical significance"
    r"|time|compared|than|below|above|persist|likely|those .*|sex|intervention)"
    r"|.*(?:\btest|Wilcoxon|Mann|regression|exact|chi-square|log-?rank|ANOVA)\b.*"
    r"|.*\b(?:likely to|confirmed|ranged|predicted|measured|detected|able to)\b.*"
    r"|subsequently|(?:wo)?men|patients|participants|children|respectively|this|there"
    r"|.*(?<!\w)(?:groups?|arms?|was|were|having|favou?r)(?!\w).*|\w+er|as|that|it",
    re.IGNORECASE,
)
_PRIMARY = re.compile(
    r"\A(?:the )?(?:co-?)?(?:primary|secondary|main) (?:efficacy )?(?:outcomes?|end ?points?)(?: measures?)?,? ?"
    r"(?:of |was )?",
    re.IGNORECASE,
)
_QUALIFIER = re.compile(
    r"\A(?:(?:a|an|the|no|not|any|more|less|fewer|greater|lower|higher|better|worse|significant|significantly"
    r"|statistically|small|large|mean|markedly|similar|different|of|in|on|and|their|its|shorter|longer|reduced|increased"
    r"|improved|lesser|to|be|been|found|observed|marginally|slightly|only|also|much|most|some|all|both|into|clinically"
    r"|positive|negative|with|for)(?!\w),? ?)+",
    re.IGNORECASE,
)


def outcome_label(before: str) -> str:
    """The outcome in the words before the first figure of a result; "" where they are none of it.

    >>> outcome_label("The mean volume of suction fluid was higher in the AM group (")
    'volume of suction fluid'
    >>> outcome_label("After 12 weeks, patients had a significantly greater improvement in balance (")
    'balance'
    """
    clause = _LABELLED.sub("", before.rstrip(" \n([,;:="))
    starts = [match.end() for match in _CLAUSE.finditer(clause) if len(clause) - match.end() >= 4]
    clause = _OPENING.sub("", clause[starts[-1] :] if starts else clause)
    verb = _VERB.search(f" {clause}")
    subject = clause[: max(0, verb.start() - 1)] if verb else clause
    if what := _OF_WHAT.search(clause if not verb or _WHO.search(subject) else ""):
        return _cleaned(what["what"])
    if linked := re.search(r"associated with ", clause):
        what = _OF_WHAT.search(clause, linked.end())
        return _cleaned(what["what"] if what else clause[linked.end() :])
    acted = _ACTED.search(clause)
    if acted:
        return _cleaned(clause[acted.end() :])
    if verb and (not subject or _WHO.search(subject)):
        return _cleaned(clause[verb.end() - 1 :])
    return _cleaned(subject)


def _cleaned(words: str) -> str:
    """The label without qualifiers before and circumstances after it; "" where it is too long for one."""
    label = _QUALIFIER.sub("", _PRIMARY.sub("", words.strip()))
    label = label[: stop.start()] if (stop := _STOP.search(f" {label}"[1:])) else label
    label = re.sub(r"(?<!\s)\s*(?:[<>=≤≥±(\[]|(?<![\w-])\d).*\Z", "", label).strip(" ,;:=-")
    label = re.sub(
        r"(?<!\w)(?:and|or|of|in|the|a|was|were|to|on|significantly|significant)\Z", "", label
    ).strip()
    short = len(label) <= _LONGEST and len(label.split()) <= _MOST_WORDS
    named = re.search(r"[a-zA-Z]{2}", label) and not _NO_OUTCOME.fullmatch(label)
    return label if short and named else ""
