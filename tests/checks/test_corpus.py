"""A corpus gives the same parts in the same order, whatever does the work and however often it is cut off."""

from __future__ import annotations

import os
import signal
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from msc_evidence.checks.audit import corpus
from msc_evidence.checks.audit.corpus import CHUNK, ChunkResult, audit_corpus, in_chunks
from msc_evidence.checks.audit.journal import Journal, JournalError
from msc_evidence.checks.processes import in_order
from msc_evidence.reading.texts.documents import Malformed, TextDocument, inputs, records

#: 18 of 40 is 45 %: wrong in every seventh text.
TEXTS = [
    TextDocument(
        f"t{number}", f"Improved: 18/40 ({35 if number % 7 == 0 else 45}%), {number} in all.", f"f:{number}"
    )
    for number in range(1, 8 * CHUNK + 51)
]
ITEMS = [*TEXTS[:150], Malformed("f:x", "no text"), TextDocument("e", "", "f:y"), *TEXTS[150:]]


@pytest.fixture(scope="module")
def parts() -> list[ChunkResult]:
    """The parts that one process finds."""
    return list(audit_corpus(ITEMS))


def total(parts: list[ChunkResult]) -> Counter[str]:
    counts: Counter[str] = Counter()
    for part in parts:
        counts.update(part.counts)
    return counts


def test_one_process_finds_what_is_there(parts):
    assert len(parts) == 9
    assert (total(parts)["texts"], total(parts)["empty"], total(parts)["faults"]) == (len(TEXTS), 1, 0)
    assert total(parts)["checked"] >= len(TEXTS)
    assert [found for part in parts for found in part.malformed] == [Malformed("f:x", "no text")]
    found = [finding.id for part in parts for finding in part.findings]
    assert found == [text.id for text in TEXTS if "35%" in text.text]


def test_two_processes_find_the_same_in_the_same_order(parts):
    assert list(audit_corpus(ITEMS, jobs=2)) == parts


def test_a_run_can_be_left_in_the_middle(parts):
    for jobs in (1, 2):
        running = audit_corpus(ITEMS, jobs=jobs)
        assert [next(iter(running)), next(running)] == parts[:2]
        del running


def test_chunks_that_are_done_are_left_out(parts):
    assert list(audit_corpus(ITEMS, done=4)) == parts[4:]
    with pytest.raises(corpus.TooFewTexts):
        audit_corpus(ITEMS, done=99)


def test_chunks_depend_on_the_texts_alone_and_long_records_make_short_ones(tmp_path):
    assert [len(chunk) for chunk in in_chunks(ITEMS)] == [*[CHUNK] * 8, 52]
    file = tmp_path / "a.jsonl"
    file.write_text(f'{{"text": "{"x " * 150_000}"}}\n' * 10, encoding="utf-8")
    assert [len(chunk) for chunk in in_chunks(records(inputs([file])))] == [4, 4, 2]


def test_no_more_records_are_read_than_are_in_flight():
    read = 0

    def counted() -> Iterator[TextDocument]:
        nonlocal read
        for read, text in enumerate(TEXTS, 1):  # noqa: B007
            yield text

    running = in_order(in_chunks(counted()), lambda chunk: Ready(corpus.audit_chunk(chunk)), lambda: 3)
    next(running)
    assert read == 3 * CHUNK


class Ready:
    """A part that was worked out at once."""

    def __init__(self, part: ChunkResult):
        self.part = part

    def result(self) -> ChunkResult:
        return self.part

    def cancel(self) -> None:
        pass


def test_a_fault_costs_one_text_and_is_reported(monkeypatch):
    def faulty(id: str, text: str) -> object:
        if id == "t2":
            raise ZeroDivisionError("by zero")
        return real(id, text)

    real = corpus.audit_text
    monkeypatch.setattr(corpus, "audit_text", faulty)
    (part,) = audit_corpus(TEXTS[:3])
    assert (part.counts["texts"], part.counts["faults"]) == (2, 1)
    assert part.malformed == (Malformed("f:2 (t2)", "a fault of this program (ZeroDivisionError: by zero)"),)


# The journal


@pytest.fixture
def texts(tmp_path: Path) -> Path:
    """The texts as a file."""
    file = tmp_path / "texts.jsonl"
    lines = [f'{{"id": "{text.id}", "text": "{text.text}"}}\n' for text in TEXTS[: 5 * CHUNK]]
    file.write_text("".join(lines), encoding="utf-8")
    return file


def journalled(journal: Path, texts: Path) -> Iterator[ChunkResult]:
    """A run with a journal, as `audit --resume` does it."""
    files = inputs([texts])
    opened = Journal(journal, files)
    yield from opened.known_results()
    yield from opened.write_each(audit_corpus(records(files), done=opened.done))


@pytest.mark.parametrize("kept", [0, 1, 60, 400, 2000, -300, -1])
def test_a_journal_cut_anywhere_is_continued_to_the_same_end(tmp_path, texts, kept):
    journal = tmp_path / "journal"
    whole = list(journalled(journal, texts))
    assert len(whole) == 5
    written = journal.read_bytes()
    journal.write_bytes(written[:kept])
    assert list(journalled(journal, texts)) == whole
    assert journal.read_bytes() == written
    assert list(journalled(journal, texts)) == whole


def test_what_was_given_is_in_the_journal(tmp_path, texts, monkeypatch):
    journal = tmp_path / "journal"
    running = journalled(journal, texts)
    given = [next(running) for _ in range(4)]
    monkeypatch.setattr(corpus, "audit_text", None)  # what is known is not worked out again
    continued = journalled(journal, texts)
    assert [next(continued) for _ in range(4)] == given
    assert next(continued).counts["faults"] == CHUNK


def test_a_journal_of_other_texts_is_refused(tmp_path, texts):
    journal = tmp_path / "journal"
    list(journalled(journal, texts))
    before = journal.read_bytes()
    with texts.open("a", encoding="utf-8") as stream:
        stream.write('{"text": "One more."}\n')
    with pytest.raises(JournalError, match=r"texts\.jsonl changed since"):
        Journal(journal, inputs([texts]))
    other = tmp_path / "other.txt"
    other.write_text("A text.", encoding="utf-8")
    with pytest.raises(JournalError, match=r"other\.txt is new"):
        Journal(journal, inputs([other]))
    with pytest.raises(JournalError, match="give the texts as files"):
        Journal(journal, inputs(["-"]))
    assert journal.read_bytes() == before


def test_another_file_is_never_taken_for_a_journal(tmp_path, texts):
    precious = tmp_path / "thesis.txt"
    precious.write_text("My only copy\n", encoding="utf-8")
    with pytest.raises(JournalError, match="no journal of audit"):
        Journal(precious, inputs([texts]))
    assert precious.read_text(encoding="utf-8") == "My only copy\n"


DAMAGED = [
    "{}", "[]", "1", "null", '{"counts": [], "findings": [], "malformed": []}',
    '{"counts": {"texts": "1"}, "findings": [], "malformed": []}',
    '{"counts": {"texts": true}, "findings": [], "malformed": []}',
    '{"counts": {"texts": -1}, "findings": [], "malformed": []}',
    '{"counts": {}, "findings": [["t"]], "malformed": []}',
    '{"counts": {}, "findings": [["t", "MSC205", "error", "", "", "", "", "0", 1, ""]], "malformed": []}',
    '{"counts": {}, "findings": [{"id": "t"}], "malformed": []}',
    '{"counts": {}, "findings": "abcdefghij", "malformed": []}',
    '{"counts": {}, "findings": [], "malformed": [["f", 1]]}',
]  # fmt: skip


@pytest.mark.parametrize("line", DAMAGED)
def test_a_line_of_the_wrong_type_is_refused(tmp_path, texts, line):
    journal = tmp_path / "journal"
    list(journalled(journal, texts))
    header, _, *rest = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join([header, f"{line}\n", *rest]), encoding="utf-8")
    with pytest.raises(JournalError, match=":2: the journal is damaged"):
        Journal(journal, inputs([texts]))


def test_surplus_parts_are_refused(tmp_path, texts):
    journal = tmp_path / "journal"
    list(journalled(journal, texts))
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join([*lines, lines[-1]]), encoding="utf-8")
    with pytest.raises(corpus.TooFewTexts, match="6 parts are known, and the texts make 5"):
        list(journalled(journal, texts))


def test_a_damaged_line_and_another_version_are_refused(tmp_path, texts):
    journal = tmp_path / "journal"
    list(journalled(journal, texts))
    lines = journal.read_text(encoding="utf-8").splitlines(keepends=True)
    journal.write_text("".join([*lines[:3], "{}\n", *lines[4:]]), encoding="utf-8")
    with pytest.raises(JournalError, match=":4: the journal is damaged"):
        Journal(journal, inputs([texts]))
    journal.write_text(lines[0].replace('"version": "', '"version": "9.'), encoding="utf-8")
    with pytest.raises(JournalError, match=r"was written by msc-evidence 9\."):
        Journal(journal, inputs([texts]))


# The cluster


@contextmanager
def two_workers() -> Iterator[object]:
    """A cluster of two processes on this machine."""
    distributed = pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    import dask

    patience = {f"distributed.comm.timeouts.{kind}": "1h" for kind in ("connect", "tcp")}
    # On a busy machine a worker may be silent for long, and a chunk be in several that are taken for dead.
    trust = {"distributed.scheduler.worker-ttl": None, "distributed.scheduler.allowed-failures": 100}
    with (
        dask.config.set(patience | trust),
        distributed.LocalCluster(
            n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None, silence_logs=50
        ) as cluster,
    ):
        yield cluster


def test_a_cluster_finds_the_same_and_a_killed_worker_loses_nothing(parts):
    with two_workers() as cluster:
        assert list(audit_corpus(ITEMS, scheduler=cluster.scheduler_address)) == parts
        running = audit_corpus(ITEMS, scheduler=cluster.scheduler_address)
        found = [next(running)]
        os.kill(cluster.workers[0].pid, signal.SIGKILL)
        found += running
        assert found == parts


def test_a_worker_with_other_checks_is_found_before_anything_is_read(monkeypatch):
    with two_workers() as cluster:
        monkeypatch.setattr(corpus, "program_identity", lambda: "0.0.1 (other)")
        with pytest.raises(ConnectionError, match=r"has msc-evidence .*, this is 0\.0\.1 \(other\)"):
            next(audit_corpus(ITEMS, scheduler=cluster.scheduler_address))


def test_a_worker_that_joins_later_is_asked_too():
    with pytest.raises(corpus.OtherProgram):
        corpus.audit_chunk_as("0.0.1 (other)", tuple(TEXTS[:1]))
    assert corpus.audit_chunk_as(corpus.program_identity(), tuple(TEXTS[:1])).counts["texts"] == 1


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("tcp://127.0.0.1:9", "no Dask scheduler answers at tcp://127"),
        ("tcp://no-such-host.invalid:8786", "no Dask scheduler answers at tcp://no-such"),
        ("tcp://127.0.0.1:99999999", "is no address of a Dask scheduler"),
        ("tcp://127.0.0.1:99999", "no Dask scheduler answers"),
        ("127.0.0.1", "is no address of a Dask scheduler; expected tcp://host:port"),
        ("http://127.0.0.1:80", "is no address"),
        ("", "is no address"),
    ],
)
def test_a_scheduler_that_does_not_answer_is_said_at_once(address, said):
    pytest.importorskip("distributed", reason="the extra 'cluster' is not installed")
    with pytest.raises(ConnectionError, match=said):
        list(corpus.audit_on_cluster([], address, wait="1h"))
