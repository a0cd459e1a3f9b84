"""MSC101 to MSC110: what a record must name, how its identifiers are written, and what a draft left to a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from msc_evidence.analysis.results import AnalysedResult
from msc_evidence.checks.finding import Path
from msc_evidence.checks.rule import Hit, Subject, check
from msc_evidence.registry.fields import NOT_REPORTED, TO_DO, TO_DO_ID, Part, set_fields
from msc_evidence.registry.identifiers import Fault, doi_fault, pmcid_fault, pmid_fault, registration_fault
from msc_evidence.registry.problems import counted
from msc_evidence.registry.publication import Citation, Source
from msc_evidence.registry.reported import Time


@check("MSC105", "error")
def result_recorded_twice(subject: Subject) -> Iterator[Hit]:
    """the same result is recorded twice.

    Two results of one source with the same outcome, timepoint, contrast, definition, change, adjustment,
    test and effect measure are one result; 3 months and 90 days are the same timepoint.
    It matters because a result that counts twice changes every correction for multiplicity and every
    pool.
    Example: `{outcome: mrs, at: 3 mo, p: 0.076}` and `{outcome: mrs, at: 90 d, p: 0.067}`.
    It cannot see results whose timepoint is not reported: they may be of different times.

    Flagged:
        results:
          - {outcome: mrs, at: 3 mo, p: 0.076}
          - {outcome: mrs, at: 90 d, p: 0.067}
    Silent:
        results:
          - {outcome: mrs, at: 3 mo, p: 0.076}
          - {outcome: mrs, at: 6 mo, p: 0.171}
    """
    first: dict[object, int] = {}
    for index, result in enumerate(subject.trial.results):
        if not isinstance(result.at, Time):
            continue
        earlier = first.setdefault(_result_identity(subject.results[index]), index)
        if earlier != index:
            name = subject.outcomes[result.outcome].name
            message = f"the same result is recorded twice: {name} at {result.at} is also results[{earlier}]"
            yield Hit(("results", index), message, outcome=result.outcome)


def _result_identity(analysed: AnalysedResult) -> tuple[object, ...]:
    result, contrast = analysed.result, analysed.contrast
    sides: tuple[object, ...] = (result.arm, result.against, *(result.among or ()))
    sides = (contrast.arm, contrast.against) if contrast else sides
    analysis = (
        *(result.within, result.definition, result.change, result.adjusted, result.test, result.sides),
        *(result.imputed, result.period, result.unit, result.hypothesis),
    )
    measure = result.effect.measure if result.effect else None
    return (analysed.source, result.outcome, result.at, sides, analysis, measure)


@check("MSC106", "note", fields=("results",))
def no_primary_outcome(subject: Subject) -> Iterator[Hit]:
    """no primary outcome named.

    A trial has results and none of them is `primary: true`.
    It matters because without one, no result was singled out before the data were seen: all are
    exploratory.
    Example: bang-2005 reports two outcomes at three timepoints and calls none of them primary.
    It cannot see a primary outcome that only the protocol or the registration names.
    Source: CONSORT 2010, item 6a.

    Flagged:
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
    Silent:
        results: [{outcome: mrs, at: 3 mo, primary: true, p: 0.076}]
    """
    results = subject.trial.results
    if results and not any(result.primary for result in results):
        outcomes = ", ".join(dict.fromkeys(result.outcome for result in results))
        message = f"no primary outcome named among {counted(len(results), 'result')} ({outcomes})"
        yield Hit(("results",), message)


@check("MSC107", "note")
def no_registration(subject: Subject) -> Iterator[Hit]:
    """no registration.

    The record names no trial registration, or says that none is reported.
    It matters because a registration made in advance shows which outcomes and analyses were planned.
    Example: `registration: not reported`.
    It cannot see whether a registration that is named was made before the first participant.
    Source: De Angelis et al. 2004, 10.1056/NEJMe048225 (trials before July 2005 were not yet expected to
    register).

    Flagged:
        registration: not reported
    Silent:
        registration: [NCT01716481]
    """
    registration = subject.trial.registration
    if registration is None or not registration:
        message = "no registration recorded; write `not reported` where the source names none"
        yield Hit(("registration",), message)
    elif registration == NOT_REPORTED.value:
        yield Hit(("registration",), "no registration reported")


@check("MSC108", "warning", fields=("results",))
def contrast_not_named(subject: Subject) -> Iterator[Hit]:
    """result that does not say which arms it compares.

    With more than one treatment or control arm a result must say which `arm` it compares `against` which.
    It matters because nothing can be recomputed or pooled without the two group sizes.
    Example: two doses and a placebo, and a result with only a p-value.
    A comparison of several arms at once says so with `among`, one before and after in an arm with `within`.
    It cannot see which arms a result that names none is about.

    Flagged:
        arms: {low: {role: treatment}, high: {role: treatment}, placebo: {role: control}}
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
    Silent:
        arms: {low: {role: treatment}, high: {role: treatment}, placebo: {role: control}}
        results:
          - {outcome: mrs, at: 3 mo, arm: high, against: placebo, p: 0.076}
          - {outcome: mrs, at: 3 mo, within: high, change: true, p: 0.03}
    """
    trial = subject.trial
    roles = [arm.role for arm in trial.arms.values()]
    treatments, controls = roles.count("treatment"), roles.count("control")
    if None in roles or not treatments or not controls or treatments == controls == 1:
        return
    for index, result in enumerate(trial.results):
        if subject.results[index].contrast is None and not (result.among or result.within):
            lacks = [key for key, arms in (("arm", treatments), ("against", controls)) if arms > 1]
            lacks = [key for key in lacks if getattr(result, key) is None]
            arms = f"{treatments} treatment and {controls} control arms"
            message = f"{arms}: name the result's {' and '.join(lacks)}"
            yield Hit(("results", index), message, outcome=result.outcome)


@check("MSC109", "warning")
def arms_without_contrast(subject: Subject) -> Iterator[Hit]:
    """arm without a role, or without an arm to compare it with.

    Every arm has a role, and a trial that is not single-arm has both a treatment and a control arm.
    It matters because a result then has no contrast, and no direction.
    Example: two arms called `cells` and `placebo` with a role for the first only.
    It cannot see whether a control arm is a fair comparison.

    Flagged:
        arms: {cells: {role: treatment}, placebo: {label: placebo}}
    Silent:
        arms: {cells: {role: treatment}, placebo: {role: control}}
    """
    trial = subject.trial
    unnamed = [name for name, arm in trial.arms.items() if arm.role is None]
    for name in unnamed:
        yield Hit(("arms", name), f"{name} has no role; expected treatment or control")
    roles = {arm.role for arm in trial.arms.values()}
    if unnamed or trial.design.allocation == "single-arm":
        return
    for role in ("treatment", "control"):
        if role not in roles:
            yield Hit(("arms",), f"no {role} arm; expected one, or `allocation: single-arm`")


@check("MSC101", "error", fields=("doi",))
def malformed_doi(subject: Subject) -> Iterator[Hit]:
    """malformed DOI.

    A DOI is `10.`, a registrant of 4 to 9 digits, `/` and a suffix without spaces; it is written without
    `doi:` or a web address, and does not end in the punctuation of the sentence it was copied from, nor in the
    `/full` of the address.
    It matters because the DOI finds the paper, and two records of one paper, only where it is exact.
    Example: `https://doi.org/10.1002/ana.20501` or `10.1002/ana.20501.` for `10.1002/ana.20501`.
    It cannot see whether a well-formed DOI exists or belongs to this paper.
    Source: ISO 26324; Crossref's advice on the form of a DOI.

    Flagged:
        citation: {year: 2005, doi: https://doi.org/10.1002/ana.20501}
    Silent:
        citation: {year: 2005, doi: 10.1002/ana.20501}
    """
    yield from _identifier_hits(subject, "doi", doi_fault)


@check("MSC102", "error", fields=("pmid|pmcid",))
def malformed_pubmed_id(subject: Subject) -> Iterator[Hit]:
    """malformed PMID or PMCID.

    A PMID is 1 to 8 digits that do not begin with 0; a PMCID is `PMC` and digits.
    It matters because the text of a source is fetched by it.
    Example: `PMC4016561` where a PMID belongs.
    It cannot see whether a well-formed number belongs to this paper.
    Source: National Library of Medicine, PubMed and PMC identifiers.

    Flagged:
        citation: {year: 2013, pmid: PMC4016561}
    Silent:
        citation: {year: 2013, pmcid: PMC4016561}
    """
    yield from _identifier_hits(subject, "pmid", pmid_fault)
    yield from _identifier_hits(subject, "pmcid", pmcid_fault)


@check("MSC103", "error")
def malformed_registration(subject: Subject) -> Iterator[Hit]:
    """malformed registration number.

    A number that begins as those of a known register do must have its whole form: `NCT` and 8 digits,
    `ISRCTN` and 8 digits, YYYY-NNNNNN-NN for EudraCT, YYYY-5NNNNN-NN-NN for CTIS, and so on
    for the registers of the WHO network. Any other text passes that has a digit, is no address and holds
    no number of a known register.
    It matters because the registration leads to what was planned.
    Example: `NCT0171648`, one digit short; `https://clinicaltrials.gov/study/NCT01716481`.
    It cannot see a wrong digit (ISRCTN numbers are random, no register here documents its check digits),
    nor anything about registers that it does not know.
    Source: the registers' own forms; Salholz-Hillel et al. 2022, 10.1177/17407745221087456.

    Flagged:
        registration: [NCT0171648, EudraCT 2004-02714-11]
    Silent:
        registration: [NCT01716481, EudraCT 2004-002714-11]
    """
    for path, number in _registration_numbers(subject):
        if fault := registration_fault(number):
            yield Hit(path, fault.message, number, fault.meant)


def _registration_numbers(subject: Subject) -> Iterator[tuple[Path, str]]:
    """The numbers of the trial, and those that its sources cite and nothing else."""
    registrations = subject.trial.registration
    for index, number in enumerate(registrations if isinstance(registrations, list) else ()):
        yield ("registration", index), number
    for name, source in subject.trial.sources.items():
        if source.kind == "trial registration" and source.citation and " " not in source.citation:
            yield ("sources", name, "citation"), source.citation


@check("MSC104", "error", fields=("doi",))
def duplicate_trial(subject: Subject) -> Iterator[Hit]:
    """same DOI as another trial of the registry.

    Every trial but the first with a DOI (capital letters do not matter) is found.
    It matters because a trial that is recorded twice is pooled twice.
    Example: the same paper recorded as bang-2005 and bang-2005-stroke.
    It cannot see one trial reported in two papers, nor one recorded once without its DOI.
    Source: Tramèr et al. 1997 BMJ 315:635, on covert duplicates in meta-analysis.

    Flagged:
        trials:
          bang-2005: {citation: {year: 2005, doi: 10.1002/ana.20501}}
          bang-2005-stroke: {citation: {year: 2005, doi: 10.1002/ANA.20501}}
    Silent:
        trials:
          bang-2005: {citation: {year: 2005, doi: 10.1002/ana.20501}}
          chung-2021: {citation: {year: 2021, doi: 10.1212/WNL.0000000000011440}}
    """
    doi = subject.trial.citation.doi
    sharing = subject.dois.get(doi.casefold(), ()) if doi else ()
    if doi and sharing and sharing[0] != subject.id:
        message = f"DOI {doi} is already that of {sharing[0]}; one of the two is a duplicate"
        yield Hit(("citation", "doi"), message, doi)


def _identifier_hits(subject: Subject, key: str, fault_of: Callable[[str], Fault | None]) -> Iterator[Hit]:
    """What is wrong with the identifiers of a kind, of the trial and of its sources."""
    places: list[tuple[Path, Citation | Source]] = [(("citation",), subject.trial.citation)]
    places += [(("sources", name), source) for name, source in subject.trial.sources.items()]
    for place, part in places:
        identifier = getattr(part, key, None)
        if identifier is not None and (fault := fault_of(identifier)):
            yield Hit((*place, key), fault.message, identifier, fault.meant)


@check("MSC110", "warning")
def left_to_do(subject: Subject) -> Iterator[Hit]:
    """draft left unfinished.

    A text or the year of the record is still `to do`, or an outcome is still called `to-do…`, as `read --draft` and
    `import` write them.
    It matters because what nobody decided reads like a decision once it stands in a table.
    Example: `arm-1: {label: to do}`.
    It cannot see a `# to do` in a comment, nor whether what replaced it is right.

    Flagged:
        arms: {msc: {role: treatment, label: to do}, control: {role: control}}
    Silent:
        arms: {msc: {role: treatment, label: MSC}, control: {role: control}}
    """
    trial = subject.trial
    if trial.citation.year is None:
        yield Hit(("citation", "year"), f"year is still '{TO_DO}'; write that of the publication")
    for path, text in _texts_with_paths(trial, ()) if subject.contents.to_do else ():
        if text == TO_DO:
            yield Hit(path, f"{path[-1]} is still '{TO_DO}'")
        elif path[-1] == "outcome" and text.startswith(TO_DO_ID):
            yield Hit(path, f"outcome is still '{text}'; write the id of an outcome of the registry")


def _texts_with_paths(value: object, path: Path) -> Iterator[tuple[Path, str]]:
    if isinstance(value, str):
        yield path, value
    elif isinstance(value, Part):
        for name, key in set_fields(value):
            yield from _texts_with_paths(getattr(value, name), (*path, key))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from _texts_with_paths(item, (*path, key))
    elif isinstance(value, list):
        for index, item in enumerate(value):
            yield from _texts_with_paths(item, (*path, index))


#: A visit may be late by this share of the follow-up and belong to it all the same.
_LATE = 1.1


@check("MSC111", "warning", fields=("follow_up",))
def result_after_follow_up(subject: Subject) -> Iterator[Hit]:
    """result at a later time than participants were followed.

    The time of a result, or of a harm, against the follow-up of the design; found where it is more than a
    tenth later than the longest follow-up that any source gives.
    It matters because one of the two is wrong, or the result is of another follow-up than the record says.
    Example: a follow-up of 6 weeks and a result at 3 months.
    It cannot see a follow-up that is counted from another day.

    Flagged:
        design: {follow-up: 6 wk}
        results: [{outcome: mrs, at: 3 mo, p: 0.076}]
    Silent:
        design: {follow-up: 3 mo}
        results: [{outcome: mrs, at: 90 d, p: 0.076}]
    """
    trial = subject.trial
    designs = [trial.design, *(also.design for also in trial.also)]
    followed = [design.follow_up for design in designs if design and isinstance(design.follow_up, Time)]
    open_ended = any(time.amount.comparator in ">≥" for time in followed)
    longest = max(followed, key=lambda time: time.months, default=None)
    if longest is None or open_ended:
        return
    timed = [(("results", at, "at"), result.at, result.outcome) for at, result in enumerate(trial.results)]
    harms = [(("harms", at, "at"), harm.at, None) for at, harm in enumerate(trial.harms)]
    for path, time, outcome in (*timed, *harms):
        if isinstance(time, Time) and float(time.months) > _LATE * float(longest.months):
            message = f"a result at {time}, and participants were followed for {longest}"
            yield Hit(path, message, str(time), f"≤ {longest}", outcome=outcome)
