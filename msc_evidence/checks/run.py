"""Runs every check over every trial and returns what they found, in the order of the registry."""

from __future__ import annotations

import pkgutil
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from functools import lru_cache
from importlib import import_module
from typing import TYPE_CHECKING

from msc_evidence import __version__
from msc_evidence.analysis.recompute.verdict import Verdict
from msc_evidence.checks.finding import SEVERITIES, Finding, Report, Rule, Severity
from msc_evidence.checks.processes import in_copies
from msc_evidence.checks.rule import (
    Check,
    Hit,
    Need,
    PooledCheck,
    PooledSubject,
    ReviewCheck,
    ReviewSubject,
    Subject,
    check,
)
from msc_evidence.registry.loader import Registry
from msc_evidence.registry.numbers import TieCount, count_ties
from msc_evidence.registry.problems import counted, listed, nearest_hint
from msc_evidence.registry.waiver import Waiver

if TYPE_CHECKING:
    from msc_evidence.analysis.results import Analysis
    from msc_evidence.checks.registration.tables import PostedTables
    from msc_evidence.reading.retractions import RetractionList
    from msc_evidence.reading.tables.source import SourceTable
    from msc_evidence.reading.texts.pubmed import PubmedRecord


#: A check of trials, of pooled results or of published meta-analyses.
AnyCheck = Check | PooledCheck | ReviewCheck


class NothingToCheckError(ValueError):
    """A request that leaves nothing to look at: why, and what would."""


@check("MSC199", "warning")
def unused_waiver(subject: Subject) -> Iterator[Hit]:
    """waiver that no finding needs.

    A waiver accepts a finding with a reason; one that accepts nothing is reported.
    It matters because exceptions outlive what they were made for, and then hide something new.
    Example: `{code: MSC503, because: …}` after the numbers were corrected.
    It cannot see whether the reason was ever a good one.

    Flagged:
        waivers: [{code: MSC201, because: one participant moved away}]
    Silent:
        participants: {analysed: 31}
        arms: {msc: {role: treatment, n: 5}, control: {role: control, n: 25}}
        waivers: [{code: MSC201, because: one participant was in neither arm}]
    """
    yield from ()  # the runner knows which waivers were used


@lru_cache
def all_checks() -> tuple[AnyCheck, ...]:
    """Every check that a module of this package defines, by code."""
    checks: dict[str, AnyCheck] = {}
    modules = pkgutil.iter_modules(import_module(__package__).__path__)
    for module in (module for module in modules if not module.ispkg):
        for item in vars(import_module(f"{__package__}.{module.name}")).values():
            if isinstance(item, AnyCheck):
                checks[item.rule.code] = item
    return tuple(checks[code] for code in sorted(checks))


def all_rules() -> tuple[Rule, ...]:
    """The rule of every check, by code."""
    return tuple(item.rule for item in all_checks())


def run_checks(
    analysis: Analysis,
    trials: Iterable[str] = (),
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    texts: Mapping[str, Mapping[str, str]] | None = None,
    records: Mapping[str, Mapping[str, PubmedRecord]] | None = None,
    registrations: Mapping[str, Sequence[PostedTables]] | None = None,
    retractions: RetractionList | None = None,
    as_of: date | None = None,
    trust_tests: bool = False,
    require_fingerprints: bool = False,
    articles: Mapping[str, Mapping[str, Sequence[SourceTable]]] | None = None,
    least: Severity = "note",
    jobs: int = 1,
    seen: Callable[[int], None] = lambda trials: None,
) -> Report:
    """The report over the trials named (all of them when none is).

    `select` and `ignore` hold codes or their beginnings; `texts`, `records` and `articles` (the tables of full texts)
    are by trial, then by source,
    `registrations` by trial, the latest version last; `as_of` is the day that searches are held against, and
    `trust_tests` adds the tests that run on request alone;
    findings below the `least` severity are counted and not looked up in their file;
    `jobs` processes share the trials, and `seen` is told of how many more have been looked at;
    `require_fingerprints` makes a source of numbers without one an error. Raises NothingToCheckError for a code that
    no check has, and where no check is left that has something to look at.
    """
    registry = analysis.registry
    names = list(trials) or list(registry.trials)
    given: dict[Need, bool] = {
        "texts": texts is not None or articles is not None, "records": records is not None,
        "registrations": registrations is not None, "retractions": retractions is not None,
        "date": as_of is not None, "trust-tests": trust_tests,
    }  # fmt: skip
    able = _checks_with_input(
        chosen_checks(select, ignore), registry, given, whole={*names} >= {*registry.trials}
    )
    chosen = [item for item in able if isinstance(item, Check)]
    codes = {item.rule.code for item in chosen}
    dois = _trials_by_doi(registry)

    def looked_at(part: Sequence[str]) -> _PartFound:
        found, tally = list[_Found](), Counter[str]()
        for name in part:
            sources = (texts or {}).get(name, {}), (records or {}).get(name, {})
            versions = (registrations or {}).get(name, ())
            subject = Subject(
                name, analysis, *sources, dois, versions, retractions, as_of, require_fingerprints,
                (articles or {}).get(name, {}),
            )  # fmt: skip
            found.extend(_trial_findings(subject, chosen, codes, least))
            tally.update(_number_counts(subject))
            tally["subset" if registry.is_subset(name) else "trial"] += 1
        return found, tally

    found, tally = list[_Found](), Counter[str]()
    for of_part, counts in in_copies(looked_at, _parts(names), jobs):
        found += of_part
        tally.update(counts)
        seen(counts["trial"] + counts["subset"])
    found.extend(_pooled_result_findings(analysis, [i for i in able if isinstance(i, PooledCheck)], least))
    found.extend(_review_findings(analysis, able, least))
    below = Counter(item for item in found if not isinstance(item, Finding))
    findings = [item for item in found if isinstance(item, Finding)]
    findings.sort(key=lambda finding: (finding.file, finding.line, finding.column, finding.code))
    summary = _closing_line(tally, findings, below) + _selection_words(select, ignore)
    lines = _quoted_lines(registry, findings)
    return Report(
        tuple(findings), all_rules(), summary, __version__, lines, tuple(names), tally["numbers"], below
    )


#: A finding, or of one that is not shown its severity alone.
_Found = Finding | Severity
_PartFound = tuple[list[_Found], Counter[str]]
#: Trials that a process is given at a time.
_PART = 50


def _parts(names: Sequence[str]) -> Iterator[Sequence[str]]:
    return (names[start : start + _PART] for start in range(0, len(names), _PART))


def _pooled_result_findings(
    analysis: Analysis, checks: Sequence[PooledCheck], least: Severity
) -> Iterator[_Found]:
    registry = analysis.registry
    for name, pooled in registry.pooled.items():
        subject = PooledSubject(name, pooled, analysis)
        for item in checks:
            for hit in item.run(subject):
                yield _located_finding("pooled", name, registry, item.rule, hit, None, least)


def _review_findings(analysis: Analysis, able: Sequence[AnyCheck], least: Severity) -> Iterator[_Found]:
    codes = {item.rule.code for item in able}
    checks = [item for item in able if isinstance(item, ReviewCheck)]
    for name, review in analysis.registry.reviews.items() if checks else ():
        subject = ReviewSubject(name, review, analysis)
        hits = [(item.rule, hit) for item in checks for hit in item.run(subject)]
        yield from _waived_findings("reviews", name, analysis.registry, hits, review.waivers, codes, least)


def chosen_checks(select: Sequence[str], ignore: Sequence[str]) -> list[AnyCheck]:
    """The checks whose code begins as selected and not as ignored; raises NothingToCheckError where none is."""
    known = [rule.code for rule in all_rules()]
    selected, ignored = expanded_codes(select, known) or ("",), expanded_codes(ignore, known)
    chosen = [
        item
        for item in all_checks()
        if item.rule.code.startswith(selected) and not item.rule.code.startswith(ignored)
    ]
    if not chosen:
        raise NothingToCheckError("--select and --ignore leave no check to run")
    return chosen


def expanded_codes(codes: Iterable[str], known: Sequence[str], of: str = "") -> tuple[str, ...]:
    """The codes or beginnings asked for, commas taken apart; raises NothingToCheckError for one that no check has."""
    expanded = tuple(part.strip().upper() for code in codes for part in code.split(",") if part.strip())
    for code in expanded:
        if not any(known_code.startswith(code) for known_code in known):
            raise NothingToCheckError(f"no check{of} has the code '{code}'{nearest_hint(code, known)}")
    return expanded


def _checks_with_input(
    chosen: Sequence[AnyCheck], registry: Registry, given: Mapping[Need, bool], *, whole: bool
) -> list[AnyCheck]:
    """The checks that have something to look at; raises NothingToCheckError where none has."""
    lacking = [_reason_not_to_run(item, registry, given, whole=whole) for item in chosen]
    if all(lacking):
        raise NothingToCheckError(f"nothing to check: {chosen[0].rule.code} {lacking[0]}")
    return [item for item, lack in zip(chosen, lacking, strict=True) if not lack]


_LACKING: dict[Need, str] = {
    "texts": "looks at the texts of sources; give them with --texts DIR or --online",
    "records": "looks at PubMed's records; give them with --online, or as PubMed's XML with --texts DIR",
    "registrations": "looks at the files of registrations; give them with --registrations DIR",
    "retractions": "looks at a list of retractions; give it with --retractions FILE",
    "date": "looks at today's date; give it with --as-of",
    "trust-tests": "runs on request alone; ask for it with --trust-tests",
}


def _reason_not_to_run(item: AnyCheck, registry: Registry, given: Mapping[Need, bool], *, whole: bool) -> str:
    """Why a check has nothing to look at; empty where it has."""
    if isinstance(item, PooledCheck | ReviewCheck):
        pooled = isinstance(item, PooledCheck)
        what = "pooled results" if pooled else "published meta-analyses"
        if not whole:
            return f"looks at {what}, which are those of no single trial; name no trials"
        recorded = registry.pooled if pooled else registry.reviews
        return "" if recorded else f"looks at {what}, and the registry has none"
    if item.needs is None or given[item.needs]:
        return ""
    return _LACKING[item.needs]


def _trial_findings(
    subject: Subject, checks: Sequence[Check], codes: set[str], least: Severity
) -> Iterator[_Found]:
    hits = [(item.rule, hit) for item in checks for hit in item.hits(subject)]
    registry, waivers = subject.analysis.registry, subject.trial.waivers
    yield from _waived_findings("trials", subject.id, registry, hits, waivers, codes, least)


def _waived_findings(
    group: str,
    name: str,
    registry: Registry,
    hits: Sequence[tuple[Rule, Hit]],
    waivers: Sequence[Waiver],
    codes: set[str],
    least: Severity,
) -> Iterator[_Found]:
    """The hits of a record as findings, each with the reason of its waiver, and the waivers that none of them needs."""
    used: set[int] = set()
    for rule, hit in hits:
        waiver = _matching_waiver(waivers, rule.code, hit)
        if waiver is not None:
            used.add(waiver)
        because = waivers[waiver].because if waiver is not None else None
        yield _located_finding(group, name, registry, rule, hit, because, least)
    if unused_waiver.rule.code in codes:
        for hit in _idle_waiver_hits(waivers, used, codes):
            yield _located_finding(group, name, registry, unused_waiver.rule, hit, None, least)


def _idle_waiver_hits(waivers: Sequence[Waiver], used: set[int], codes: set[str]) -> Iterator[Hit]:
    """A hit for each waiver of a check that ran and found nothing for it, and for each of an unknown code."""
    for index, waiver in enumerate(waivers):
        path = ("waivers", index, "code")
        if waiver.code not in _known_codes():
            yield Hit(path, f"{waiver.code} is waived here and no check has this code")
        elif index not in used and waiver.code in codes:
            yield Hit(path, f"{waiver.code} is waived here and nothing was found for it")


@lru_cache
def check_of(code: str) -> Check:
    """The check of trials with a code."""
    return next(item for item in all_checks() if isinstance(item, Check) and item.rule.code == code)


@lru_cache
def _known_codes() -> frozenset[str]:
    return frozenset(rule.code for rule in all_rules())


def _matching_waiver(waivers: Sequence[Waiver], code: str, hit: Hit) -> int | None:
    accepting = (
        index for index, waiver in enumerate(waivers) if waiver.accepts(code, hit.outcome, hit.reported)
    )
    return next(accepting, None)


def _located_finding(
    group: str,
    name: str,
    registry: Registry,
    rule: Rule,
    hit: Hit,
    waived: str | None,
    least: Severity,
) -> _Found:
    severity = hit.severity or rule.severity
    if waived is None and SEVERITIES.index(severity) > SEVERITIES.index(least):
        return severity
    path = (group, name, *hit.path)
    place = registry.where(path)
    return Finding(
        rule.code, severity, name, path, hit.message, hit.reported, hit.recomputed,
        place.file, place.line, place.column, waived,
    )  # fmt: skip


def _trials_by_doi(registry: Registry) -> dict[str, tuple[str, ...]]:
    trials_by_doi: dict[str, list[str]] = defaultdict(list)
    for name, trial in registry.trials.items():
        if trial.citation.doi:
            trials_by_doi[trial.citation.doi.casefold()].append(name)
    return {doi: tuple(names) for doi, names in trials_by_doi.items()}


def _number_counts(subject: Subject) -> Counter[str]:
    ties = count_ties(subject.trial, subject.numbers, subject.texts)
    verdicts = [result.verdict for result in subject.with_p]
    return Counter(
        numbers=ties.numbers,
        tied=ties.tied,
        p=len(verdicts),
        recomputable=sum(verdict not in (None, Verdict.NOT_RECOMPUTABLE) for verdict in verdicts),
    )


def _closing_line(tally: Counter[str], findings: Sequence[Finding], below: Mapping[Severity, int]) -> str:
    severities = Counter("waived" if item.waived else item.severity for item in findings)
    severities.update(below)
    by_kind = [counted(severities[kind], kind) for kind in SEVERITIES]
    waived = [f"{severities['waived']} waived"] if severities["waived"] else []
    return "; ".join(
        [
            f"{_record_words(tally)}, {TieCount(tally['numbers'], tally['tied'])}",
            f"{counted(tally['p'], 'p-value')}: {tally['recomputable']} recomputable",
            ", ".join(by_kind + waived),
        ]
    )


def _selection_words(select: Sequence[str], ignore: Sequence[str]) -> str:
    """`; looked for MSC4 and MSC5 only`, where not every check was run."""
    only = f"; looked for {listed(list(select))} only" if select else ""
    return only + (f"; not looked for: {listed(list(ignore))}" if ignore else "")


def _record_words(tally: Counter[str]) -> str:
    """`19 trials and 1 subset`: participants of another trial are no trial of their own."""
    kinds = [kind for kind in ("trial", "subset") if tally[kind]]
    return " and ".join(counted(tally[kind], kind) for kind in kinds)


def _quoted_lines(registry: Registry, findings: Iterable[Finding]) -> dict[tuple[str, int], str]:
    quoted = {}
    for finding in findings:
        document = registry.document(str(finding.path[0]), finding.trial)
        quoted[(finding.file, finding.line)] = document.line(finding.line)
    return quoted
