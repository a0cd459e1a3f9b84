"""What of a text is sure enough to stand in a trial's record, and which of its figures are still to be placed."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from msc_evidence.reading.design import design_words
from msc_evidence.reading.draft_arms import DraftArm, trial_arms
from msc_evidence.reading.draft_ids import trial_id
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.fingerprint import Fingerprint, fingerprint
from msc_evidence.reading.fingerprint_list import PlacedFigure, entries
from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    Mean,
    MeanComparison,
    Proportion,
    Series,
    StatisticGroup,
    Wording,
)
from msc_evidence.reading.kinds_by_words import motive
from msc_evidence.reading.read import Reading, read, sentences
from msc_evidence.reading.registrations import registrations
from msc_evidence.reading.rows import TypedFigure, typed_figures
from msc_evidence.reading.texts.abstract import find_abstract
from msc_evidence.reading.texts.citation import TextCitation
from msc_evidence.reading.texts.document import TextDocument

#: Fields of a result as the registry writes them, in its order.
Fields = dict[str, "str | Fields"]

#: Effect measure → the type of outcome it is of; others are not recorded as effects.
_TYPES = {
    "OR": "binary",
    "RR": "binary",
    "RD": "binary",
    "HR": "time-to-event",
    "MD": "continuous",
    "SMD": "continuous",
    "ROM": "continuous",
    "beta": "continuous",
}
#: A level of significance is no result, nor is a p-value that stands for several.
_NO_RESULT_BEFORE = re.compile(
    r"(?<!\w)(?:all|both|each|every|significance (?:level )?(?:was |were )?(?:set |defined |accepted |at )+|level of"
    r"|threshold (?:of )?|cut-?off (?:of )?|alpha|α)(?: of)?[ (=]*\Z",
    re.IGNORECASE,
)
_NO_RESULT_AFTER = re.compile(
    r"[)\]]? ?,?(?: for (?:all|both|each)| in (?:all|both|each)| level)|[)\]]? (?:was|were|is|being)"
    r" (?:considered|regarded|taken|defined|deemed|accepted|set|used)"
    r"|[)\]]? (?:considered|regarded|deemed|as significant)"
    r"| (?:was|were|is) (?:statistically )?significant(?!ly)",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DraftResult:
    """What one group of figures reports, and the type of outcome it can be of."""

    type: str
    fields: Fields
    sentence: int
    #: What the sentence says before the figures: the words among which the outcome is.
    phrase: str = ""


@dataclass(frozen=True, slots=True)
class OpenFigure:
    """A figure that found no place: as a fingerprint lists it, what it is, and in which sentence."""

    figure: str
    kind: str
    sentence: int


#: Words of a sentence that are shown before a result.
_MOST_WORDS, _FEWEST_WORDS = 12, 3
_AT = re.compile(r"(?:at|after|by|over|until) (?:the |a )?(?:[a-z]+ )?\Z", re.IGNORECASE)
_AFTER_TIME = re.compile(r"(?: |-)(?:after|later|post|follow)", re.IGNORECASE)


@dataclass(slots=True)
class Placing:
    """Puts the figures of a reading where they surely belong."""

    reading: Reading
    text: str
    placed: set[int] = field(default_factory=set)
    arms: dict[str, DraftArm] = field(default_factory=dict)
    design: dict[str, str] = field(default_factory=dict)
    #: The key of the sample's size, and the size.
    sample: tuple[str, str] | None = None
    title: str = ""
    _rows: tuple[TypedFigure, ...] = ()
    #: The prints of a confidence level, by what is printed and in which sentence.
    _levels: dict[tuple[str, int], list[Figure]] = field(default_factory=dict)
    #: Where a p-value begins → whether words call it significant.
    _wording: dict[int, bool] = field(default_factory=dict)
    #: Where a p-value begins → the time that "respectively" gives it.
    _times: dict[int, Figure] = field(default_factory=dict)
    #: Where each sentence begins.
    _starts: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._rows = typed_figures(self.reading, self.text)
        self._starts = [start for start, _ in sentences(self.reading.plain.text)]
        for figure in self.reading.figures:
            row = self._row(figure) if figure.kind == "percent" else None
            if row is not None and row.kind == "level":
                self._levels.setdefault((figure.text, row.sentence), []).append(figure)
        for group in self.reading.groups:
            if isinstance(group, Wording):
                self._wording[group.p.start] = group.significant
            elif isinstance(group, Series):
                self._times |= {p.start: time for p, time in zip(group.ps, group.times, strict=True)}
        self._sizes()

    def results(self) -> Iterator[DraftResult]:
        """The results in reading order, those of the groups and those of p-values alone."""
        found: list[tuple[int, DraftResult]] = []
        for group in self.reading.groups:
            result = None
            if isinstance(group, EffectGroup):
                result = self._effect(group)
            elif isinstance(group, Comparison):
                result = self._counts(group)
            elif isinstance(group, MeanComparison):
                result = self._means(group)
            elif isinstance(group, StatisticGroup):
                result = self._statistic(group)
            if result is not None:
                first = group.figures[0]
                at = {} if "at" in result.fields else self._at(first)
                fields: Fields = {**at, **result.fields}
                found.append((first.start, replace(result, fields=fields, phrase=self._phrase(first))))
        for figure in self._lone():
            lone = self._lone_p(figure)
            at = {} if "at" in lone.fields else self._at(figure)
            fields = {**at, **lone.fields}
            found.append((figure.start, replace(lone, fields=fields, phrase=self._phrase(figure))))
        yield from (result for _, result in sorted(found, key=lambda item: item[0]))

    def open(self, found: Fingerprint) -> Iterator[OpenFigure]:
        """The figures that found no place in whole, in reading order."""
        left = Counter(found.figures)
        listed = [(entry, self._within(entry)) for entry in entries(self.reading.plain.text)]
        is_open = [not within or any(f.start not in self.placed for f in within) for _, within in listed]
        left -= Counter(entry.text for (entry, _), open_ in zip(listed, is_open, strict=True) if not open_)
        for (entry, within), open_ in zip(listed, is_open, strict=True):
            if open_ and left[entry.text] > 0:
                left[entry.text] -= 1
                row = self._row(within[0]) if within else None
                sentence = self._sentence(within[0]) if within else 1
                yield OpenFigure(entry.text, row.kind if row else "count", sentence)

    def _within(self, entry: PlacedFigure) -> list[Figure]:
        """The figures of the text that an entry of the fingerprint prints."""
        return [figure for figure in self.reading.figures if entry.start <= figure.start < entry.end]

    def _row(self, figure: Figure) -> TypedFigure | None:
        start, _ = self.reading.span(figure)
        at = bisect_right(self._rows, start, key=lambda row: row.start)
        return self._rows[at - 1] if at and start < self._rows[at - 1].end else None

    def _sentence(self, figure: Figure) -> int:
        row = self._row(figure)
        return row.sentence if row else 0

    def _place(self, *figures: Figure | None) -> None:
        self.placed.update(figure.start for figure in figures if figure is not None)

    def _sizes(self) -> None:
        """Total and arms, and the words of the design."""
        plain = self.reading.plain.text
        found = trial_arms(self.reading, self._rows)
        self.arms = found.arms
        if found.sample:
            self.sample = ("planned" if found.planned else "enrolled", found.sample.text)
        self._place(found.sample, *found.figures)
        self.design, used = design_words(plain, self.reading.figures, self.title)
        self._place(*used)

    def _bounds(self, number: int) -> tuple[int, int]:
        following = [*self._starts[number + 1 :], len(self.reading.plain.text)]
        return self._starts[number], following[0]

    def _phrase(self, figure: Figure) -> str:
        """The words before the first figure of a result, back to another figure of its sentence."""
        start, _ = self._bounds(bisect_right(self._starts, figure.start) - 1)
        ends = [each.end for each in self.reading.figures if start <= each.start < each.end <= figure.start]
        plain = self.reading.plain.text
        for begin in (max(ends, default=start), start):
            words = re.sub(r"\A\W+|[\s(\[,;:=]+\Z", "", plain[begin : figure.start]).split()
            if len(words) > _FEWEST_WORDS:
                return " ".join(words[-_MOST_WORDS:])
        return ""

    def _at(self, figure: Figure) -> Fields:
        """The one time of the sentence, where its words say that something was measured then."""
        number = bisect_right(self._starts, figure.start) - 1
        start, end = self._bounds(number)
        plain = self.reading.plain.text
        times = {
            time.text: time
            for time in self.reading.figures
            if time.kind == "time" and start <= time.start < end and self._is_duration(time)
        }
        if len(times) != 1:
            return {}
        ((text, time),) = times.items()
        said = _AT.search(plain, max(start, time.start - 30), time.start) or _AFTER_TIME.match(
            plain, time.end
        )
        if not said:
            return {}
        self._place(time)
        return {"at": text}

    def _is_duration(self, figure: Figure) -> bool:
        row = self._row(figure)
        return row is not None and row.kind == "duration"

    def _effect(self, group: EffectGroup) -> DraftResult | None:
        if group.measure not in _TYPES or group.estimate.kind == "time":
            return None
        effect: Fields = {"measure": group.measure, "estimate": group.estimate.text}
        effect["ci"] = group.limits[0].text if len(group.limits) == 1 else f"{group.low} to {group.high}"
        self._place(*group.limits)
        if group.level:
            effect["level"] = f"{group.level}%"
            self._place_level(group)
        self._place(group.estimate)
        fields: Fields = {**self._p(group.p), "effect": effect}
        if group.adjusted:
            fields["adjusted"] = "yes"
        return DraftResult(_TYPES[group.measure], fields, self._sentence(group.estimate))

    def _place_level(self, group: EffectGroup) -> None:
        """Every print of the level that announces an interval of this sentence."""
        self._place(*self._levels.get((f"{group.level}%", self._sentence(group.estimate)), ()))

    def _counts(self, group: Comparison) -> DraftResult:
        first, second = self._arms_of((group.first.n, group.second.n))
        arms: Fields = {first: self._share(group.first), second: self._share(group.second)}
        return DraftResult("binary", {**self._p(group.p), "arms": arms}, self._sentence(group.p))

    def _arms_of(self, sizes: Sequence[Figure | None]) -> tuple[str, str]:
        """The arms by their sizes where these leave no doubt, else arms of their own in the order of print."""
        allocated = {arm.size: name for name, arm in self.arms.items() if arm.size is not None}
        wanted = [figure.text if figure else "" for figure in sizes]
        if len(allocated) == 2 and set(wanted) == set(allocated):
            return allocated[wanted[0]], allocated[wanted[1]]
        self.arms.setdefault("first-named", DraftArm())
        self.arms.setdefault("second-named", DraftArm())
        return "first-named", "second-named"

    def _means(self, group: MeanComparison) -> DraftResult:
        first, second = self._arms_of((group.first.n, group.second.n))
        arms: Fields = {first: self._mean(group.first), second: self._mean(group.second)}
        return DraftResult("continuous", {**self._p(group.p), "arms": arms}, self._sentence(group.p))

    def _mean(self, mean: Mean) -> Fields:
        self._place(mean.value, mean.spread)
        size: Fields = {"n": mean.n.text} if mean.n else {}
        spread = mean.spread.text.rstrip("%")
        return {**size, "mean": mean.value.text.rstrip("%"), "se" if mean.is_se else "sd": spread}

    def _share(self, share: Proportion) -> Fields:
        self._place(share.x, share.n, share.percent)
        fields: Fields = {"n": share.n.text, "events": share.x.text}
        if share.percent is not None:
            fields["percent"] = share.percent.text.rstrip("%")
        return fields

    def _statistic(self, group: StatisticGroup) -> DraftResult:
        self._place(group.value, *group.df)
        degrees: Sequence[tuple[str, Figure]] = tuple(zip(("df", "df2"), group.df, strict=False))
        statistic: Fields = {"kind": group.kind, "value": group.value.text}
        statistic |= {name: figure.text for name, figure in degrees}
        return DraftResult(
            "continuous", {**self._p(group.p), "statistic": statistic}, self._sentence(group.p)
        )

    def _p(self, figure: Figure | None) -> Fields:
        """A p-value with the words that call it significant, or not, and its sides."""
        if figure is None:
            return {}
        self._place(figure)
        fields: Fields = {"p": figure.text.removeprefix("p ")}
        if motive(self.reading.plain.text, figure.start, figure.end) == "one-sided":
            fields["sides"] = "one"
        if figure.start in self._wording:
            fields["wording"] = "significant" if self._wording[figure.start] else "not significant"
        return fields

    def _lone(self) -> list[Figure]:
        """The p-values beside no other figure of a result that are one result each."""
        plain = self.reading.plain.text
        return [
            figure
            for figure in self.reading.figures
            if figure.kind == "p"
            and figure.start not in self.placed
            and motive(plain, figure.start, figure.end) in ("", "one-sided")
            and not _NO_RESULT_BEFORE.search(plain, max(0, figure.start - 60), figure.start)
            and not _NO_RESULT_AFTER.match(plain, figure.end)
        ]

    def _lone_p(self, figure: Figure) -> DraftResult:
        time = self._times.get(figure.start)
        self._place(time)
        at: Fields = {"at": time.text} if time else {}
        return DraftResult("continuous", {**at, **self._p(figure)}, self._sentence(figure))


@dataclass(frozen=True, slots=True)
class Draft:
    """The draft of one trial's record."""

    id: str
    place: str
    citation: TextCitation
    registration: tuple[str, ...]
    #: The key of the sample's size, `enrolled` or `planned`, and the size.
    sample: tuple[str, str] | None
    arms: Mapping[str, DraftArm]
    #: What words say of the design, by the registry's keys.
    design: Mapping[str, str]
    results: tuple[DraftResult, ...]
    fingerprint: Fingerprint
    open: tuple[OpenFigure, ...]


def draft(document: TextDocument, citation: TextCitation) -> Draft:
    """The draft of the record that a text is the source of; raises UnreadableText for a text without an abstract."""
    abstract = find_abstract(document.text)
    placing = Placing(read(abstract), abstract, title=citation.title)
    results = tuple(placing.results())
    numbers = [found.number for found in registrations(placing.reading.plain.text) if found.register != "CRD"]
    known = {"pmid": document.pmid, "pmcid": document.pmcid, "doi": document.doi}
    given = {key: getattr(citation, key) or value or "" for key, value in known.items()}
    found = fingerprint(abstract)
    return Draft(
        trial_id(document, citation),
        document.place,
        replace(citation, pmid=given["pmid"], pmcid=given["pmcid"], doi=given["doi"]),
        tuple(dict.fromkeys([*citation.registered, *numbers])),
        placing.sample,
        placing.arms,
        placing.design,
        results,
        found,
        tuple(placing.open(found)),
    )
