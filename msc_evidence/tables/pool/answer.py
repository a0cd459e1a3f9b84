"""What `pool --data` answers: a user's own studies, their pools, and what was asked beside them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from msc_evidence.analysis.pool import own_data
from msc_evidence.analysis.pool.batch import pool_batch
from msc_evidence.analysis.pool.own_columns import named_column, named_columns, recognised
from msc_evidence.analysis.pool.own_facts import own_facts
from msc_evidence.analysis.pool.own_remarks import codes_remark
from msc_evidence.analysis.pool.pool import Pool, Settings, StudySet
from msc_evidence.registry.studies import StudyFile, open_studies
from msc_evidence.statistics.pooling.arm_summaries import MedianMethod
from msc_evidence.statistics.pooling.measures import usable
from msc_evidence.tables.pool import derived as derivations
from msc_evidence.tables.pool import screen as pool_screen
from msc_evidence.tables.pool.explored import FurtherRequest, explored
from msc_evidence.tables.pool.request import Answer, Request, answer_table
from msc_evidence.tables.pool.screen import as_reported, batch_table, other_pools
from msc_evidence.tables.pool.studies import studies_table
from msc_evidence.tables.table import Block, Screen, Sentences, Table


@dataclass(frozen=True, slots=True)
class DataRequest:
    """What was asked of a user's own data alone."""

    #: The column whose values are pools of their own, one row each.
    batch: str | None
    medians: MedianMethod
    arms: own_data.ArmsChoice


def from_data(
    file: Path, request: Request, data_request: DataRequest, further_request: FurtherRequest
) -> Answer:
    """The pool of a user's own studies, and what was asked beside it."""
    name = "standard input" if str(file) == "-" else str(file)
    recognised_file = recognised(open_studies(file, name))
    column = partial(named_column, recognised_file.studies)
    further_request = further_request.resolved(column, partial(named_columns, recognised_file.studies))
    batch = column(data_request.batch) if data_request.batch else None
    request = request.resolved(column)
    measure = own_data.usual_measure(recognised_file) if request.measure is None else request.measure
    settings = request.settings(measure)
    remarks: tuple[str, ...] = (
        ()
        if request.measure is not None
        else (f"measure {settings.measure}, by the columns; --measure names another",)
    )
    read = own_data.own_studies(
        recognised_file,
        settings.measure,
        further_request.by or batch,
        sizes=further_request.information,
        medians=data_request.medians,
        arms=data_request.arms,
        moderators=further_request.moderators,
    )
    whole, studies = read.whole.under(settings), read.studies
    derived = derivations.of_studies(whole)
    remarks += (
        *derivations.remarks(derived),
        *read.remarks,
        *_codes_remarks(whole, studies, further_request),
    )
    if batch:
        table = _batch_of_groups(whole, own_data.groups(studies, batch), settings)
        return Answer(lambda: table, lambda: Screen((table if derived else as_reported(table),)), remarks)
    facts = own_facts(studies)
    pools = request.pools(whole, settings, facts)
    further = explored([(whole, facts)], settings, further_request)
    first = pools[0][1]

    def rows() -> Table:
        named_pools = [("", first), *further.groups]
        return studies_table([(name, pool, _own_bases(read, pool)) for name, pool in named_pools])

    def screen() -> Screen:
        blocks: list[Block] = [
            *pool_screen.pool_blocks(
                f"{name}, {settings.title}", first, _own_bases(read, first), every_model=request.every_model
            )
        ]
        blocks += [derivations.derived_table(derived)] if derived else []
        other_tables = [other_pools(pools[1:])] if pools[1:] else []
        scale = [Sentences((f"{read.scale}.",))] if read.scale else []
        closing = pool_screen.sentence(None, pools[:1])
        return Screen(
            (
                *blocks,
                *scale,
                closing,
                *other_tables,
                *(block for further_blocks in further.blocks for block in further_blocks),
            )
        )

    return Answer(answer_table(further, pools, rows), screen, remarks, rows)


#: What stands beside a study whose effect comes from other data than means.
_KINDS = {
    "counts": "counts",
    "p": "p, as of a t test",
    "given": "effect as given",
    "estimate": "estimate and interval",
}


def _own_bases(read: own_data.OwnStudies, pool: Pool) -> list[str]:
    """What each study of a pool comes from; nothing where all report the same and nothing is derived."""
    there = [kind for kind in read.kinds if kind]
    if len(set(there)) < 2 and not read.whole.derived:
        return []
    rows = iter(zip(read.whole.labels, read.kinds, strict=True))
    kinds = [next(kind for label, kind in rows if label == study.label) for study in pool.studies]
    pairs = zip(kinds, pool.studies, strict=True)
    return [_KINDS.get(kind) or derivations.basis_words(study.derived) for kind, study in pairs]


def _codes_remarks(whole: StudySet, studies: StudyFile, request: FurtherRequest) -> Iterator[str]:
    """Remarks on moderators whose numbers look like codes."""
    kept = [at for at, there in enumerate(usable(whole.yi, whole.vi)) if there]
    for name in request.moderators:
        if name not in request.categories:
            values = own_data.moderator(studies, name, kept)
            if remark := codes_remark(studies.name(name), values):
                yield remark


def _batch_of_groups(whole: StudySet, groups: Sequence[str], settings: Settings) -> Table:
    """A pool per group, with what was derived for the studies of each."""
    names, quantities = pool_batch(whole, groups, settings)
    rows = (
        [[at for at, group in enumerate(groups) if group == name] for name in names] if whole.derived else []
    )
    derived = [derivations.derived_words(derivations.of_studies(whole, group_rows)) for group_rows in rows]
    return batch_table((names, quantities), settings, derived or [None] * len(names))
