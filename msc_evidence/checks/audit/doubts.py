"""What makes a finding in a text uncertain: how figures were grouped, and what the whole text says of its analyses."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from msc_evidence.checks.audit.effect_doubts import effect_severity
from msc_evidence.checks.audit.p_doubts import p_severity
from msc_evidence.checks.audit.share_doubts import share_severity
from msc_evidence.checks.finding import Severity, weaker
from msc_evidence.reading.figures.figures import plain_figures
from msc_evidence.reading.figures.normalise import normalise
from msc_evidence.reading.figures.numerals import as_digits
from msc_evidence.reading.groups.interval_p import p_is_sure
from msc_evidence.reading.groups.shapes import (
    Comparison,
    EffectGroup,
    Group,
    LoneInterval,
    MeanComparison,
    Proportion,
    Sizes,
    Skeleton,
    skeleton,
)
from msc_evidence.reading.groups.share_words import counted_shares, shares_of_wholes

_CORRECTED = re.compile(
    r"Bonferroni|(?<!\w)Holm(?!\w)|Hochberg|Benjamini|Tukey|Dunnett|Scheff|[SŠ]id[aá]k|(?<!\w)FDR(?!\w)|false discovery"
    r"|multiplicity|multiple (?:comparison|test)|family-?wise|corrected (?:for|p)"
    r"|[pP][- ]values? (?:were|was) (?:adjusted|corrected)"
)
_A_MARGIN = r"(?<!resection )(?<!surgical )(?<!\w)margin(?![\w-])"
_ONE_SIDED = re.compile(
    rf"one[- ](?:sided|tailed)|1-(?:sided|tailed)|non-?inferior|equivalence|{_A_MARGIN}", re.IGNORECASE
)
_TWO_SIDED = re.compile(r"two[- ](?:sided|tailed)|(?<![0-9])2-?(?:sided|tailed)", re.IGNORECASE)
_OF_MARGIN = re.compile(
    rf"non-?inferior|equivalen|{_A_MARGIN}"
    r"|exclud\w+ an? (?:\w+ ){0,3}(?:of|than)(?!\w)",
    re.IGNORECASE,
)
#: A level other than 95 that a text says of its intervals, at each of them or once for all.
_OTHER_LEVEL = re.compile(
    r"(?<![0-9.])(?:[89][0-9](?<!95)(?:\.[0-9]+)?|95\.[0-9]*[1-9]) ?% ?"
    r"(?:CI|[cC]onfidence|[cC]redib|[lL]imits|intervals)"
)
_PAIRED = re.compile(
    r"cross-?over|split[- ](?:mouth|body|face|plot)|contralateral|other (?:half|side|eye|breast|arm|leg|hand|ear|knee)"
    r"|McNemar|(?<!\w)(?<!un-)(?<!non-)(?:paired|matched)|own control|intra-?individual|within[- ](?:subject|patient)"
    r"|(?:each|every|both) (?:patient|participant|subject|woman|man|child)[a-z]*"
    r" (?:used|received|underwent|served|had|acted)"
    r"|before and after|pre-? ?(?:and|to|vs\.?|versus) ?post|both (?:eyes|sides|knees|arms|legs)",
    re.IGNORECASE,
)
_SPHERICITY = re.compile(r"Greenhouse|Geisser|Huynh|(?<!\w)spheric", re.IGNORECASE)
#: What makes another test, or other degrees of freedom, of the same figures.
_OTHER_TEST = re.compile(
    r"Welch|unequal varianc|Satterthwaite|Kenward|likelihood[- ]ratio|Yates|continuity correct", re.IGNORECASE
)
_PARTIAL = re.compile(
    r"(?<!\w)(?:semi-?)?partial (?:\w+ )?(?:correlation|r(?!\w))|(?<!\w)covariates?(?!\w)"
    r"|(?:controll(?:ed|ing)|adjust(?:ed|ing|ment)|correct(?:ed|ing)) for(?! (?:multip|the number))",
    re.IGNORECASE,
)
_CLUSTERED = re.compile(
    r"cluster|generali[sz]ed estimating|(?<!\w)GEE(?!\w)|mixed[- ](?:effects?|model)|multilevel|imput",
    re.IGNORECASE,
)
_MODELLED = re.compile(
    r"(?<!un)adjust(?!able)|logistic|Mantel|stratif|regression|Kaplan|log-?rank|(?<!\w)Cox(?!\w)",
    re.IGNORECASE,
)
_WHOLE = re.compile(r"(?<![\w.,])[0-9]{1,3}(?:,[0-9]{3})+(?![\w.,])|(?<![\w.,])[0-9]{1,7}(?![\w]|[.,][0-9])")
#: An abstract prints some tens; of a whole a few percentages are as many as there are.
_MOST_FIGURES, _MOST_SHARES = 10_000, 10
#: Codes whose findings rest on p being that of the figures beside it.
_OF_P = ("MSC403", "MSC404", "MSC405", "MSC406", "MSC407", "MSC413")


@dataclass(frozen=True)
class Doubts:
    """What a text says once for all of its results, in words or by the figures that it groups."""

    text: str
    groups: tuple[Group, ...] = ()

    @cached_property
    def plain(self) -> str:
        """The whole text in its plain form."""
        return normalise(self.text).text

    @cached_property
    def corrected(self) -> bool:
        """Whether p-values may be corrected for multiplicity."""
        return bool(_CORRECTED.search(self.text))

    @cached_property
    def one_sided(self) -> bool:
        """Whether tests may be one-sided, or of a margin."""
        return bool(_ONE_SIDED.search(self.text))

    @cached_property
    def paired(self) -> bool:
        """Whether both results may be of the same participants, or of clusters of them."""
        return bool(_PAIRED.search(self.text) or _CLUSTERED.search(self.text))

    @cached_property
    def sphericity(self) -> bool:
        """Whether degrees of freedom may be printed without the correction that p has."""
        return bool(_SPHERICITY.search(self.text))

    @cached_property
    def partial(self) -> bool:
        """Whether correlations may be partial ones, with fewer degrees of freedom than are printed."""
        return bool(_PARTIAL.search(self.text))

    @cached_property
    def other_test(self) -> bool:
        """Whether the text names a test or degrees of freedom that may be those of p, and not those printed."""
        return bool(_OTHER_TEST.search(self.text))

    @cached_property
    def modelled(self) -> bool:
        """Whether a p beside two counts may be of a model, or of times."""
        return bool(_MODELLED.search(self.text))

    @cached_property
    def other_level(self) -> bool:
        """Whether the text speaks of intervals at another level than 95%."""
        return bool(_OTHER_LEVEL.search(self.plain))

    @cached_property
    def two_sided(self) -> bool:
        """Whether the text says that its tests are two-sided."""
        return bool(_TWO_SIDED.search(self.text))

    @cached_property
    def folded(self) -> Skeleton:
        """The whole text with each figure as one mark."""
        return skeleton(self.plain, plain_figures(self.plain, _MOST_FIGURES))

    @cached_property
    def parts(self) -> tuple[tuple[int, str], ...]:
        """Every count of the text that has a percentage, and that percentage, in reading order."""
        return tuple(counted_shares(self.folded))

    @cached_property
    def wholes(self) -> dict[str, list[str]]:
        """Every number that the text prints with a percentage, and its percentages."""
        known: dict[str, list[str]] = {}
        for whole, share in shares_of_wholes(self.folded, 0, len(self.folded.text)):
            shares = known.setdefault(whole, [])
            if len(shares) < _MOST_SHARES:
                shares.append(share)
        return known

    @cached_property
    def totals(self) -> tuple[int, ...]:
        """Every whole number that the text prints, in ascending order."""
        return tuple(sorted({int(match[0].replace(",", "")) for match in _WHOLE.finditer(self.plain)}))


def severity_in_text(
    group: Group, code: str, severity: Severity, doubts: Doubts, recomputed: str
) -> Severity | None:
    """How much a finding counts in a text, None where another reading explains it: only what is certain accuses."""
    graded = _graded(group, code, severity, doubts, recomputed)
    return graded if graded is None or is_certain(group, code) else "note"


def is_certain(group: Group, code: str) -> bool:
    """Whether grammar leaves one reading of which figures belong together, all of them in one sentence."""
    if isinstance(group, Comparison):
        return all(share.sure and not share.joined for share in (group.first, group.second))
    if isinstance(group, Proportion):
        return group.sure and not group.joined
    if isinstance(group, EffectGroup):
        return group.sure and (code not in ("MSC403", "MSC404") or p_is_sure(group))
    # An interval whose estimate is not printed may be of anything.
    return not isinstance(group, LoneInterval) and getattr(group, "sure", True)


def _graded(group: Group, code: str, severity: Severity, doubts: Doubts, recomputed: str) -> Severity | None:
    """What the words around figures, and the whole text, leave of a finding about them."""
    # A p said to be of a margin tells nothing of the side of no difference.
    if isinstance(group, EffectGroup) and code in ("MSC403", "MSC404") and _OF_MARGIN.search(group.said):
        return None
    # Which test gave the p of two means is as a rule not said beside them.
    if isinstance(group, MeanComparison) or (code in _OF_P and (doubts.corrected or doubts.one_sided)):
        return "note"
    if isinstance(group, EffectGroup):
        if code in ("MSC403", "MSC404") and group.level is None and doubts.other_level:
            return "note"
        others = [each for each in doubts.groups if isinstance(each, EffectGroup)]
        return effect_severity(group, code, severity, others if code == "MSC401" else ())
    if isinstance(group, Sizes):
        return _of_sizes(group)
    if isinstance(group, Proportion):
        return share_severity(group, code, severity, doubts.totals, doubts.wholes, doubts.parts)
    if isinstance(group, Comparison):
        return _of_comparison(group, code, severity, doubts)
    return p_severity(
        group,
        severity,
        recomputed,
        sphericity=doubts.sphericity,
        partial=doubts.partial,
        two_sided=doubts.two_sided,
        other_test=doubts.other_test,
        others=doubts.groups if code == "MSC405" else (),
    )


def _of_sizes(group: Sizes) -> Severity | None:
    """The total may be of another set than the arms; where other figures stand between, few may be missing."""
    if group.sure or group.total is None:
        return "warning"
    total, arms = int(as_digits(group.total.text)), sum(int(as_digits(arm.text)) for arm in group.arms)
    return "note" if _MOST_MISSING * total <= arms < total else None


#: At least this share of a total is in the arms, or the arms are not all of it.
_MOST_MISSING = 0.8


def _of_comparison(group: Comparison, code: str, severity: Severity, doubts: Doubts) -> Severity | None:
    """A p beside two counts whose test no word names may be of a model, of clusters or of times."""
    if code != "MSC406":
        return severity
    if doubts.paired or (group.test is None and (doubts.modelled or severity == "warning")):
        return "note"
    return weaker(severity, "warning") if doubts.modelled or group.test is None else severity
