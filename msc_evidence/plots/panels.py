"""What pictures of pools are made of: studies with intervals and weights, groups, the pooled effect, panels."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.pool.study_facts import AS_GIVEN, attribute_words
from msc_evidence.plots.bias_signs import BiasColumns, BiasSigns
from msc_evidence.plots.scope import Unplaced, unplaced_reasons
from msc_evidence.statistics.scale import Scale
from msc_evidence.tables.words import level_words

#: The heading of what was asked for and has no picture.
NOT_DRAWN = "Not drawn"


@dataclass(frozen=True, slots=True)
class StudyMark:
    """One study: effect, standard error and interval on the analysis scale, its weight in per cent."""

    label: str
    arms: tuple[str, str]
    estimate: float
    se: float
    lower: float
    upper: float
    weight: float | None
    effect: str
    directed: bool = True
    #: What was judged of its result, where somebody did.
    bias: BiasSigns | None = None


@dataclass(frozen=True, slots=True)
class PooledMark:
    """The pooled effect with its interval and, where it exists, that of a new study."""

    label: str
    estimate: float
    lower: float
    upper: float
    effect: str
    heterogeneity: str | None
    prediction: tuple[float, float] | None
    prediction_words: str | None
    #: What other models say, where studies are too few for one.
    beside: tuple[str, ...] = ()
    #: Where the studies' effects come from, and what was chosen among what they print.
    data: str = ""
    #: Sentences on what was done about empty cells, and where the numbers mislead.
    warnings: tuple[str, ...] = ()

    @property
    def models(self) -> str:
        """How the effect was pooled, what stands beside it, and from what."""
        other = f" Beside it: {'; '.join(self.beside)}." if self.beside else ""
        return " ".join(filter(None, [f"Pooled by {self.label}.{other}", self.alone]))

    @property
    def alone(self) -> str:
        """Where a single study's effect comes from, and what must be known of it."""
        return " ".join(filter(None, [self.data, *self.warnings]))


@dataclass(frozen=True, slots=True)
class Arrangement:
    """How the studies of a forest stand: in groups of a field, without each in turn, or added in a field's order."""

    by: str | None = None
    leave_one_out: bool = False
    cumulative: str | None = None

    def resolved(self, by: Callable[[str], str], order: Callable[[str], str]) -> Arrangement:
        """The same with the fields as the studies have them; both raise for one that they have not."""
        group = by(self.by) if self.by else None
        named = self.cumulative not in (None, AS_GIVEN)
        return Arrangement(
            group, self.leave_one_out, order(str(self.cumulative)) if named else self.cumulative
        )

    @property
    def alone(self) -> bool:
        """Whether studies stand each with its own effect."""
        return not (self.leave_one_out or self.cumulative)

    @property
    def words(self) -> str:
        """`one study after the other, by year`; "" where each stands alone."""
        if self.leave_one_out:
            return "without each study in turn"
        if self.cumulative == AS_GIVEN:
            return "one study after the other, in the order given"
        return f"one study after the other, by {attribute_words(self.cumulative)}" if self.cumulative else ""


@dataclass(frozen=True, slots=True)
class StudyRows:
    """What stands beside the studies of a pool, in their order."""

    #: What stands in the arms' columns: `n`, `events/n`, or nothing.
    counted: str
    arms: tuple[tuple[str, str], ...]
    directed: tuple[bool, ...]
    biases: tuple[BiasSigns | None, ...]

    def at(self, rows: Sequence[int]) -> StudyRows:
        """Those of some of the studies."""
        return StudyRows(
            self.counted,
            tuple(self.arms[row] for row in rows),
            tuple(self.directed[row] for row in rows),
            tuple(self.biases[row] for row in rows),
        )


@dataclass(frozen=True, slots=True)
class Subgroup:
    """Some of a panel's studies, which follow each other there, with their own pool."""

    name: str
    count: int
    pooled: PooledMark


@dataclass(frozen=True, slots=True)
class PoolPanel:
    """One pool: what the studies were asked, each of them, their pool, and those without a place in it."""

    title: str
    scenario: str
    measure: str
    scale: Scale
    #: Level of every interval.
    level: float
    #: What stands in the arms' columns: `n`, `events/n`, or nothing.
    counted: str
    studies: tuple[StudyMark, ...]
    pooled: PooledMark | None
    #: What lies left and right of no difference.
    sides: tuple[str, str]
    unplaced: tuple[Unplaced, ...]
    #: Trials that are in no panel of the outcome.
    absent: tuple[Unplaced, ...] = ()
    #: All studies in groups, and the sentence on whether these differ; nothing where they were not asked for.
    groups: tuple[Subgroup, ...] = ()
    difference: str = ""
    #: What stands above the sizes of the arms.
    arm_titles: tuple[str, str] = ("Treatment", "Control")

    @property
    def bias(self) -> BiasColumns:
        """The columns of risk of bias beside the studies."""
        rows = ((study.bias, study.label) for study in self.studies)
        signs, labels = zip(*rows, strict=True) if self.studies else ((), ())
        return BiasColumns(signs, labels)

    @property
    def effect_title(self) -> str:
        """What stands above the effects: `Effect (95% CI)`."""
        return f"Effect ({level_words(self.level)} CI)"

    @property
    def no_difference(self) -> float:
        """Where no difference lies on the scale of the analysis."""
        return 0.0

    @property
    def heading(self) -> str:
        """Title and measure."""
        return f"{self.title}, {self.measure}" if self.studies else self.title

    @property
    def alternative(self) -> str:
        """The panel in words."""
        marks = [f"{study.label} {study.effect}" for study in self.studies]
        marks += [
            f"risk of bias of {study.label}, {study.bias.words}" for study in self.studies if study.bias
        ]
        if self.pooled:
            marks += [f"{group.name}, {group.pooled.label} {group.pooled.effect}" for group in self.groups]
            marks += [f"{self.pooled.label} {self.pooled.effect}", *self.pooled.beside]
            marks += [f"prediction interval {self.pooled.prediction_words}"] * bool(self.pooled.prediction)
        marks += [f"not placed: {reason}" for reason in unplaced_reasons(self.unplaced)]
        heading = ", ".join(part for part in (self.heading, self.scenario) if part)
        return f"{heading}: {'; '.join(marks)}."


#: Each study with its own effect, in the order of the record.
AS_THEY_STAND = Arrangement()
