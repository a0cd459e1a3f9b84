"""Posted analyses: p, test, sides, effect and interval, as far as their texts say what they are."""

from __future__ import annotations

import re
from dataclasses import dataclass

from msc_evidence.reading.ctgov.groups import group_titles
from msc_evidence.reading.ctgov.nodes import Node
from msc_evidence.reading.ctgov.outcomes import Field, is_number, number_of
from msc_evidence.registry.reported import Reported

_LEAST_SQUARES = r"(?:adjusted |ls |least[- ]squares? )*"
#: What an estimate is, by the words of its kind; the first that fits.
_MEASURES = {
    "ROM": re.compile(
        rf"ratio of {_LEAST_SQUARES}(?:geometric )?{_LEAST_SQUARES}means?|geometric mean ratio", re.I
    ),
    "OR": re.compile(r"odds ratio", re.I),
    "RR": re.compile(r"risk ratio|relative risk", re.I),
    "HR": re.compile(r"hazard ratio", re.I),
    "RD": re.compile(r"risk difference|difference in (?:proportions|percentages)", re.I),
    "MD": re.compile(
        rf"(?:mean|ls means?|squares? means?) difference|difference (?:in|of|between) {_LEAST_SQUARES}means?",
        re.I,
    ),
    "beta": re.compile(r"slope|regression coefficient", re.I),
}
_NOT_MEASURED = re.compile(r"median difference|log(?:arithm)?\b|slope of time", re.I)
_ONE_SIDED = re.compile(r"\b(?:one|1)[- ]?(?:sided|tailed)\b", re.I)
_TWO_SIDED = re.compile(r"\b(?:two|2)[- ]?(?:sided|tailed)\b", re.I)
_POSTERIOR = re.compile(r"posterior|bayes", re.I)
_THRESHOLD = re.compile(r"threshold", re.I)
_MODELS = ("ancova", "mixed model", "mmrm", "logistic", "cox", "mantel", "regression")
_HYPOTHESES = {"NON_INFERIORITY": "non-inferiority", "EQUIVALENCE": "equivalence"}
_TEXTS = (
    "pValueComment",
    "statisticalComment",
    "estimateComment",
    "otherAnalysisDescription",
    "groupDescription",
)


@dataclass(frozen=True, slots=True)
class PostedAnalysis:
    """One analysis: whom it compares, and the fields of a result; `left` is what must be decided by hand."""

    node: Node
    #: The folded titles of the groups, in the order of the file, which is not that of the subtraction.
    groups: tuple[str, ...]
    fields: tuple[Field, ...]
    test: str
    one_sided: bool
    hypothesis: str
    measure: str
    left: tuple[str, ...]

    @property
    def adjusts(self) -> bool:
        """Whether its method adjusts, but for what only its comments say."""
        return any(name in self.test.casefold() for name in _MODELS)

    @property
    def texts(self) -> str:
        """All that the analysis says in words."""
        return "; ".join(text for key in _TEXTS if (text := self.node[key].text))


def posted_analysis(node: Node, outcome: Node) -> PostedAnalysis:
    """An analysis of an outcome."""
    titles = group_titles(outcome["groups"])
    groups = tuple(titles.get(one.text, one.text) for one in node["groupIds"].items())
    said = "; ".join(text for key in (*_TEXTS, "statisticalMethod") if (text := node[key].text))
    hypothesis, doubt = _hypothesis(node)
    p, p_left = _p_value(node, said)
    measure, effect, effect_left = _effect(node)
    one_sided = bool(_ONE_SIDED.search(said)) and not _TWO_SIDED.search(said)
    return PostedAnalysis(
        node,
        groups,
        (*p, *effect),
        node["statisticalMethod"].text,
        one_sided,
        hypothesis,
        measure,
        (*doubt, *p_left, *effect_left),
    )


def _hypothesis(node: Node) -> tuple[str, tuple[str, ...]]:
    kind = node["nonInferiorityType"].text.removesuffix("_LEGACY")
    if kind == "NON_INFERIORITY_OR_EQUIVALENCE":
        return "", ("non-inferiority or equivalence: which, and the margin",)
    hypothesis = _HYPOTHESES.get(kind, "")
    return hypothesis, (f"margin of {hypothesis}",) if hypothesis else ()


def _p_value(node: Node, said: str) -> tuple[list[Field], list[str]]:
    """The p-value where the text is one, else why it is none."""
    text = node["pValue"].text
    printed = re.sub(r"[\s=]", "", text)
    if not printed:
        return [], []
    if not is_number(node["pValue"]) or not 0 < number_of(node["pValue"]) <= 1:
        return [], [f"p printed as {text!r}"]
    if _POSTERIOR.search(said):
        return [], [f"{text} is a posterior probability by its own words"]
    typed = printed.removeprefix("<").lstrip("0") == ".05" and _THRESHOLD.search(said)
    remarks = [f"p {text} may be the threshold: the file says so"] if typed else []
    return [Field("p", (node["pValue"],))], remarks


def _effect(node: Node) -> tuple[str, list[Field], list[str]]:
    """The measure, estimate, interval and level, or what is printed where the measure is not known."""
    estimate, limits = node["paramValue"], (node["ciLowerLimit"], node["ciUpperLimit"])
    if not estimate and not any(limits):
        return "", [], []
    kind = node["paramType"].text
    found = (
        name for name, words in _MEASURES.items() if words.search(kind) and not _NOT_MEASURED.search(kind)
    )
    measure = next(found, "")
    printed = (
        f"{kind or 'estimate'} {estimate.text or '–'} ({limits[0].text or '–'} to {limits[1].text or '–'})"
    )
    if not measure or (estimate and not is_number(estimate)):
        return "", [], [f"effect: {printed}"]
    fields = [Field("estimate", (estimate,))] if estimate else []
    level, left = _level(node)
    if all(map(is_number, limits)) and level is not None and number_of(limits[0]) <= number_of(limits[1]):
        fields += [Field("ci", limits), Field("level", (level,))]
        fields += _standard_error(node, measure)
    elif any(limits):
        left.append(f"interval: {printed}")
    return (measure, fields, left) if fields else ("", [], left)


#: How far a standard error and the interval beside it may be apart: some enter the SD of all as one.
_APART = 1.5


def _standard_error(node: Node, measure: str) -> list[Field]:
    """The standard error of a difference, where its interval at 95% agrees that it is one."""
    printed = node["dispersionValue"]
    named = node["dispersionType"].text == "STANDARD_ERROR_OF_MEAN" and node["ciPctValue"].text == "95"
    if not named or measure != "MD" or not is_number(printed) or number_of(printed) <= 0:
        return []
    implied = implied_standard_error(number_of(node["ciLowerLimit"]), number_of(node["ciUpperLimit"]))
    least, greatest = Reported.read(printed.text).bounds
    return [Field("se", (printed,))] if least / _APART <= implied <= greatest * _APART else []


def implied_standard_error(low: float, high: float) -> float:
    """The standard error that an interval at 95% implies: its half-width over 1.96."""
    return (high - low) / 2 / 1.959964


def _level(node: Node) -> tuple[Node | None, list[str]]:
    level = node["ciPctValue"]
    if is_number(level) and 50 <= number_of(level) < 100 and node["ciNumSides"].text != "ONE_SIDED":
        return level, []
    return None, [
        f"level {level.text or 'not posted'}, {node['ciNumSides'].text or 'sides not posted'}".lower()
    ]
