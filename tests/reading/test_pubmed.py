"""PubMed's E-utilities, spoken by a server on this machine."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Event
from typing import Any
from urllib.error import URLError
from urllib.parse import parse_qs, quote, urlsplit

import pytest

from msc_evidence.reading.texts.eutils import Eutils, Patience
from msc_evidence.reading.texts.pubmed import (
    Correction,
    NotFound,
    Pace,
    PubmedError,
    PubmedRecord,
    Unreachable,
    fetch,
)

RECORD = """<?xml version="1.0" ?>
<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle//EN" "https://dtd.nlm.nih.gov/pubmed.dtd">
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID Version="1">{pmid}</PMID><Article>
<ArticleTitle>Cells of <i>some</i> kind</ArticleTitle>
<Abstract><AbstractText Label="AIM">Give 10<sup>6</sup> cells.</AbstractText>
<AbstractText Label="RESULTS">P &lt; 0.05.</AbstractText></Abstract>
<PublicationTypeList><PublicationType UI="D016449">Randomized Controlled Trial</PublicationType>
<PublicationType UI="D016441">Retracted Publication</PublicationType></PublicationTypeList></Article>
<CommentsCorrectionsList>
<CommentsCorrections RefType="RetractionIn"><RefSource>J Made Up. 2021;2:3</RefSource><PMID>99</PMID>
</CommentsCorrections>
<CommentsCorrections RefType="ErratumIn"><RefSource>J Made Up. 2020;1:9</RefSource></CommentsCorrections>
<CommentsCorrections RefType="Cites"><RefSource>Other. 1999</RefSource></CommentsCorrections>
</CommentsCorrectionsList></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/Made.Up</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="doi">10.1000/other</ArticleId></ArticleIdList>
</Reference></ReferenceList></PubmedData></PubmedArticle></PubmedArticleSet>"""
EMPTY = "<PubmedArticleSet></PubmedArticleSet>"
BOMB = '<!DOCTYPE a [<!ENTITY b "c">]><PubmedArticleSet>&b;</PubmedArticleSet>'
EXPECTED = PubmedRecord(
    "123",
    "10.1000/Made.Up",
    "Cells of some kind",
    "AIM: Give 10^6 cells.\nRESULTS: P < 0.05.",
    ("Randomized Controlled Trial", "Retracted Publication"),
    (
        Correction("RetractionIn", "J Made Up. 2021;2:3", "99"),
        Correction("ErratumIn", "J Made Up. 2020;1:9", None),
    ),
)

Answer = tuple[int, str, dict[str, str]]


class Server(HTTPServer):
    """Gives the prepared answers in order, the last one for ever, and keeps what it was asked."""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.answers: list[Answer] = []
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.slept: list[float] = []
        self.heard: list[tuple[str, str | None]] = []

    def prepare(self, *answers: str | Answer) -> None:
        self.answers = [(200, answer, {}) if isinstance(answer, str) else answer for answer in answers]

    def fetch(self, **options: Any) -> PubmedRecord:
        options.setdefault("pmid", None if "doi" in options else "123")
        options.setdefault("base_url", f"http://127.0.0.1:{self.server_port}")
        return fetch(sleep=self.slept.append, pace=Pace(1e9, clock=lambda: 0.0), **options)


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        posted = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        query = parse_qs(f"{address.query}&{posted}")
        self.server.asked.append((address.path, {name: values[0] for name, values in query.items()}))
        self.server.heard.append((self.path, self.headers.get("Authorization")))
        status, body, headers = (
            self.server.answers.pop(0) if len(self.server.answers) > 1 else self.server.answers[0]
        )
        self.send_response(status, headers.pop("reason", None))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body.encode())

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(served: Callable[[HTTPServer], None]) -> Server:
    server = Server()
    served(server)
    return server


def search_result(*identifiers: str) -> str:
    return json.dumps({"esearchresult": {"count": str(len(identifiers)), "idlist": identifiers}})


def test_by_pmid(server: Server) -> None:
    server.prepare(RECORD.format(pmid=123))
    assert server.fetch() == EXPECTED
    assert server.asked == [
        ("/efetch.fcgi", {"id": "123", "retmode": "xml", "db": "pubmed", "tool": "msc-evidence"})
    ]


def test_by_doi_with_a_key(server: Server) -> None:
    server.prepare(search_result("123"), RECORD.format(pmid=123))
    assert server.fetch(doi="10.1000/made.up", api_key="secret") == EXPECTED
    assert [path for path, _ in server.asked] == ["/esearch.fcgi", "/efetch.fcgi"]
    assert server.asked[0][1]["term"] == "10.1000/made.up[doi]"
    assert all(query["api_key"] == "secret" for _, query in server.asked)


@pytest.mark.parametrize(
    "options",
    [{}, {"doi": "10.1000/made.up"}, {"doi": "10.1000/nothing"}],
    ids=["pmid", "search", "other doi"],
)
def test_not_found(server: Server, options: dict[str, str]) -> None:
    other = options.get("doi") == "10.1000/nothing"
    server.prepare(*[search_result("123"), RECORD.format(pmid=123)] if other else [EMPTY])
    if options and not other:
        server.prepare(search_result())
    with pytest.raises(NotFound, match=options.get("doi", "PMID 123")):
        server.fetch(**options)


def test_waits_as_asked_and_then_twice_as_long(server: Server) -> None:
    busy = (429, "", {"Retry-After": "7"})
    server.prepare(busy, (503, "", {}), (500, "", {"Retry-After": "soon"}), RECORD.format(pmid=123))
    assert server.fetch() == EXPECTED
    assert [round(seconds) for seconds in server.slept if seconds > 0.1] == [7, 2, 4]


@pytest.mark.parametrize(("asked", "attempts"), [("60", 4), ("61", 1), ("1" + "0" * 400, 1)])
def test_a_server_that_asks_for_more_than_a_minute_is_not_asked_again(
    server: Server, asked: str, attempts: int
) -> None:
    server.prepare((429, "", {"Retry-After": asked}))
    with pytest.raises(Unreachable, match="answered 429") as raised:
        server.fetch()
    assert len(server.asked) == attempts
    assert ("asks for" in str(raised.value)) is (attempts == 1)


def test_gives_up_without_betraying_the_key(server: Server) -> None:
    server.prepare((500, "", {}))
    with pytest.raises(Unreachable, match="answered 500") as raised:
        server.fetch(api_key="secret", retries=2)
    assert len(server.asked) == 3
    assert "secret" not in str(raised.value)


def test_a_refusal_is_not_repeated(server: Server) -> None:
    server.prepare((400, "", {}))
    with pytest.raises(Unreachable, match="answered 400"):
        server.fetch()
    assert len(server.asked) == 1


@pytest.mark.parametrize("answer", ["<PubmedArticleSet><Pub", "hello", "", BOMB])
def test_malformed_record(server: Server, answer: str) -> None:
    server.prepare(answer)
    with pytest.raises(PubmedError, match=r"answered with (malformed XML|the XML declares)"):
        server.fetch()


@pytest.mark.parametrize("answer", ["<html>", "[]", "{}", '{"esearchresult": {"ERROR": "x"}}', "[" * 100_000])
def test_malformed_search(server: Server, answer: str) -> None:
    server.prepare(answer)
    with pytest.raises(PubmedError, match="something else than its result"):
        server.fetch(doi="10.1000/made.up")


@pytest.mark.parametrize(
    ("error", "message", "attempts"),
    [
        (URLError(OSError("Name or service not known")), "Name or service not known", 1),
        (URLError(TimeoutError()), "no answer within 10 s", 4),
        (TimeoutError(), "no answer within 10 s", 4),
        (ConnectionResetError("reset by peer"), "reset by peer", 4),
    ],
)
def test_offline(error: Exception, message: str, attempts: int) -> None:
    asked: list[object] = []
    slept: list[float] = []

    def opener(request: object, timeout: float) -> object:
        asked.append(request)
        raise error

    with pytest.raises(Unreachable, match=f"cannot reach eutils.ncbi.nlm.nih.gov: {message}"):
        fetch(pmid="1", opener=opener, sleep=slept.append, pace=Pace(1e9, clock=lambda: 0.0))
    assert len(asked) == attempts


def test_other_addresses_are_refused() -> None:
    with pytest.raises(Unreachable, match="no http or https address"):
        fetch(pmid="1", base_url="file:///etc", pace=Pace(3, clock=lambda: 0.0))


def test_neither_pmid_nor_doi() -> None:
    with pytest.raises(ValueError, match="a PMID or a DOI"):
        fetch()


def test_pace() -> None:
    now = 0.0
    begun: list[float] = []

    def sleep(seconds: float) -> None:
        nonlocal now
        now += seconds

    pace = Pace(4, clock=lambda: now)
    for _ in range(9):
        pace.wait(sleep)
        begun.append(now)
    assert begun == [0.25 * step for step in range(9)]
    now = 10.0
    pace.wait(sleep)
    assert now == 10.0


SECRETS = ("k3y/secret", "p@ss:word")


def test_no_secret_is_in_a_url_a_redirect_or_a_message(server: Server) -> None:
    """Nor in what a server echoes: its reason, its redirect, an answer that is no HTTP."""
    here = f"user:{quote(SECRETS[1], safe='')}@127.0.0.1:{server.server_port}"
    server.prepare(RECORD.format(pmid=123))
    assert server.fetch(base_url=f"http://{here}", api_key=SECRETS[0]) == EXPECTED
    assert server.asked[0][1]["api_key"] == SECRETS[0]
    basic = "Basic " + base64.b64encode(f"user:{SECRETS[1]}".encode()).decode()
    assert server.heard == [("/efetch.fcgi", basic)]
    server.prepare(
        (302, "", {"Location": f"http://127.0.0.1:{server.server_port}/elsewhere"}), RECORD.format(pmid=123)
    )
    assert server.fetch(base_url=f"http://{here}", api_key=SECRETS[0]) == EXPECTED
    assert server.heard[-1] == ("/elsewhere", None)
    assert "api_key" not in server.asked[-1][1]


@pytest.mark.parametrize(
    "answer",
    [
        (500, "", {"reason": f"no {SECRETS[0]} {SECRETS[1]}"}),
        (302, "", {"Location": f"ftp://{SECRETS[0]}/"}),
        (302, "", {"Location": f"http://user:{SECRETS[1]}@127.0.0.1:1/{SECRETS[0]}"}),
    ],
)
def test_no_secret_is_in_what_is_said_of_an_answer(server: Server, answer: Answer) -> None:
    server.prepare(answer)
    base_url = f"http://user:{quote(SECRETS[1], safe='')}@127.0.0.1:{server.server_port}"
    with pytest.raises(Unreachable, match=r"cannot reach 127\.0\.0\.1:") as raised:
        server.fetch(base_url=base_url, api_key=SECRETS[0], retries=0)
    assert not [
        secret for secret in (*SECRETS, quote(SECRETS[1], safe=""), "word") if secret in str(raised.value)
    ]


def test_an_address_that_is_none_keeps_its_password_to_itself() -> None:
    for base_url in ("ftp://user:word@host", "http://user:word@ho st", "http://user:word@host:port"):
        with pytest.raises(Unreachable) as raised:
            fetch(pmid="1", base_url=base_url, retries=0, pace=Pace(1e9, clock=lambda: 0.0))
        assert "word" not in str(raised.value)


class Trickle:
    """An answer of which a byte comes now and then, for ever; each sooner than the socket's own limit."""

    def __init__(self) -> None:
        self.ended = Event()

    def __enter__(self) -> Trickle:
        return self

    def __exit__(self, *error: object) -> None:
        pass

    def read(self, most: int) -> bytes:
        self.ended.wait()
        return b""


def test_an_answer_that_trickles_is_left() -> None:
    """After the longest that one may take, and after the longest that all of a run may."""
    trickle = Trickle()

    def eutils(patience: Patience) -> Eutils:
        return Eutils(
            "http://host", None, 10, 0, lambda seconds: None, lambda request, timeout: trickle,
            Pace(1e9, clock=lambda: 0.0), patience, longest_answer=0.05,
        )  # fmt: skip

    patience = Patience(0.02)
    with pytest.raises(Unreachable, match="no whole answer within"):
        eutils(Patience()).get("efetch", {})
    with pytest.raises(Unreachable, match=r"no whole answer within 0\.02 s"):
        eutils(patience).get("efetch", {})
    with pytest.raises(Unreachable, match="no more than 60 min are spent on answers in one run"):
        eutils(patience).get("efetch", {})
    trickle.ended.set()
