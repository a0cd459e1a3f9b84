"""Studies from ClinicalTrials.gov, as a server on this machine gives them."""

from __future__ import annotations

import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest

from msc_evidence.reading.ctgov.api import fetched_study
from msc_evidence.reading.ctgov.study import Study
from msc_evidence.reading.texts import eutils
from msc_evidence.reading.texts.eutils import Pace, Unreachable
from msc_evidence.registry.loader import load
from tests.cli.conftest import Run

RECORD = (Path(__file__).parents[1] / "exchange/data/NCT99900099.json").read_text(encoding="utf-8")
NUMBER = "NCT99900099"
Answer = tuple[int, str, dict[str, str]]


class Server(HTTPServer):
    """Gives the prepared answers in order, the last one for ever, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = [(200, RECORD, {})]
        self.asked: list[str] = []
        self.slept: list[float] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}"

    def fetch(self, number: str = NUMBER, **options: Any) -> Study:
        return fetched_study(
            number, base_url=self.url, sleep=self.slept.append, pace=Pace(1e9, clock=lambda: 0.0), **options
        )


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        answers = self.server.answers
        status, body, headers = answers.pop(0) if len(answers) > 1 else answers[0]
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(served: Callable[[HTTPServer], None]) -> Server:
    server = Server()
    served(server)
    return server


def test_a_study_by_its_number(server: Server) -> None:
    assert server.fetch().nct == NUMBER
    assert server.asked == [f"/studies/{NUMBER}?format=json"]


def test_a_busy_server_is_asked_again(server: Server) -> None:
    server.answers = [(503, "", {}), (429, "", {"Retry-After": "7"}), (200, RECORD, {})]
    assert server.fetch().nct == NUMBER
    assert [wait for wait in server.slept if wait > 0.1] == [1.0, 7.0]


def test_an_alias_leads_to_the_study_under_its_own_number(server: Server) -> None:
    record = json.loads(RECORD)
    record["protocolSection"]["identificationModule"]["nctIdAliases"] = ["NCT00000001"]
    moved = (301, "", {"Location": f"{server.url}/studies/{NUMBER}"})
    server.answers = [moved, (200, json.dumps(record), {})]
    assert server.fetch("NCT00000001").nct == NUMBER
    server.answers = [(200, RECORD, {})]
    with pytest.raises(Unreachable, match="answered with another study than NCT00000001"):
        server.fetch("NCT00000001")


def test_an_answer_that_points_to_another_server_is_not_followed(server: Server) -> None:
    with Server() as other:
        server.answers = [(302, "", {"Location": f"{other.url}/studies/{NUMBER}"})]
        with pytest.raises(Unreachable, match="it answered 302 Found"):
            server.fetch()
        assert other.asked == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ((404, "", {}), f"has no study {NUMBER}"),
        ((200, "<html>", {}), "something else than a study"),
        ((200, '{"protocolSection": {', {}), "something else than a study"),
        ((400, "", {}), "it answered 400 Bad Request"),
    ],
)
def test_other_answers_are_one_sentence(server: Server, answer: Answer, said: str) -> None:
    server.answers = [answer]
    with pytest.raises(Unreachable, match=said):
        server.fetch()
    assert len(server.asked) == 1


def test_an_answer_has_a_largest_size(server: Server, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(eutils, "_LARGEST", 1000)
    with pytest.raises(Unreachable, match="its answer is longer than 1,000 bytes"):
        server.fetch()


def test_nobody_waits_for_ever() -> None:
    def silent(*_: object, timeout: float) -> object:
        raise TimeoutError

    slept: list[float] = []
    with pytest.raises(Unreachable, match="no answer within 2 s"):
        fetched_study(
            NUMBER, timeout=2, retries=2, opener=silent, sleep=slept.append, pace=Pace(1e9, clock=lambda: 0.0)
        )
    assert [wait for wait in slept if wait > 0.1] == [1.0, 2.0]


def test_import_and_check_ask_for_it(run: Run, server: Server, tmp_path: Path) -> None:
    address = {"MSC_EVIDENCE_CTGOV": server.url}
    drafted = run("import", "--online", NUMBER, "-o", "trials.yaml", **address)
    assert (drafted.code, drafted.err) == (0, "1 registration read; search for 'to do'\n")
    assert list(load(tmp_path / "trials.yaml").trials) == [NUMBER.casefold()]
    asked = ("check", "--online", "--select", "MSC901,MSC903", "-f", "csv")
    assert run(*asked, **address).out.count("\n") == 1
    record = json.loads(RECORD)
    record["protocolSection"]["designModule"]["enrollmentInfo"]["count"] = 62
    server.answers = [(200, json.dumps(record), {})]
    assert [line.split(",")[1] for line in run(*asked, **address).out.splitlines()[1:]] == [
        "MSC901",
        "MSC903",
    ]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((), "give a file, - for standard input, or --online NCT…"),
        (("a.json", "--online", NUMBER), "one of them"),
        (("--online", "NCT1"), "'NCT1' is no number of ClinicalTrials.gov"),
    ],
)
def test_one_thing_is_imported(run: Run, arguments: tuple[str, ...], said: str) -> None:
    ran = run("import", *arguments)
    assert ran.code == 2
    assert said in ran.err
