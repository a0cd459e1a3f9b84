"""What the record and its numbers say to each check of INSPECT-SR: findings, facts, what only a person can answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from msc_evidence.analysis.design import own_arms
from msc_evidence.registry.fields import NR, NotReported
from msc_evidence.registry.governance import Ethics
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.reported import Ratio, Reported
from msc_evidence.registry.trust import CHECKS, CheckAnswer

#: What a person has to look at, whatever was computed.
PERSON = {
    "1.1": "search the journal, Crossmark and Retraction Watch for notices on every report",
    "1.2": "read editors' notes, letters and comments about the trial",
    "1.3": "look the authors up; a name is no person",
    "2.1": "read the approval, and ask where it is partial",
    "2.2": "read the register's history of the entry",
    "2.3": "compare size, arms, dates and eligibility with register and protocol",
    "2.4": "ask whether the sites can have seen so many",
    "2.5": "ask who did the work, and who paid",
    "3.1": "compare text and tables with other papers",
    "3.2": "look at the figures, which are not in the record",
    "4.1": "read who was included",
    "4.2": "read how the allocation was made",
    "4.3": "read the table of characteristics",
    "4.4": "compare abstract, text, tables and figures of the report",
    "4.5": "ask whether the losses are believable in this setting",
    "4.6": "follow the participants through the report",
    "4.7": "compare the outcomes with what is usual in this field",
    "4.8": "say which scales are of whole numbers",
    "4.9": "read which tests were used on what",
    "4.10": "read the report for what contradicts itself",
    "4.11": "compare the reports of the trial",
}
#: Stands for what is missing where no field would help.
NEVER = "nothing of it is computed"
_CODES = {
    "1.1": "842",
    "2.2": "107 831",
    "2.3": "911 912 913 914 915",
    "2.4": "832 833",
    "2.5": "834",
    "3.1": "821",
    "4.1": "304 835",
    "4.2": "207 803",
    "4.3": "801 802 851 852",
    "4.5": "208 804",
    "4.6": "201 202 204 211 212 217",
    "4.7": "303 821",
    "4.8": "305 306 307 311 312",
    "4.9": "402 403 404 405 406 407 408 409 410 411 412 413 416 811",
    "4.10": "205 206 210 214 215 216 313 314 401 805 806",
    "4.11": "607",
}
#: The checks that a finding is evidence for, by its code.
CHECKS_OF_CODE: dict[str, tuple[str, ...]] = {}
for _check, _codes in _CODES.items():
    for _code in _codes.split():
        CHECKS_OF_CODE[f"MSC{_code}"] = (*CHECKS_OF_CODE.get(f"MSC{_code}", ()), _check)
#: Impossible or exchanged values: of characteristics at entry, else of outcomes.
_OF_VALUES = ("MSC302", "MSC308", "MSC309", "MSC310", "MSC316")
_NOTICES = ("MSC605", "MSC841", "MSC843")


@dataclass(frozen=True, slots=True)
class TrustFinding:
    """A finding as evidence: its code and words, where it stands in the trial and in the file."""

    code: str
    severity: str
    message: str
    path: tuple[str | int, ...]
    place: str

    @property
    def counts(self) -> bool:
        """Whether it is an error or a warning."""
        return self.severity != "note"

    @property
    def checks(self) -> tuple[str, ...]:
        """The checks that it is evidence for."""
        if self.code in _OF_VALUES:
            return ("4.3",) if "baseline" in self.path else ("4.7",)
        if self.code in _NOTICES:
            if "authors" in self.path:
                return ("1.3",)
            return ("1.1",) if "retract" in self.message.casefold() else ("1.2",)
        return CHECKS_OF_CODE.get(self.code, ())


@dataclass(frozen=True, slots=True)
class CheckEvidence:
    """What there is to one check of a trial."""

    check: str
    findings: tuple[TrustFinding, ...]
    facts: tuple[str, ...]
    #: What the record would need for anything to be computed; empty where something was.
    missing: tuple[str, ...]

    @property
    def question(self) -> str:
        """What is asked, so that yes is the answer of concern."""
        return CHECKS[self.check]

    @property
    def computed(self) -> bool:
        """Whether numbers of the record were looked at."""
        return bool(self.findings) or not self.missing

    @property
    def alarms(self) -> int:
        """How many errors and warnings there are."""
        return sum(finding.counts for finding in self.findings)

    def look_again(self, answer: CheckAnswer) -> str | None:
        """Why an answer is to be looked at again: findings that came or went since; None where nothing did."""
        codes = {finding.code for finding in self.findings}
        gone = [code for code in answer.findings if code not in codes]
        new = sorted({finding.code for finding in self.findings if finding.counts} - set(answer.findings))
        if gone:
            return f"{listed(gone)} no longer found"
        if new and answer.word == "no":
            return f"answered no beside {listed(new)}"
        return None


def trust_evidence(trial: Trial, findings: Sequence[TrustFinding]) -> Iterator[CheckEvidence]:
    """The evidence for each of the 21 checks, in their order; no answer is drawn from it."""
    for check in CHECKS:
        own = tuple(finding for finding in findings if check in finding.checks)
        facts = tuple(_FACTS[check](trial)) if check in _FACTS else ()
        yield CheckEvidence(check, own, facts, tuple(_missing(trial, check)))


def _number(number: Reported | NotReported | None) -> int | None:
    return number.count if isinstance(number, Reported) else None


def _notice_facts(trial: Trial) -> Iterator[str]:
    notices = trial.notices
    if notices is None:
        yield "no search recorded"
        return
    found = listed([notice.kind for notice in notices.found]) or "nothing found"
    yield f"searched {notices.searched} in {listed(notices.places)}: {found}"


def _author_facts(trial: Trial) -> Iterator[str]:
    authors = trial.citation.authors or []
    if authors:
        yield f"{counted(len(authors), 'author')}: first {authors[0]}, last {authors[-1]}"


def _ethics_facts(trial: Trial) -> Iterator[str]:
    ethics: Ethics | NR | None = trial.ethics
    if isinstance(ethics, Ethics):
        given = [str(part) for part in (ethics.committee, ethics.number, ethics.date) if part]
        lacking = f"; not recorded: {listed(ethics.missing)}" if ethics.missing else ""
        yield f"{', '.join(given) or 'approved'}{lacking}"
    elif ethics is not None:
        yield "approval not reported"


def _registration_facts(trial: Trial) -> Iterator[str]:
    if isinstance(trial.registration, list):
        yield ", ".join(trial.registration)
    elif trial.registration is not None:
        yield f"registration {trial.registration}"
    design = trial.design
    dates = {"registered": design.registered, "first enrolled": design.first_enrolled}
    known = [f"{words} {date}" for words, date in dates.items() if date is not None]
    if known:
        yield ", ".join(known)


def _plan_facts(trial: Trial) -> Iterator[str]:
    planned, enrolled = _number(trial.participants.planned), _number(trial.participants.enrolled)
    if planned is not None and enrolled is not None:
        yield f"{enrolled} enrolled of {planned} planned"
    others = [also.source for also in trial.also]
    if others:
        yield f"beside it: {listed(others)}"


def _rate_facts(trial: Trial) -> Iterator[str]:
    first, last = trial.design.first_enrolled, trial.design.last_enrolled
    enrolled, centres = _number(trial.participants.enrolled), _number(trial.design.centres)
    if first is not None and last is not None:
        yield f"enrolled from {first} to {last}"
        months = ((last.latest - first.earliest).days + 1) / 365.25 * 12
        if enrolled and centres and months > 0:
            yield f"{enrolled / centres / months:.2g} a month at each of {counted(centres, 'centre')}"
    elif trial.design.recruitment:
        yield f"recruitment {trial.design.recruitment}"


def _means_facts(trial: Trial) -> Iterator[str]:
    visits, enrolled = _number(trial.design.visits), _number(trial.participants.enrolled)
    if visits and enrolled:
        yield f"{enrolled} × {visits} = {enrolled * visits:,} visits"
    if trial.funding:
        yield f"funding: {trial.funding}"


def _size_facts(trial: Trial) -> Iterator[str]:
    sizes = [_number(arm.randomised) or _number(arm.n) for arm in own_arms(trial).values()]
    if len(sizes) > 1 and None not in sizes:
        ratio = trial.design.ratio
        yield f"{' v '.join(map(str, sizes))} at {ratio if isinstance(ratio, Ratio) else 'no stated ratio'}"
    if trial.design.block is not None:
        yield f"blocks of {trial.design.block}"


def _loss_facts(trial: Trial) -> Iterator[str]:
    lost = {name: arm.lost for name, arm in own_arms(trial).items() if arm.lost is not None}
    if lost:
        yield f"lost: {', '.join(f'{n} in {name}' for name, n in lost.items())}"


def _row_facts(trial: Trial) -> Iterator[str]:
    if trial.baseline:
        yield counted(len(trial.baseline), "characteristic")


def _p_facts(trial: Trial) -> Iterator[str]:
    p_values = sum(result.p is not None for result in trial.results)
    p_values += sum(row.p is not None for row in trial.baseline)
    if p_values:
        yield counted(p_values, "p-value")


def _result_facts(trial: Trial) -> Iterator[str]:
    if trial.results:
        yield counted(len(trial.results), "result")


def _source_facts(trial: Trial) -> Iterator[str]:
    yield counted(len(trial.sources), "source")


def _age_facts(trial: Trial) -> Iterator[str]:
    if trial.participants.age is not None:
        yield f"ages {trial.participants.age} may enter"


_FACTS: Mapping[str, Callable[[Trial], Iterator[str]]] = {
    "1.1": _notice_facts, "1.2": _notice_facts, "1.3": _author_facts, "2.1": _ethics_facts,
    "2.2": _registration_facts, "2.3": _plan_facts, "2.4": _rate_facts, "2.5": _means_facts, "4.1": _age_facts,
    "4.2": _size_facts, "4.3": _row_facts, "4.5": _loss_facts, "4.7": _result_facts, "4.9": _p_facts,
    "4.11": _source_facts,
}  # fmt: skip


def _missing(trial: Trial, check: str) -> Iterator[str]:
    """The fields without which nothing of a check is computed; a reason where nothing ever is."""
    design, arms = trial.design, own_arms(trial).values()
    first, last = design.first_enrolled is not None, design.last_enrolled is not None
    by_arm = any(result.arms for result in trial.results)
    values = by_arm or any(row.arms for row in trial.baseline)
    needs: dict[str, list[tuple[str, bool]]] = {
        "1.1": [("notices", trial.notices is not None)],
        "1.2": [("notices", trial.notices is not None)],
        "2.2": [("registered", design.registered is not None), ("first-enrolled", first)],
        "2.3": [("also, of a registration or protocol", bool(trial.also))],
        "2.4": [("first-enrolled", first), ("last-enrolled", last)],
        "2.5": [("visits", design.visits is not None), ("funding", trial.funding is not None)],
        "3.1": [("results or baseline by arm", values)],
        "4.1": [("age", trial.participants.age is not None)],
        "4.2": [("sizes of the arms", all(_number(arm.n) or _number(arm.randomised) for arm in arms))],
        "4.3": [("baseline by arm", any(row.arms for row in trial.baseline))],
        "4.5": [("randomised", all(arm.randomised is not None for arm in arms))],
        "4.6": [("sizes of the arms", any(_number(arm.n) or _number(arm.randomised) for arm in arms))],
        "4.7": [("results by arm", by_arm)],
        "4.8": [("means by arm", any(v.mean is not None for r in trial.results for v in (r.arms or {}).values()))],
        "4.9": [("p-values, intervals or statistics", any(r.p or r.effect or r.statistic for r in trial.results))],
        "4.10": [("results or baseline by arm", values)],
        "4.11": [("a second source", len(trial.sources) > 1)],
    }  # fmt: skip
    yield from (field for field, given in needs.get(check, [(NEVER, False)]) if not given)
