"""The table `trust`: what is known of the trustworthiness of each trial, and what reviewers judged of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from msc_evidence.analysis.filters import Query, eligible_trials, registry_question
from msc_evidence.analysis.trust import NEVER, PERSON, CheckEvidence, trust_evidence
from msc_evidence.registry.model import Trial
from msc_evidence.registry.problems import counted, listed
from msc_evidence.registry.trust import ANSWERS, CHECKS, CONCERNS, DOMAINS, TOOL, TrustJudgement
from msc_evidence.statistics.agreement import cohen_kappa
from msc_evidence.tables.table import Column, Table, Value

KEY = ("trial", "check")
#: Its evidence is what the checks find; who makes the table runs them first.
NEEDS_FINDINGS = True
TITLE = f"Trustworthiness ({TOOL})"
NOT_JUDGED = "not judged"
#: Stands for a check of which nothing can be computed, and for a domain that was not judged.
NOTHING = "·"
#: Stands for a check of which there are notes, and no error or warning.
NOTE = "n"
HOW = (
    "To record a judgement, give the trial a list `trust`; each item names tool, by (or agreed) and date, and as far as"
    f" they were assessed checks (answer: {', '.join(ANSWERS)}), domains ({', '.join(DOMAINS)}) and overall"
    f" ({', '.join(CONCERNS)}), each with because."
)
_LEGEND = (
    "Yes (Y) is the answer of concern, N no, U unclear, – not applicable; where nobody answered: the errors and"
    f" warnings found, {NOTE} where there are notes alone, 0 where numbers were looked at and nothing was found,"
    f" {NOTHING} where nothing was computed, as the record lacks a field or only a person can look: the table of a"
    " single trial says which. A finding is no answer."
)
_GROUPS = {
    domain: [check for check in CHECKS if check.startswith(f"{at}.")] for at, domain in enumerate(DOMAINS, 1)
}
_COLUMNS = (
    Column("study", "Trial", whole=True),
    Column("trial", "trial"),
    Column("check", "Check"),
    Column("question", "Asked"),
    Column("findings", "Findings", "number"),
    Column("codes", "Codes"),
    Column("evidence", "Evidence"),
    Column("facts", "Facts"),
    Column("missing", "Missing"),
    Column("person", "A person has to"),
    Column("answers", "Answers"),
    Column("agreed", "Agreed"),
    Column("because", "Because"),
    Column("again", "Look again"),
)


def table(query: Query) -> Table:
    """Trustworthiness by INSPECT-SR: evidence for each check, answers, judgements; no verdict is computed.

    A row per trial and check, then per domain and for the trial.
    """
    far = _far_effects(query)
    rows = [row for name, trial in query.records.items() for row in _trial_rows(query, name, trial, far)]
    return Table("trust", _COLUMNS, tuple(rows), TITLE)


def page_table(query: Query) -> Table:
    """A row per trial with a sign for each check; of a single trial a row per check with its evidence."""
    return _single_trial(query) if len(query.trials) == 1 else _grid(query)


def _evidence(query: Query, name: str, trial: Trial) -> list[CheckEvidence]:
    return list(trust_evidence(trial, (query.trust_findings or {}).get(name, ())))


def _far_effects(query: Query) -> dict[str, list[str]]:
    """Of each trial the effects that all others of the registry's question do not come near, in words."""
    from msc_evidence.analysis.pool.far_effects import far_effects
    from msc_evidence.analysis.pool.times import titled
    from msc_evidence.tables.pool.screen import pooled_words

    registry, found = query.registry, defaultdict(list)
    eligible = eligible_trials(registry, registry.trials, registry_question(registry)).names
    for far in far_effects(query.analysis, tuple(dict.fromkeys((*eligible, *query.trials)))):
        outcome = registry.outcomes[far.outcome].name + (f" ({far.definition})" if far.definition else "")
        names = [registry.trials[name].shown_name(name) for name in far.team]
        together = f" in {listed(names)}" if len(names) > 1 else ""
        beyond = f"{far.times:.1f} times beyond" if far.times is not None else "beyond"
        words = (
            f"{titled(outcome, far.at)}: {far.own.settings.measure} {pooled_words(far.own)}{together}, {beyond}"
            f" {pooled_words(far.others)} of {counted(len(far.others.studies), 'other trial')}"
        )
        for name in far.team:
            found[name].append(words)
    return found


def _trial_rows(
    query: Query, name: str, trial: Trial, far: Mapping[str, Sequence[str]] | None = None
) -> Iterator[Mapping[str, Value]]:
    named = {"study": trial.shown_name(name), "trial": name}
    agreed, beyond = trial.agreed_trust, (far or {}).get(name, ())
    for evidence in _evidence(query, name, trial):
        answers = [(judgement, judgement.checks.get(evidence.check)) for judgement in trial.trust]
        given = [(judgement.judges, answer) for judgement, answer in answers if answer]
        counted_answer = agreed.checks.get(evidence.check) if agreed else None
        again = [why for _, answer in given if (why := evidence.look_again(answer))]
        yield {
            **named,
            "check": evidence.check,
            "question": evidence.question,
            "findings": evidence.alarms if evidence.computed else None,
            "codes": " ".join(dict.fromkeys(finding.code for finding in evidence.findings)) or None,
            "evidence": " · ".join(_finding_words(evidence)) or None,
            "facts": "; ".join([*evidence.facts, *(beyond if evidence.check == "4.7" else ())]) or None,
            "missing": ", ".join(evidence.missing) or None,
            "person": PERSON[evidence.check],
            "answers": "; ".join(f"{who}: {answer.word}" for who, answer in given) or None,
            "agreed": counted_answer.word if counted_answer else None,
            "because": counted_answer.because if counted_answer else None,
            "again": "; ".join(dict.fromkeys(again)) or None,
        }
    for domain in (*DOMAINS, "overall"):
        judged = [(j.judges, found) for j in trial.trust if (found := _concern(j, domain))]
        counts = _concern(agreed, domain) if agreed else None
        yield {
            **named,
            "check": domain,
            "question": DOMAINS.get(domain, "the trial as a whole"),
            "answers": "; ".join(f"{who}: {concern}" for who, (concern, _) in judged) or None,
            "agreed": counts[0] if counts else None,
            "because": counts[1] if counts else None,
        }


def _concern(judgement: TrustJudgement, domain: str) -> tuple[str, str] | None:
    judged = judgement.overall if domain == "overall" else judgement.domains.get(domain)  # type: ignore[call-overload]
    return (judged.concern, judged.because) if judged else None


def _finding_words(evidence: CheckEvidence) -> Iterator[str]:
    for finding in evidence.findings:
        yield f"{finding.code} {finding.severity}: {finding.message} ({finding.place})"


def _single_trial(query: Query) -> Table:
    """The evidence of each check, findings first, and what a person has to do."""
    ((name, trial),) = query.records.items()
    columns = (Column("check", "Check", whole=True), Column("question", "Asked"), Column("evidence", "Evidence"),
               Column("answer", "Answer"))  # fmt: skip
    rows: list[Mapping[str, Value]] = []
    for row in _trial_rows(query, name, trial, _far_effects(query)):
        if row["check"] in CHECKS:
            missing = f"missing: {row['missing']}" if row["missing"] not in (None, NEVER) else row["missing"]
            parts = [row["evidence"], row["facts"], missing]
            looked = (
                "numbers looked at, nothing found" if row["findings"] == 0 and not row["evidence"] else None
            )
            shown = [str(part) for part in (*parts, looked, f"needs a person: {row['person']}") if part]
            rows.append(
                {**row, "evidence": "; ".join(shown), "answer": row["agreed"] or row["answers"] or NOT_JUDGED}
            )
        else:
            rows.append(
                {**row, "evidence": row["because"], "answer": row["agreed"] or row["answers"] or NOT_JUDGED}
            )
    return Table("trust", columns, tuple(rows), f"{TITLE}: {trial.shown_name(name)}", tuple(_notes(query)))


def _grid(query: Query) -> Table:
    columns = (
        Column("study", "Trial", whole=True),
        *(Column(domain, f"{checks[0]}–{checks[-1]}", whole=True) for domain, checks in _GROUPS.items()),
        Column("domains", "1 2 3 4", whole=True),
        Column("overall", "Overall", whole=True),
    )  # fmt: skip
    rows = [_grid_row(query, name, trial) for name, trial in query.records.items()]
    return Table("trust", columns, tuple(rows), TITLE, (_LEGEND, *_notes(query)))


def _grid_row(query: Query, name: str, trial: Trial) -> Mapping[str, Value]:
    evidence = {found.check: found for found in _evidence(query, name, trial)}
    agreed = trial.agreed_trust
    row: dict[str, Value] = {"study": trial.shown_name(name)}
    for domain, checks in _GROUPS.items():
        row[domain] = " ".join(_sign(evidence[check], agreed) for check in checks)
    signs = [_concern(agreed, domain) if agreed else None for domain in DOMAINS]
    row["domains"] = " ".join(CONCERNS[found[0]] if found else NOTHING for found in signs)
    overall = _concern(agreed, "overall") if agreed else None
    if overall:
        row["overall"] = f"{CONCERNS[overall[0]]} {overall[0]}"
    else:
        row["overall"] = "judges differ" if len(trial.trust) > 1 else NOT_JUDGED
    return row


def _sign(evidence: CheckEvidence, agreed: TrustJudgement | None) -> str:
    answer = agreed.checks.get(evidence.check) if agreed else None
    if answer:
        return ANSWERS[answer.word]
    if not evidence.computed:
        return NOTHING
    return NOTE if evidence.findings and not evidence.alarms else str(evidence.alarms)


def _notes(query: Query) -> Iterator[str]:
    """Who judged how many, why, what is to be looked at again, and the findings that nobody answered."""
    records = query.records
    judges = [sum(judgement.by is not None for judgement in trial.trust) for trial in records.values()]
    yield (
        f"{counted(len(judges), 'trial')}: judged by two or more {sum(n > 1 for n in judges)}, by one"
        f" {judges.count(1)}, by nobody {judges.count(0)}."
    )
    if len(records) > 1:
        domains = (f"{at} {words}" for at, words in enumerate(DOMAINS.values(), 1))
        signs = ", ".join(f"{sign} {concern}" for concern, sign in CONCERNS.items())
        yield f"{'; '.join(domains)}: {signs}."
    yield from _agreement(records.values())
    for name, trial in records.items():
        yield from _trial_notes(query, name, trial)
    if not any(judges):
        yield HOW


def _agreement(trials: Iterable[Trial]) -> Iterator[str]:
    """How often the first two judges of each trial answered alike, with kappa where chance leaves room for it."""
    answers: list[tuple[str, str]] = []
    overall: list[tuple[str, str]] = []
    for trial in trials:
        judges = [judgement for judgement in trial.trust if judgement.by]
        if len(judges) < 2:
            continue
        one, two = judges[:2]
        shared = [check for check in one.checks if check in two.checks]
        answers += [(one.checks[check].word, two.checks[check].word) for check in shared]
        if one.overall and two.overall:
            overall.append((one.overall.concern, two.overall.concern))
    yield from _agreement_words("single checks", answers, tuple(ANSWERS))
    yield from _agreement_words("whole trials", overall, tuple(CONCERNS))


def _agreement_words(of: str, pairs: Sequence[tuple[str, str]], words: Sequence[str]) -> Iterator[str]:
    if not pairs:
        return
    counts = [[pairs.count((one, two)) for two in words] for one in words]
    alike, found = sum(one == two for one, two in pairs), cohen_kappa(counts)
    beyond = f", κ {found.kappa:.2f}" if found is not None else ""
    yield f"Two judges of {of}: {alike} of {len(pairs)} alike ({alike / len(pairs):.0%}{beyond})."


def _trial_notes(query: Query, name: str, trial: Trial) -> Iterator[str]:
    shown = trial.shown_name(name)
    for judgement in trial.trust:
        overall = _concern(judgement, "overall")
        words = f"{overall[0]} ({overall[1]})" if overall else "no overall judgement"
        yield f"{shown}, {judgement.judges} on {judgement.date}: {words}."
        if judgement.better_than_its_domains:
            yield f"{shown}: judged better than its worst domain, which {TOOL} does not expect."
    for row in _trial_rows(query, name, trial):
        if row.get("again"):
            yield f"{shown}, {row['check']}: look again, {row['again']}."
        if row.get("codes") and row.get("findings") and len(query.trials) > 1 and not row.get("agreed"):
            yield f"{shown}, {row['check']} ({row['question']}): {row['codes']}."
