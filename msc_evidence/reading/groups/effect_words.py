"""What papers call an effect measure, and the notations of an estimate with its confidence interval.

The patterns are read over a text with its figures folded.
"""

from __future__ import annotations

import re
from functools import lru_cache

from msc_evidence.reading.groups.shapes import FIGURE, NUMBER, PERCENT, RANGE, TIME, P

CI = (
    r"(?:[(\[] (?:CI|CrI)s? [)\]]"
    r"|(?:95)?(?:CI|C\.I\.?|CrI|CL|IC)s?(?![a-zA-Z])|(?<=\ue003 )HP?DI(?![a-zA-Z])"
    r"|Cl(?:(?= range)|(?=[ :,=]{0,3}[-\ue000-\ue004]))"
    # Of what it is, in a lost subscript: `CIΔ 0.66-3.03`, `CI_IT = 0.5 to 1.7`.
    r"|CI(?: ?[∆Δδ]|_?[A-Z]{1,6})(?= ?[=:(\[]? ?[-\ue000-\ue004])"
    r"|(?=[cpubhCPUBH])(?i:(?:confiden[a-z]+|credib[a-z]+|posterior|uncertainty|compatibility|Bayesian|HPD)"
    r" (?:intervals?|limits?|bounds?|ranges?|regions?))"
    r"(?:,? ?[(\[]? ?(?:\ue003 ?)?(?:CI|CrI|Cl)s?(?![a-zA-Z]) ?[)\]]?)?)"
)
#: How an interval was made, between its level and its name: `95% BCa CI`, `95% exact binomial confidence interval`.
_MADE = (
    r"two-sided|one-sided|bootstrap(?:ped)?|adjusted|unadjusted|Bayesian|BCa|bca|BC|bias-corrected|corrected|accelerated"
    r"|and|percentile|Wald|exact|[Bb]inomial|Wilson|score|profile|likelihood|Clopper-Pearson|Newcombe|asymptotic"
    r"|simultaneous|pointwise|Poisson|Fieller|robust|normal|logit|posterior|equal-tailed|highest|density|Monte|Carlo"
    r"|nominal|approximate|two-tailed|unconditional|conditional|central|credible|multiplicity-adjusted|design-based"
    r"|asymmetric|cluster-adjusted|cluster-robust|Bonferroni-corrected|Bonferroni-adjusted|marginal|crude"
    r"|confidence|Agresti-Coull|Jeffreys|Hodges-Lehmann|repeated|parametric|non-?parametric|MC"
)
#: Refused within a word before any of them is tried.
_KIND = rf"(?:(?<![a-zA-Z])(?:{_MADE})[- ](?:based )?){{0,4}}"
_LEVEL = rf"(?:{NUMBER}-sided )?(?P<level>{PERCENT})?[- ]?{_KIND}"
_HEADER = rf"(?:{_LEVEL}{CI}(?: {PERCENT}(?= [-\ue000-\ue004]))?|{CI} ?[(\[]?(?P<after>{PERCENT})[)\]]?)"
#: A sign or a currency may stand before a limit, its unit after it.
_CODES = "USD|EUR|GBP|AUD|CAD|NZD|CHF|SEK|DKK|NOK|JPY|CNY|RMB|INR|HKD|SGD|US|Rs\\.?|Int"
_BEFORE_LIMIT = rf"(?:\+|[A-Z]{{0,3}} ?[€$£¥][A-Z]?|(?:{_CODES}) )? ?"
_DIRECTION = "fewer|more|less|lower|higher|greater"
_UNIT_OF_LIMIT = (
    rf"(?: ?(?!{_DIRECTION}|CI|CrI)[a-zA-Z/%°€$£¥][a-zA-Z0-9/%^]{{0,7}}(?: (?:{NUMBER}|[23]))?"
    r"(?= to | at | - | ?[,;)\]])| per [a-zA-Z]{1,12}(?= to ))?"
)
_LIMIT = rf"{NUMBER}|{PERCENT}|{TIME}"
_BETWEEN_LIMITS = r" ?[,;] ?| to | and | ?- ?"


def _limits(between: str, lower: str = "", upper: str = "") -> str:
    """Two limits by what parts them and what names each, or a range."""
    return (
        rf"{lower}{_BEFORE_LIMIT}(?:(?P<range>{RANGE})|(?P<low>{_LIMIT}){_UNIT_OF_LIMIT}(?:{between})"
        rf"{upper}{_BEFORE_LIMIT}(?P<high>{_LIMIT})(?![- ]?{_KIND}{CI}))"
    )


_INTERVAL = _limits(_BETWEEN_LIMITS)
#: Where the name of the interval stands before them, its limits may be parted by other signs, and named.
_NAMED_LIMIT = r"(?:(?: limit| bound| CI)?[ :=]{1,3})"
_ANNOUNCED_INTERVAL = _limits(
    rf"{_BETWEEN_LIMITS}| at | & | ?[/|] ?",
    rf"(?:(?:LL|LCL|LB|[lL]ower){_NAMED_LIMIT})?",
    rf"(?:(?:UL|UCL|UB|[uU]pper){_NAMED_LIMIT})?",
)
#: What it is of, after its name: `95% CI for the difference 1.2 to 3.0`.
_OF_WHAT = (
    rf"(?P<of>(?: (?:for|of|around|about|on)(?: the| this)? (?=[a-zA-Z])[^{FIGURE}.,;:()\[\]]{{2,40}}?"
    rf"| diff(?:erence)?)(?=[ :=,;]|(?<= )[{FIGURE}]))?"
)
#: A percentage right before "CI" is a level, a number before "-sided" a number of sides.
_ESTIMATE = (
    rf"(?P<estimate>[{NUMBER[1:-1]}{TIME}{PERCENT}](?:(?<={NUMBER})(?!-[a-z])|(?<={TIME})"
    rf"|(?<={PERCENT})(?![- ]?{_KIND}{CI})))"
)
#: Between an estimate and its interval: a unit, brackets, a verb; never a further figure or a new clause.
_WORDS = rf"(?:[^{FIGURE}.,;:()\[\]]|(?<=vs)\.|[(\[][a-zA-Z]{{1,6}}[)\]]){{0,60}}"
#: `ml.min −1 kg −1`: the figures of a unit are checked to be exponents.
_NO_UNIT = r"(?!(?:was|were|is|are|of|by|in|to|at|and|or|vs|than|from|with|for|on)(?![a-z]))"
_EXPONENTS = (
    rf"(?P<exponents>(?:(?:[ .·]{{1,3}}{_NO_UNIT}[a-zA-Zµ]{{1,6}}){{1,2}} ?{NUMBER}){{1,3}}(?= ?[,;)(\[]))?"
)
_UNIT = (
    rf"(?: ?± ?[{NUMBER[1:-1]}{PERCENT}])?{_EXPONENTS}{_WORDS}"
    rf"(?:(?:/|per (?:an? |each |every )?|(?:at|after|over|by) (?={TIME}))[{NUMBER[1:-1]}{TIME}{PERCENT}]{_WORDS})?"
)
#: What else may stand there in brackets: a count over its denominator, a spread.
_ASIDE = (
    rf"(?:[ ,]*[(\[]{{1,2}}(?:{NUMBER} ?(?:/|(?:out )?of(?: the| all)?) ?{NUMBER}(?: [a-z]{{1,20}}){{0,2}}"
    rf"|(?:IQR|SD|SEM?|range|[nN] ?=)[ =:]*[{FIGURE}])"
    r"[)\]]?[,;]?)?"
)
_OPEN = r"[ ,;:]*[(\[]{0,2} ?(?:and |with )?"
_P_FIRST = rf"(?:(?P<before>{P})[ ,;:]*(?:and |with )?)?"
_EQUALS = (
    r"[ :=,;~]{0,3}(?:(?:(?:rang|spann|extend|stretch)(?:ed|ing|es|s)|ran|went|lay|lies)(?: from| between)? "
    r"|(?:of|was|were|is|from|between|range) )?[(\[{⟨]? ?"
)
_OF_P = (
    r"(?:(?:two-sided|adjusted|unadjusted|log(?:-| )?rank|stratified|unstratified|nominal|Cox|Wald|test|by|corrected"
    r"|exact|overall|associated|Fisher's exact(?: test)?:|(?:t|Wald|log-?rank|chi-?squared?)[- ]test[,:])[ -]){0,3}"
)
_UNIT_AFTER = rf"(?: ?%)?(?: (?!and |or |vs )[a-zA-Z/]{{1,8}}(?: -?[0-9]| {NUMBER})?(?= ?[,;)\]]))?"
_AFTER = (
    rf"{_UNIT_AFTER}(?P<inside> ?[ ,;:]*(?:and |with )?{_OF_P}{P})?"
    rf"(?P<outside>[)\]]*{_UNIT_AFTER}[ ,;:]*(?:and |with |at )?(?:[(\[] ?)?{_OF_P}{P}"
    # "0.46 (95% CI 0.26-0.83) for cells as compared to placebo (p = 0.010)"
    rf"|[)\]] (?P<about>(?:for|in|with|compared|as compared|versus|vs\.?|favou?ring|in favou?r|among)"
    rf" [^{FIGURE}.,;:()\[\]]{{1,60}})[(\[] ?{P}(?=[)\]]))?"
)
#: An interval announced where it stands: `1.9 (95% CI 1.2 to 3.0)`.
ANNOUNCED = re.compile(
    rf"{_ESTIMATE}(?P<gap>{_UNIT}){_ASIDE}{_OPEN}{_P_FIRST}(?:with (?:a |an )?|for the )?"
    rf"{_HEADER}{_OF_WHAT}{_EQUALS}{_ANNOUNCED_INTERVAL}{_AFTER}"
)
#: `12.0% (8.0% to 16.0%, 95% CI)`.
BEHIND = re.compile(rf"{_ESTIMATE}(?: [a-zA-Z%/]{{1,8}})? ?[(\[] ?{_INTERVAL}[,;]? ?{_HEADER} ?[)\]]{_AFTER}")
#: An interval by its name, wherever its estimate stands.
INTERVAL_NAMED = re.compile(rf"{_HEADER}{_OF_WHAT}{_EQUALS}{_ANNOUNCED_INTERVAL}")
#: `The 95% CI included zero (-0.4 to 3.6)`; further ones of a list: `-0.4 to 3.6 and 1.2 to 4.8`.
INTERVAL_BEHIND_WORDS = re.compile(
    rf"{_HEADER}(?: (?:[a-zA-Z-]{{2,14}}|{NUMBER})){{1,6}} ?[(\[] ?{_INTERVAL}(?=[;,)\]]| and)"
)
FURTHER_INTERVAL = re.compile(rf"(?:[)\]](?:,? and |[;,] )[(\[]|,? and |[;,] ){_INTERVAL}")
#: What names an interval, and how far behind its estimate that may stand.
#: Each way begins with its letter, so that other characters are passed over without a try.
NAMES_INTERVAL = re.compile(
    r"C(?:[ILl]|rI|\.I|(?i:onfiden|redib|ompatib))|IC|DI|c(?i:onfiden|redib|ompatib)|p(?i:osterior)|P(?i:osterior)"
    r"|u(?i:ncertainty)|U(?i:ncertainty)|b(?i:ayes)|B(?i:ayes)|h(?i:PD)|H(?i:PD)"
)
FAR_FROM_NAME = 400
#: One announced in the measure's own heading: `OR (95% CI) = 1.9 (1.2-3.0)`, and those that follow in the sentence.
HEADING = re.compile(
    rf"[(\[,;a](?:(?<=a)nd |(?<!a) ?(?:with )?){_HEADER}{_OF_WHAT} ?"
    rf"(?:[)\]]|[ ,:;=]*(?:(?:was|were|of|is) )?(?={NUMBER}|{PERCENT}))"
)
BARE = re.compile(rf"{_ESTIMATE}(?: ?± ?{NUMBER})?(?: [a-zA-Z%/]{{1,8}})? ?[(\[] ?{_INTERVAL}{_AFTER}")
#: `1.08 points better with rest (-0.97 to 3.12)`: with words between, where the numbers decide.
WORDS_BETWEEN = re.compile(rf"{_ESTIMATE}(?: [a-zA-Z%/-]{{1,14}}){{2,6}} ?[(\[] ?{_INTERVAL}{_AFTER}")
IN_BRACKETS = re.compile(
    # Behind its mark, not before every character.
    rf"{_ESTIMATE}(?:(?<=[(\[].)|(?<=CI .)|(?<=CI: .)|(?<=vs\. .)|(?<=vs .))"
    rf"(?: [a-zA-Z%/]{{1,12}}){{0,2}}[,;] ?{_INTERVAL}{_AFTER}(?=[)\]]|(?<={P}) vs|(?<={P}), [A-Z])"
)
#: After a ratio's name a comma is enough, `hazard ratio = 2.37, 1.65-3.41`; before limits with a comma a semicolon.
AFTER_COMMA = re.compile(rf"{_ESTIMATE}(?:[,;] ?(?={RANGE})|; ?){_INTERVAL}{_AFTER}")
_OF_LIST = rf"[{NUMBER[1:-1]}{PERCENT}]"
#: `0.70 and 0.85 (95% CI 0.50-0.98 and 0.61-1.18)`: estimates, then as many intervals.
LISTS = re.compile(
    rf"(?P<estimates>{_OF_LIST}(?:(?:, ?(?:and )?| and | vs\.? | versus ){_OF_LIST}){{1,4}})"
    rf"[^{FIGURE}.;()\[\]]{{0,40}}{_OPEN}"
    rf"{_HEADER}{_EQUALS}(?P<ranges>{RANGE}(?:(?:, ?(?:and )?|; ?| and )(?:{PERCENT}? ?{CI}[:,]? ?)?{RANGE}){{1,4}})"
)
_THEN_P = rf"[)\]]?[ ,;:]*(?:and |with )?{_OF_P}(?P<p>{P})(?=[)\].,;]|\Z)"
#: `(95% CI -8.4 to 0.3; p = 0.03)`, `(p = 0.02, 95% CI 0.83 to 12.19)`: the estimate stands elsewhere, or nowhere.
ALONE = (
    re.compile(rf"[(\[](?:{_HEADER}|{PERCENT} ?){_EQUALS}{_INTERVAL}{_THEN_P}"),
    re.compile(rf"[,;] {_HEADER}{_EQUALS}{_INTERVAL}{_THEN_P}"),
    re.compile(rf"(?P<p>{P})[,;:] ?{_HEADER}{_EQUALS}{_INTERVAL}(?=[)\],;])"),
)
#: One of these is in every text that announces an interval.
SAID = (
    "CI",
    "C.I",
    "CrI",
    "onfiden",
    "redib",
    "osterior",
    "ncertainty",
    "ompatib",
    "Bayesian",
    f"{PERCENT} H",
    f"{PERCENT} CL",
    f"{PERCENT}CL",
    f"{PERCENT} Cl",
    f"{PERCENT}Cl",
    f"{PERCENT} IC",
    f"{PERCENT}IC",
)
SENTENCE_END = re.compile(r"[.?!](?= [A-Z(\[]|\Z)")


#: What papers call a measure → what the checks call it. The latest counts, of those that begin together the first.
_RATIO = r"(?:odds|hazards?|risk|rate|relative risk|likelihood)[- ]ratios?|relative risks?"
_LONG_NAMES = (
    # The null of a logarithm is 0, as of a slope.
    ("beta", rf"(?:log|ln|logarithms? of (?:the )?)[- ]?(?:transformed )?[(\[]?(?:{_RATIO}|ORs?|HRs?|RRs?)"),
    (
        "other",
        r"(?:relative|proportional)[- ](?:risk |rate |hazard |odds )?(?:reductions?|decreases?|increases?)"
        r"|(?<!absolute )(?:odds|hazards?|rate|risk) reductions?"
        r"|hazards? rates?|incidence rates?|event rates?",
    ),
    ("OR", r"odds[- ]ratios?"),
    ("HR", r"hazards?[- ]ratios?"),
    (
        "RR",
        r"(?:risk|(?:incidence |incident )?(?:density )?rate|prevalence|relative risk)[- ]ratios?|relative risks?",
    ),
    ("ROM", r"ratio of (?:geometric )?means|geometric mean ratio"),
    ("SMD", r"standardi[sz]ed (?:mean )?differences?|Cohen'?s d|Hedges'? g"),
    ("RD", r"(?:absolute )?risk[- ]differences?|absolute (?:risk )?(?:reduction|difference|increase)"),
    ("other", r"likelihood ratio|ratio of (?:odds|hazard|risk|rate)[a-z]* ratios?"),
    (
        "MD",
        r"(?:mean|between-group|treatment|group|adjusted|estimated) differences?|differences?|(?:adj|mean ?)?diff",
    ),
    (
        "r",
        r"(?:Pearson|Spearman|Kendall|Lin|concordance|intra-?class|agreement|reliability|kappa|correlation|determination)"
        r"[a-z' -]{0,30}coefficients?|correlations?|kappa|alpha|concordance|c-(?:index|statistic)",
    ),
    ("beta", r"(?:regression )?coefficients?|slope"),
    (
        "other",
        r"area under|sensitivity|specificity|predictive value|accuracy|ratio|heritability|fold|median|efficacy"
        r"|effect sizes?",
    ),
)
_SHORT_NAMES = (
    ("beta", r"(?:log|ln)[- (]{0,2}[acm]?(?:OR|HR|RR)"),
    ("OR", r"[amc]?ORs?(?:adj)?|AOR|COR|MOR"),
    ("HR", r"[ascm]?HRs?(?:adj)?|AHR|SHR"),
    ("RR", r"[am]?RRs?(?:adj)?|ARR(?=[ =,:(]{0,3}\Z)|a?IRRs?|AIRR|a?PR|APR|SIR|SMR"),
    ("SMD", r"S\.?M\.?D\.?|SMDs|[dg](?= ?=)"),
    ("RD", r"RD|ARD"),
    ("MD", r"W?MDs?|AMD"),
    ("beta", r"β|beta|[Bb](?= ?=)"),
    ("r", r"r|rho|ρ|ICC|κ|rs"),
    ("other", r"AUC|AUROC|NNTB?|NNH|c-statistic|VE|[am]?RRR|[am]?ROR|ES"),
)


def _any_of(names: tuple[tuple[str, str], ...]) -> str:
    return "|".join(f"(?P<{name}_{number}>{pattern})" for number, (name, pattern) in enumerate(names))


_LONG = re.compile(rf"(?<!\w)(?i:{_any_of(_LONG_NAMES)})(?!\w)")
_SHORT = re.compile(
    rf"(?<!\w)(?:{_any_of(_SHORT_NAMES)})(?!\w)(?:(?<=[HOR]R) for [^,.;:()]{{1,40}}(?= was | of ))?"
    r"[^\w]{0,8}(?:of |was |is |were )?[^\w]{0,3}\Z"
)
_ADJUSTED = re.compile(r"(?<!un)adjust|multivaria|(?<!\w)(?:a(?:OR|RR|HR|IRR|PR)|A(?:OR|HR|IRR))|adj(?!\w)")
_HEADING = re.compile(rf"(?<![(\[,; ])[(\[,; ]*{PERCENT}?[- ]?{CI}[)\]]?")


@lru_cache(maxsize=512)
def measure_of(before: str) -> tuple[str, bool]:
    """The measure that the words before an estimate name, "" where none, and whether they call it adjusted.

    >>> measure_of("adjusted odds ratio for death, "), measure_of("aHR = "), measure_of("rose to ")
    (('OR', True), ('HR', True), ('', False))
    """
    adjusted = bool(_ADJUSTED.search(before))
    heading = _HEADING.sub(" ", before)
    short = _SHORT.search(heading)
    named = short or next(reversed(list(_LONG.finditer(heading))), None)
    name = (named.lastgroup or "") if named else ""
    return name.partition("_")[0], adjusted


#: Abbreviations of a ratio that are as often those of a rate of the heart or of breathing.
_RATES = {
    "HR": (re.compile(r"heart[ -]rate", re.IGNORECASE), re.compile(r"hazard", re.IGNORECASE)),
    "RR": (
        re.compile(r"respirat|breath|RR[ -]interval", re.IGNORECASE),
        re.compile(r"risk|relative|rate ratio|response rate", re.IGNORECASE),
    ),
}
_PER_MINUTE = re.compile(r" ?(?:beats?|bpm|breaths?|/ ?min|per min|ms(?!\w)|mm ?Hg)")

_CHANGED_BY = re.compile(
    r"(?:reduc|increas|decreas|improv|rais|lower|lessen|declin|fell|rose|gain|drop|shorten|prolong|chang|differ|cut|lost)"
    r"[a-z]*(?: [^\ue000-\ue008.;:()]{0,60})? by (?:an? |about |only |some )?(?:additional |further )?"
    r"(?:mean |average |median |estimated )?(?:of )?\Z"
)


def is_change(before: str) -> bool:
    """Whether the words before an estimate say by how much something changed or differed.

    >>> is_change("Cells reduced pain by a mean of "), is_change("pain was ")
    (True, False)
    """
    return bool(_CHANGED_BY.search(before))


def is_a_rate(measure: str, text: str, after: str) -> bool:
    """Whether a ratio's abbreviation is that of a rate: heart rate, respiratory rate.

    >>> is_a_rate("HR", "heart rate (HR) fell", " (95% CI"), is_a_rate("HR", "the hazard of death", "")
    (True, False)
    """
    if measure not in _RATES:
        return False
    rate, ratio = _RATES[measure]
    return bool(_PER_MINUTE.match(after) or (rate.search(text) and not ratio.search(text)))
