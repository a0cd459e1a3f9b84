"""What the groups of a text report, as results of a record: fields, time, arms, and the words they stand among."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from msc_evidence.reading.arm_words import arms_named, own_words
from msc_evidence.reading.design import design_words
from msc_evidence.reading.draft_arms import DraftArm, trial_arms
from msc_evidence.reading.draft_pairs import ArmPair, ArmValue, arm_pairs, two_arms
from msc_evidence.reading.draft_sentences import SentenceWords
from msc_evidence.reading.figures.figures import Figure
from msc_evidence.reading.figures_aside import reason_to_ignore
from msc_evidence.reading.fingerprint import Fingerprint
from msc_evidence.reading.fingerprint_list import PlacedFigure, entries
from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    Group,
    LoneInterval,
    Mean,
    MeanComparison,
    Proportion,
    Series,
    StatisticGroup,
    Wording,
    skeleton,
)
from msc_evidence.reading.kinds_by_words import motive
from msc_evidence.reading.outcome_words import outcome_label
from msc_evidence.reading.read import Reading
from msc_evidence.reading.rows import TypedFigure, typed_figures
from msc_evidence.registry.fields import TO_DO

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
    #: Where its first figure begins.
    start: int = 0
    #: What the sentence says before the figures: the words among which the outcome is.
    phrase: str = ""
    #: What these words call the outcome, "" where that is not sure.
    label: str = ""
    #: An interval whose measure no word names: what it would be as an effect.
    unnamed: Fields = field(default_factory=dict)
    #: Whether words speak of one arm over time.
    over_time: bool = False


@dataclass(frozen=True, slots=True)
class DraftHarm:
    """Participants of two arms with an adverse event."""

    event: str
    arms: Mapping[str, str]
    sentence: int


@dataclass(frozen=True, slots=True)
class OpenFigure:
    """A figure that found no place: as a fingerprint lists it, what it is, and in which sentence."""

    figure: str
    kind: str
    sentence: int
    start: int
    #: Why it need not be recorded, where its words tell.
    because: str


_AT = re.compile(r"(?:at|after|by|over|until) (?:the |a )?(?:[a-z]+ )?\Z", re.IGNORECASE)
_OVER_TIME = re.compile(
    r"(?:from|to|with|versus|compared (?:to|with)) (?:the )?baseline|before and after|pre-? ?(?:and|to|versus|vs) ?post"
    r"|within (?:the |both |each )?[a-z]* ?groups?|in both groups|over time",
    re.IGNORECASE,
)
#: "a mean difference of", "the difference between groups was": of whatever unit the outcome has.
_DIFFERENCE = re.compile(
    r"(?<!\w)differences?(?! in (?:risk|proportion|rate))(?:(?!ratio|odds|hazard|%|;|\. ).){0,90}\Z"
)
_FAVOURING = re.compile(
    r"(?:in favou?r of|favou?ring|favou?red|favou?rs) (?:the )?(?P<words>[^,;.()]{2,40})", re.IGNORECASE
)
#: A sentence that calls its outcome primary, and speaks of no other.
_IS_PRIMARY = re.compile(
    r"\A(?!.*secondary).*(?<!co-)primary (?:efficacy )?(?:outcome|end ?point)(?!s)", re.IGNORECASE
)
_ADVERSE = re.compile(
    r"adverse|side[- ]effects?|complication|toxicit|deaths?(?!\w)|(?<!\w)died|mortality|bleeding|h(?:a)?emorrhage"
    r"|infection|nausea|vomiting|hypotension|bradycardia|pruritus|seizure|(?<!\w)rash|safety|withdr[ae]w",
    re.IGNORECASE,
)
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
    _words: SentenceWords = field(init=False)
    #: The prints of a confidence level, by what is printed and in which sentence.
    _levels: dict[tuple[str, int], list[Figure]] = field(default_factory=dict)
    #: Where a p-value begins → whether words call it significant.
    _wording: dict[int, bool] = field(default_factory=dict)
    #: Where a p-value begins → the time that "respectively" gives it.
    _times: dict[int, Figure] = field(default_factory=dict)
    _pairs: tuple[ArmPair, ...] = ()

    def __post_init__(self) -> None:
        self._rows = typed_figures(self.reading, self.text)
        self._words = SentenceWords.of(self.reading)
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
        apart = (Proportion, Wording, Series)
        grouped = [group for group in self.reading.groups if not isinstance(group, apart)]
        taken = {figure.start for group in grouped for figure in group.figures}
        folded = skeleton(self.reading.plain.text, self.reading.figures)
        self._pairs = tuple(arm_pairs(folded, self.arms, taken | self.placed))

    def results(self) -> Iterator[DraftResult]:
        """The results in reading order: those of the groups, of two arms' shares, and of p-values alone."""
        found = [(group.figures[0], result) for group, result in self._grouped() if result is not None]
        found += [(pair.figures[0], self._pair(pair)) for pair in self._pairs if not self._is_harm(pair)]
        found += [(figure, self._lone_p(figure)) for figure in self._lone()]
        for figure, result in sorted(found, key=lambda item: item[0].start):
            at = {} if "at" in result.fields else self._at(figure)
            primary: Fields = {"primary": "true"} if _IS_PRIMARY.search(self._words.before(figure)) else {}
            fields: Fields = {**at, **primary, **result.fields, **self._favours(figure)}
            yield replace(
                result,
                fields=fields,
                start=figure.start,
                phrase=self._words.phrase(figure),
                label=self._label(figure),
                over_time="arms" not in fields and bool(_OVER_TIME.search(self._words.clause(figure))),
            )

    def harms(self) -> Iterator[DraftHarm]:
        """Adverse events that two arms' counts give without a p-value."""
        for pair in filter(self._is_harm, self._pairs):
            self._place(pair.first.x, pair.second.x)
            counts = {value.arm: value.x.text for value in (pair.first, pair.second) if value.x}
            event = self._label(pair.figures[0]) or TO_DO
            yield DraftHarm(event, counts, self._sentence(pair.figures[0]))

    def _grouped(self) -> Iterator[tuple[Group, DraftResult | None]]:
        for group in self.reading.groups:
            if isinstance(group, EffectGroup):
                yield group, self._effect(group)
            elif isinstance(group, LoneInterval):
                yield group, self._unnamed(group, None)
            elif isinstance(group, Comparison):
                yield group, self._counts(group)
            elif isinstance(group, MeanComparison):
                yield group, self._means(group)
            elif isinstance(group, StatisticGroup):
                yield group, self._statistic(group)

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
                because = reason_to_ignore(self.reading.plain.text, entry.start, entry.end, row)
                yield OpenFigure(entry.text, row.kind if row else "count", sentence, entry.start, because)

    def _within(self, entry: PlacedFigure) -> list[Figure]:
        """The figures of the text that an entry of the fingerprint prints."""
        figures = self.reading.figures
        first = bisect_left(figures, entry.start, key=lambda figure: figure.start)
        last = bisect_left(figures, entry.end, key=lambda figure: figure.start)
        return list(figures[first:last])

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

    def _label(self, figure: Figure) -> str:
        """What the words before a figure call the outcome; the name of an arm is none."""
        label = outcome_label(self._words.before(figure))
        own = self._own_words()
        return "" if len(label.split()) <= len(arms_named(label, own)) else label

    def _own_words(self) -> dict[str, set[str]]:
        return own_words({name: arm.label for name, arm in self.arms.items() if arm.label})

    def _favours(self, figure: Figure) -> Fields:
        """The arm that words say the result favours."""
        said = _FAVOURING.search(self._words.clause(figure))
        named = arms_named(said["words"], self._own_words()) if said else []
        return {"favours": named[0]} if len(named) == 1 else {}

    def _at(self, figure: Figure) -> Fields:
        """The one time of the sentence, where its words say that something was measured then."""
        start, end = self._words.bounds(figure)
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
        if group.estimate.kind == "time":
            return None
        measure = group.measure or self._difference(group)
        if not measure:
            return self._unnamed(group, group.estimate)
        if measure not in _TYPES:
            return None
        self._place(group.estimate)
        effect: Fields = {"measure": measure, "estimate": group.estimate.text, **self._interval(group)}
        fields: Fields = {**self._p(group.p), "effect": effect}
        if group.adjusted:
            fields["adjusted"] = "yes"
        return DraftResult(_TYPES[measure], fields, self._sentence(group.estimate))

    def _interval(self, group: EffectGroup | LoneInterval) -> Fields:
        """The limits of an interval and its level."""
        self._place(*group.limits)
        fields: Fields = {}
        fields["ci"] = group.limits[0].text if len(group.limits) == 1 else f"{group.low} to {group.high}"
        if group.level:
            fields["level"] = f"{group.level}%"
            self._place_level(group)
        return fields

    def _difference(self, group: EffectGroup) -> str:
        """MD where the words before call the number a difference, and it is no percentage."""
        if any(re.search(r"[^-\d.]", text) for text in (group.low, group.value, group.high)):
            return ""
        inside = Decimal(group.low) <= Decimal(group.value) <= Decimal(group.high)
        plain = group.estimate.kind != "percent" and not group.change and inside
        return "MD" if plain and _DIFFERENCE.search(self._words.clause_before(group.estimate)) else ""

    def _unnamed(self, group: EffectGroup | LoneInterval, estimate: Figure | None) -> DraftResult:
        """An interval of no named measure: its p alone is recorded, the rest is said beside it."""
        self._place(estimate)
        known: Fields = {"estimate": estimate.text} if estimate else {}
        unnamed: Fields = {"measure": "to do", **known, **self._interval(group)}
        fields = self._p(group.p)
        return DraftResult("continuous", fields, self._sentence(group.limits[0]), unnamed=unnamed)

    def _is_harm(self, pair: ArmPair) -> bool:
        """Whether it counts adverse events of whole arms; a denominator or a p has no place among harms."""
        counts = pair.first.x is not None and pair.first.n is None and pair.p is None
        return counts and bool(_ADVERSE.search(self._words.before(pair.figures[0])))

    def _pair(self, pair: ArmPair) -> DraftResult:
        self._place(*pair.figures)
        arms: Fields = {value.arm: self._values(value) for value in (pair.first, pair.second)}
        return DraftResult("binary", {**self._p(pair.p), "arms": arms}, self._sentence(pair.figures[0]))

    def _values(self, value: ArmValue) -> Fields:
        fields: Fields = {"n": value.n.text} if value.n else {}
        fields |= {"events": value.x.text} if value.x else {}
        return fields | ({"percent": value.percent.text.rstrip("%")} if value.percent else {})

    def _place_level(self, group: EffectGroup | LoneInterval) -> None:
        """Every print of the level that announces an interval of this sentence."""
        self._place(*self._levels.get((f"{group.level}%", self._sentence(group.limits[0])), ()))

    def _counts(self, group: Comparison) -> DraftResult:
        first, second = self._arms_of(
            group.first.figures, group.second.figures, (group.first.n, group.second.n)
        )
        arms: Fields = {first: self._share(group.first), second: self._share(group.second)}
        return DraftResult("binary", {**self._p(group.p), "arms": arms}, self._sentence(group.p))

    def _arms_of(
        self, first: Sequence[Figure], second: Sequence[Figure], sizes: Sequence[Figure | None]
    ) -> tuple[str, str]:
        """The arms by their sizes or by the words about the values, else arms of their own in the order of print."""
        allocated = {arm.size: name for name, arm in self.arms.items() if arm.size is not None}
        wanted = [figure.text if figure else "" for figure in sizes]
        if len(allocated) == 2 and set(wanted) == set(allocated):
            return allocated[wanted[0]], allocated[wanted[1]]
        plain = self.reading.plain.text
        between = plain[first[-1].end : second[0].start]
        after = re.split(r"[.;]|(?<!\w)[pP] ?[<=]", plain[second[-1].end : second[-1].end + 80])[0]
        own = self._own_words()
        if named := two_arms(self._words.clause_before(first[0]), between, after, own):
            return named
        self.arms.setdefault("first-named", DraftArm())
        self.arms.setdefault("second-named", DraftArm())
        return "first-named", "second-named"

    def _means(self, group: MeanComparison) -> DraftResult | None:
        if any(
            "%" in figure.text for mean in (group.first, group.second) for figure in (mean.value, mean.spread)
        ):
            return None
        first, second = (
            sorted((mean.value, mean.spread), key=lambda figure: figure.start)
            for mean in (group.first, group.second)
        )
        names = self._arms_of(first, second, (group.first.n, group.second.n))
        arms: Fields = dict(zip(names, (self._mean(group.first), self._mean(group.second)), strict=True))
        return DraftResult("continuous", {**self._p(group.p), "arms": arms}, self._sentence(group.p))

    def _mean(self, mean: Mean) -> Fields:
        self._place(mean.value, mean.spread)
        size: Fields = {"n": mean.n.text} if mean.n else {}
        return {**size, "mean": mean.value.text, "se" if mean.is_se else "sd": mean.spread.text}

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
        paired = {pair.p.start for pair in self._pairs if pair.p}
        plain = self.reading.plain.text
        return [
            figure
            for figure in self.reading.figures
            if figure.kind == "p"
            and figure.start not in self.placed | paired
            and motive(plain, figure.start, figure.end) in ("", "one-sided")
            and not _NO_RESULT_BEFORE.search(plain, max(0, figure.start - 60), figure.start)
            and not _NO_RESULT_AFTER.match(plain, figure.end)
        ]

    def _lone_p(self, figure: Figure) -> DraftResult:
        time = self._times.get(figure.start)
        self._place(time)
        at: Fields = {"at": time.text} if time else {}
        return DraftResult("continuous", {**at, **self._p(figure)}, self._sentence(figure))
