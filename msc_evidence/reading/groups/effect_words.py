"""What papers call an effect measure, and the notations of an estimate with its confidence interval.

The patterns are read over a text with its figures folded.
"""

from __future__ import annotations

import re

from msc_evidence.reading.groups.shapes import FIGURE, NUMBER, PERCENT, RANGE, TIME, P

CI = (
    r"(?:(?:95)?(?:CI|C\.I\.?|CrI|CL|IC)s?(?![a-zA-Z])"
    r"|(?i:(?:confiden[a-z]+|credib[a-z]+|posterior) (?:intervals?|limits?))"
    r"(?:,? ?[(\[]?(?:CI|CrI)s?(?![a-zA-Z])[)\]]?)?)"
)
_KIND = r"(?:two-sided |bootstrap(?:ped)? |adjusted |Bayesian )?"
_LEVEL = rf"(?:{NUMBER}-sided )?(?P<level>{PERCENT})?[- ]?{_KIND}"
_HEADER = rf"(?:{_LEVEL}{CI}|{CI} ?[(\[]?(?P<after>{PERCENT})[)\]]?)"
#: A sign or a currency may stand before a limit, its unit after it.
_BEFORE_LIMIT = r"[€$£+]?"
_DIRECTION = "fewer|more|less|lower|higher|greater"
_UNIT_OF_LIMIT = rf"(?: (?!{_DIRECTION})[a-zA-Z/%]{{1,8}}(?: {NUMBER})?(?= to | ?[,;)\]]))?"
_LIMIT = rf"{NUMBER}|{PERCENT}"
_INTERVAL = (
    rf"{_BEFORE_LIMIT}(?:(?P<range>{RANGE})"
    rf"|(?P<low>{_LIMIT}){_UNIT_OF_LIMIT}(?: ?[,;] ?| to | and | ?- ?){_BEFORE_LIMIT}(?P<high>{_LIMIT}))"
)
#: A percentage right before "CI" is a level, a number before "-sided" a number of sides.
_ESTIMATE = rf"(?P<estimate>{NUMBER}(?!-[a-z])|{TIME}|{PERCENT}(?![- ]?{_KIND}{CI}))"
#: Between an estimate and its interval: a unit, brackets, a verb; never a further figure or a new clause.
_WORDS = rf"(?:[^{FIGURE}.,;:()\[\]]|(?<=vs)\.|[(\[][a-zA-Z]{{1,6}}[)\]]){{0,40}}"
#: `ml.min −1 kg −1`: the figures of a unit are checked to be exponents.
_NO_UNIT = r"(?!(?:was|were|is|are|of|by|in|to|at|and|or|vs|than|from|with|for|on)(?![a-z]))"
_EXPONENTS = (
    rf"(?P<exponents>(?:(?:[ .·]{{1,3}}{_NO_UNIT}[a-zA-Zµ]{{1,6}}){{1,2}} ?{NUMBER}){{1,3}}(?= ?[,;)(\[]))?"
)
_UNIT = (
    rf"(?: ?± ?{NUMBER})?{_EXPONENTS}{_WORDS}"
    rf"(?:(?:/|per |(?:at|after|over|by) (?={TIME}))[{NUMBER[1:-1]}{TIME}]{_WORDS})?"
)
#: What else may stand there in brackets: a count over its denominator, a spread.
_ASIDE = (
    rf"(?:[ ,]*[(\[]{{1,2}}(?:{NUMBER} ?(?:/|of|out of) ?{NUMBER}|(?:IQR|SD|SEM?|range|[nN] ?=)[ =:]*[{FIGURE}])"
    r"[)\]]?[,;]?)?"
)
_OPEN = r"[ ,;:]*[(\[]{0,2} ?"
_P_FIRST = rf"(?:(?P<before>{P})[ ,;:]*(?:and |with )?)?"
_EQUALS = r"[ :=,;~]{0,3}(?:(?:of|was|were|is|from|ranged from|ranging from|between|range) )?[(\[]? ?"
_OF_P = r"(?:(?:two-sided|adjusted|unadjusted|log-?rank|corrected|exact|overall|Fisher's exact(?: test)?:) )?"
_UNIT_AFTER = rf"(?: ?%)?(?: [a-zA-Z/]{{1,8}}(?: -?[0-9]| {NUMBER})?(?= ?[,;)\]]))?"
_AFTER = (
    rf"{_UNIT_AFTER}(?P<inside> ?[ ,;:]*(?:and |with )?{_OF_P}{P})?"
    rf"(?P<outside>[)\]]*{_UNIT_AFTER}[ ,;:]*(?:and |with |at )?(?:[(\[] ?)?{_OF_P}{P})?"
)
#: An interval announced where it stands: `1.9 (95% CI 1.2 to 3.0)`.
ANNOUNCED = re.compile(
    rf"{_ESTIMATE}{_UNIT}{_ASIDE}{_OPEN}{_P_FIRST}(?:with (?:a |an )?|for the )?{_HEADER}{_EQUALS}{_INTERVAL}{_AFTER}"
)
#: One announced in the measure's own heading: `OR (95% CI) = 1.9 (1.2-3.0)`, and those that follow in the sentence.
HEADING = re.compile(
    rf"(?:[(\[,;] ?(?:with )?|and ){_HEADER} ?(?:[)\]]|[ ,:;=]*(?:(?:was|were|of|is) )?(?={NUMBER}|{PERCENT}))"
)
BARE = re.compile(rf"{_ESTIMATE}(?: [a-zA-Z%/]{{1,8}})? ?[(\[] ?{_INTERVAL}{_AFTER}")
IN_BRACKETS = re.compile(rf"(?<=[(\[]){_ESTIMATE}[,;] ?{_INTERVAL}{_AFTER}(?=[)\]])")
#: After a ratio's name a comma is enough, `hazard ratio = 2.37, 1.65-3.41`; limits with a comma too would be a list.
_RANGE_ALONE = rf"(?:(?P<range>{RANGE})|(?P<low>(?!))(?P<high>(?!)))"
AFTER_COMMA = re.compile(rf"{_ESTIMATE}[,;] ?{_RANGE_ALONE}{_AFTER}")
#: One of these is in every text that announces an interval.
SAID = (
    "CI",
    "C.I",
    "CrI",
    "onfiden",
    "redib",
    "osterior",
    f"{PERCENT} CL",
    f"{PERCENT}CL",
    f"{PERCENT} IC",
    f"{PERCENT}IC",
)
SENTENCE_END = re.compile(r"[.?!](?= [A-Z(\[]|\Z)")


#: What papers call a measure → what the checks call it. The first that matches at the latest place counts.
_LONG_NAMES = (
    ("OR", r"odds[- ]ratios?"),
    ("HR", r"hazards?[- ]ratios?"),
    (
        "RR",
        r"(?:risk|(?:incidence |incident )?(?:density )?rate|prevalence|relative risk)[- ]ratios?|relative risks?",
    ),
    ("ROM", r"ratio of (?:geometric )?means|geometric mean ratio"),
    ("SMD", r"standardi[sz]ed (?:mean )?differences?|Cohen'?s d|Hedges'? g"),
    ("RD", r"(?:absolute )?risk[- ](?:differences?|reduction)|absolute difference"),
    ("other", r"relative risk reduction|likelihood ratio|ratio of (?:odds|hazard|risk|rate)[a-z]* ratios?"),
    (
        "MD",
        r"(?:mean|between-group|treatment|group|adjusted|estimated) differences?|differences? (?:in|between)",
    ),
    ("beta", r"(?<!kappa )(?<!correlation )(?:regression )?coefficients?|slope"),
    ("r", r"correlations?(?: coefficients?)?|kappa(?: coefficients?)?|alpha"),
    (
        "other",
        r"area under|sensitivity|specificity|predictive value|accuracy|ratio|heritability|fold|median|efficacy"
        r"|effect sizes?",
    ),
)
_SHORT_NAMES = (
    ("OR", r"[amc]?ORs?(?:adj)?|AOR|COR|MOR"),
    ("HR", r"[ascm]?HRs?(?:adj)?|AHR|SHR"),
    ("RR", r"[am]?RRs?(?:adj)?|ARR(?=[ =,:(]{0,3}\Z)|a?IRRs?|AIRR|a?PR|APR|SIR|SMR"),
    ("SMD", r"S\.?M\.?D\.?|SMDs"),
    ("RD", r"RD|ARD"),
    ("MD", r"W?MDs?|AMD"),
    ("beta", r"β|beta|[Bb](?= ?=)"),
    ("r", r"r|rho|ρ|ICC|κ|rs"),
    ("other", r"AUC|AUROC|NNTB?|NNH|c-statistic|VE|[am]?RRR|[am]?ROR|d|ES"),
)
_LONG = tuple((name, re.compile(rf"(?<!\w)(?i:{pattern})(?!\w)")) for name, pattern in _LONG_NAMES)
_SHORT = tuple(
    (name, re.compile(rf"(?<!\w)(?:{pattern})(?!\w)[^\w]{{0,8}}(?:of |was |is |were )?[^\w]{{0,3}}\Z"))
    for name, pattern in _SHORT_NAMES
)
_ADJUSTED = re.compile(r"adjust|multivaria|(?<!\w)(?:a(?:OR|RR|HR|IRR|PR)|A(?:OR|HR|IRR))|adj(?!\w)")
_HEADING = re.compile(rf"[(\[,; ]*{PERCENT}?[- ]?{CI}[)\]]?")


def measure_of(before: str) -> tuple[str, bool]:
    """The measure that the words before an estimate name, "" where none, and whether they call it adjusted.

    >>> measure_of("adjusted odds ratio for death, "), measure_of("aHR = "), measure_of("rose to ")
    (('OR', True), ('HR', True), ('', False))
    """
    adjusted = bool(_ADJUSTED.search(before))
    heading = _HEADING.sub(" ", before)
    for name, pattern in _SHORT:
        if pattern.search(heading):
            return name, adjusted
    found = [
        (match.end(), -order, name)
        for order, (name, pattern) in enumerate(_LONG)
        for match in pattern.finditer(heading)
    ]
    return (max(found)[2] if found else ""), adjusted
