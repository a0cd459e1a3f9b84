"""`msc-evidence read` as users run it."""

from __future__ import annotations

import csv
import gzip
import io
import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

TEXT = "Fewer fell with cells (OR 0.55, 95% CI 0.38 to 0.80; P = .002). Men aged 68 (28–83) years had 1 × 10⁸ cells."
KEYS = [
    *("id", "kind", "text", "value", "comparator", "low", "high", "start", "end", "sentence", "group"),
    *("unit", "measure"),
]
PUBMED = (
    '<?xml version="1.0"?><PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Journal>'
    "<JournalIssue><PubDate><Year>2020</Year></PubDate></JournalIssue><Title>Examples</Title></Journal>"
    "<ArticleTitle>Cells</ArticleTitle><Abstract><AbstractText>Fewer fell (P &lt; 0·05).</AbstractText></Abstract>"
    "<AuthorList><Author><LastName>Doe</LastName><Initials>J</Initials></Author></AuthorList></Article>"
    "</MedlineCitation></PubmedArticle></PubmedArticleSet>"
)
SEVERAL = {
    "several.jsonl": '{"id": "a", "text": "P = .04"}\n{"id": "b", "abstract": [["AIM", "n = 30"]]}\n',
    "several.nbib": "PMID- 1\nAB  - P = .04\n\nPMID- 2\nAB  - n = 30\n",
    "several.xml": "<PubmedArticleSet>"
    + "".join(
        f"<PubmedArticle><MedlineCitation><PMID>{pmid}</PMID><Article><Abstract><AbstractText>{text}</AbstractText>"
        "</Abstract></Article></MedlineCitation></PubmedArticle>"
        for pmid, text in ((1, "P = .04"), (2, "n = 30"))
    )
    + "</PubmedArticleSet>",
}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "made-up.txt"
    path.write_text(TEXT, encoding="utf-8")
    return path


def on_terminal(columns: int, *arguments: str, cwd: Path, **environment: str) -> str:
    """What the program shows on a pseudo-terminal of this width."""
    pty = pytest.importorskip("pty", reason="needs a terminal of POSIX")
    termios = pytest.importorskip("termios")
    master, slave = pty.openpty()
    termios.tcsetwinsize(slave, (50, columns))
    left_out = ("NO_COLOR", "COLUMNS", "GITHUB_ACTIONS")
    clean = {key: value for key, value in os.environ.items() if key not in left_out}
    process = subprocess.Popen(
        [sys.executable, "-W", "error", "-m", "msc_evidence", *arguments],
        stdin=slave, stdout=slave, stderr=subprocess.DEVNULL, cwd=cwd,
        env=clean | {"PYTHONUTF8": "1", "TERM": "xterm-256color"} | environment,
    )  # fmt: skip
    os.close(slave)
    shown = b""
    try:
        while chunk := os.read(master, 65536):
            shown += chunk
    except OSError:  # Linux reports the closed other end as an input/output error
        pass
    os.close(master)
    assert process.wait() == 0
    return shown.decode()


def test_piped_it_writes_rows(run, file):
    ran = run("read", str(file))
    assert (ran.code, ran.err) == (0, "")
    found = list(csv.DictReader(io.StringIO(ran.out)))
    assert list(found[0]) == KEYS
    assert [row["kind"] for row in found] == ["estimate", "level", "interval", "p", "age", "range", "dose"]
    assert all(TEXT[int(row["start"]) : int(row["end"])] == row["text"] for row in found)
    interval = found[2]
    assert (interval["low"], interval["high"], interval["value"], interval["group"]) == (
        "0.38",
        "0.80",
        "",
        "1",
    )


@pytest.mark.parametrize("format", ["csv", "tsv", "json", "md", "table", "text"])
def test_every_format_has_every_figure(run, file, tmp_path, format):
    ran = run("read", str(file), "-f", format)
    assert (ran.code, ran.err) == (0, "")
    for printed in ("0.55", "95", "0.38", "0.80", ".002", "68", "28–83", "1 × 10⁸"):
        assert printed in ran.out
    assert run("read", str(file), "-f", format, "-o", "out").out == ""
    assert (tmp_path / "out").read_text(encoding="utf-8") == ran.out
    assert run("read", str(file), "-f", format, "--ascii").out.isascii()


def test_json_keeps_every_digit_and_what_is_missing_is_null(run, file):
    data = json.loads(run("read", str(file), "-f", "json").out)
    assert [column["key"] for column in data["columns"]] == KEYS
    estimate, _, interval, p = data["rows"][:4]
    assert (estimate["value"], estimate["measure"], estimate["low"]) == ("0.55", "OR", None)
    assert (interval["low"], interval["high"], interval["value"]) == ("0.38", "0.80", None)
    assert (p["value"], p["comparator"], p["text"]) == ("0.002", "=", "P = .002")


def test_the_suffix_of_the_output_says_the_format(run, file, tmp_path):
    run("read", str(file), "-o", "rows.json")
    assert json.loads((tmp_path / "rows.json").read_text(encoding="utf-8"))["table"] == "figures"
    assert "suffix '.foo'" in run("read", str(file), "-o", "x.foo").err


@pytest.mark.parametrize("name", SEVERAL)
def test_several_records_in_a_file(run, tmp_path, name):
    (tmp_path / name).write_text(SEVERAL[name], encoding="utf-8")
    found = list(csv.DictReader(io.StringIO(run("read", name).out)))
    ids = ["a", "b"] if name.endswith("jsonl") else ["1", "2"]
    assert [(row["id"], row["kind"], row["value"]) for row in found] == [
        (ids[0], "p", "0.04"),
        (ids[1], "size", "30"),
    ]
    shown = run("read", name, "-f", "text").out.splitlines()
    assert [line for line in shown if line in ids] == ids
    assert run("read", name, "--draft").out.count("year: to do") == 2


def test_standard_input_and_gzip(tmp_path, file):
    packed = gzip.compress(TEXT.encode())
    for given in (TEXT.encode(), packed):
        done = subprocess.run(
            [sys.executable, "-m", "msc_evidence", "read", "-", "-f", "csv"],
            input=given, capture_output=True, cwd=tmp_path, check=True,
        )  # fmt: skip
        assert done.stdout.decode().count("\n") == 8


def test_a_terminal_shows_the_text_with_its_figures_marked(file, tmp_path):
    shown = on_terminal(60, "read", str(file), cwd=tmp_path)
    assert "\x1b[35m[P = .002]¹\x1b[0m" in shown
    plain = re.sub(r"\x1b\[[0-9;]*m", "", shown).replace("\r", "")
    assert max(map(len, plain.splitlines())) <= 60
    marked, legend = plain.split("\n\n")
    assert re.sub(r"\[|\][¹²]?", "", " ".join(marked.split())) == TEXT
    assert re.findall(r"\[([^]]*)\]([¹²]?)", " ".join(marked.split())) == [
        ("0.55", "¹"), ("95%", "¹"), ("0.38 to 0.80", "¹"), ("P = .002", "¹"),
        ("68", "²"), ("28–83", "²"), ("1 × 10⁸", ""),
    ]  # fmt: skip
    assert legend.split("\n")[:1] == ["  1  estimate OR 0.55, level 95%, interval 0.38 to 0.80, p"]
    assert legend.endswith("  2  age 68, range 28 to 83\n  –  dose 1e8\n")


def test_a_colour_goes_on_after_the_end_of_a_line_and_never_without_colour(file, tmp_path):
    narrow = on_terminal(34, "read", str(file), cwd=tmp_path)
    for line in narrow.replace("\r", "").splitlines():
        assert line.count("\x1b[") % 2 == 0
    assert "\x1b" not in on_terminal(60, "read", str(file), cwd=tmp_path, NO_COLOR="1")
    ascii_only = on_terminal(60, "read", str(file), "--ascii", cwd=tmp_path, NO_COLOR="1")
    assert ascii_only.isascii()
    assert "[P = .002]^1" in ascii_only


def test_signs_that_would_act_on_the_terminal_are_shown(run, tmp_path):
    (tmp_path / "a.jsonl").write_text(
        json.dumps({"id": "x\x1b[2J", "text": "It fell\u2063 \x1b[31m(P = .04)\u2064."}) + "\n",
        encoding="utf-8",
    )
    out = run("read", "a.jsonl", "-f", "text").out
    assert "\x1b" not in out
    assert "([P = .04])" in out


@pytest.mark.parametrize(
    ("name", "content", "said"),
    [
        ("empty.txt", b"", "the file is empty"),
        ("a.pdf", b"%PDF-1.4", "a PDF"),
        ("a.csv", b"a,b\n1,2\n", "a .csv file"),
        ("a.xml", b"<html><body>", "a web page"),
        ("b.xml", b"<?xml version='1.0'?><book/>", "XML with <book>"),
        ("a.jsonl", b'{"id": 1}\n', "the object has no 'text'"),
        ("b.jsonl", b'{"id": "r", "text": ""}\n', "the record r has no abstract"),
        ("a.nbib", b"PMID- 1\nTI  - x\n", "has no abstract"),
        ("a.txt", b"caf\xe9 (P = .04)", "not UTF-8"),
    ],
)
@pytest.mark.parametrize("arguments", [(), ("--draft",), ("-f", "text")])
def test_what_cannot_be_read_is_one_message(run, tmp_path, name, content, said, arguments):
    (tmp_path / name).write_bytes(content)
    ran = run("read", name, *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert name in ran.err
    assert len(ran.err.splitlines()) == 1


def test_a_malformed_record_among_others_is_said_and_skipped(run, tmp_path):
    (tmp_path / "a.jsonl").write_text('{"text": "P = .04"}\nno JSON\n{"text": ""}\n', encoding="utf-8")
    ran = run("read", "a.jsonl")
    assert ran.code == 0
    assert ran.out.count("\n") == 2
    assert [line.partition(": ")[0] for line in ran.err.splitlines()] == ["a.jsonl:2", "a.jsonl:3"]
    assert ran.err.count("; skipped") == 2
    assert run("read", "a.jsonl", "-q").err == ""


def test_a_text_of_which_no_draft_can_be_made_is_said_and_skipped(run, tmp_path):
    bad, good = '{"text": "P \\u0001\\u0002\\u0003 = .04"}\n', '{"text": "Of 30, 12 (40%) died."}\n'
    (tmp_path / "a.jsonl").write_text(bad + good, encoding="utf-8")
    ran = run("read", "a.jsonl", "--draft")
    assert (ran.code, ran.err.splitlines()[0].split(";")[0]) == (0, "a.jsonl:1: the text is binary")
    (tmp_path / "a.jsonl").write_text(bad, encoding="utf-8")
    ran = run("read", "a.jsonl", "--draft")
    assert (ran.code, ran.out, len(ran.err.splitlines())) == (2, "", 1)


def test_wrong_requests(run, file):
    for arguments, said in (
        ((), "give a file"),
        ((str(file), "--pmid", "1"), "one of them"),
        (("nowhere.txt",), "No such file"),
        ((str(file), "-f", "cvs"), "did you mean 'csv'?"),
        ((str(file), "--draft", "-f", "csv"), "--draft prints YAML"),
        ((str(file), "--draft", "--ascii"), "--ascii would change"),
        (("--pmid", "12a"), "'12a' is no PMID"),
    ):
        ran = run("read", *arguments)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err


def test_a_draft_is_a_registry_whose_fingerprint_is_current(run, file, tmp_path):
    registry = tmp_path / "registry"
    registry.mkdir()
    assert run("init", "registry/trials.yaml").code == 0
    drafted = run("read", str(file), "--draft", "-o", "registry/made-up.yaml")
    assert drafted.code == 0
    assert drafted.err == "1 results filled in, 2 numbers still to be placed; search for 'to do'\n"
    before = (registry / "made-up.yaml").read_bytes()
    checked = run("check", "-r", "registry", "made-up", "-f", "json", "--min-severity", "note")
    assert checked.code == 0
    codes = {found["code"] for found in json.loads(checked.out)["rows"]}
    assert codes == {"MSC110", "MSC602", "MSC109", "MSC106", "MSC107"}
    updated = run("check", "-r", "registry", "made-up", "--texts", ".", "--update-fingerprints")
    assert "fingerprints are current" in updated.err
    assert (registry / "made-up.yaml").read_bytes() == before
    assert (
        run(
            "check", "-r", "registry", "made-up", "--texts", ".", "--select", "MSC6", "--ignore", "MSC602"
        ).code
        == 0
    )
    assert run("summarize", "-r", "registry").code == 0


class Server(HTTPServer):
    """Knows PMID 7 and no other, and keeps what it was asked."""

    asked: list[dict[str, str]]


class Handler(BaseHTTPRequestHandler):
    server: Server

    def do_GET(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
        asked = parse_qs(urlsplit(self.path).query or body)
        query = {name: values[0] for name, values in asked.items()}
        self.server.asked.append(query)
        known = query["id"] == "7"
        self.send_response(400 if query["id"] == "400" else 200)
        self.end_headers()
        self.wfile.write(
            (PUBMED.format(pmid=7) if known else "<PubmedArticleSet></PubmedArticleSet>").encode()
        )

    do_POST = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:
        pass


@pytest.fixture
def server(served) -> Server:
    server = Server(("127.0.0.1", 0), Handler)
    server.asked = []
    served(server)
    return server


def test_a_text_fetched_from_pubmed(run, server):
    address = {"MSC_EVIDENCE_EUTILS": f"http://127.0.0.1:{server.server_port}"}
    ran = run("read", "--pmid", "7", **address)
    assert (ran.code, ran.err) == (0, "")
    assert [row["value"] for row in csv.DictReader(io.StringIO(ran.out))] == ["0.05"]
    assert server.asked == [{"id": "7", "retmode": "xml", "db": "pubmed", "tool": "msc-evidence"}]
    drafted = run("read", "--pmid", "7", "--draft", NCBI_API_KEY="key", **address).out
    for line in ("doe-2020:", "authors: [Doe J]", "year: 2020", "pmid: 7"):
        assert line in drafted
    assert server.asked[-1]["api_key"] == "key"


def test_what_pubmed_does_not_have(run, server):
    address = {"MSC_EVIDENCE_EUTILS": f"http://127.0.0.1:{server.server_port}"}
    for pmid, said in (("8", "PubMed has no record with PMID 8"), ("400", "answered 400")):
        ran = run("read", "--pmid", pmid, **address)
        assert (ran.code, ran.out) == (2, "")
        assert said in ran.err
        assert "--texts" not in ran.err
        assert len(ran.err.splitlines()) == 1


def test_requests_keep_the_pace_of_ncbi() -> None:
    from msc_evidence.reading.texts.pubmed import Pace, fetched

    slept: list[float] = []

    def opener(request: object, timeout: float) -> io.BytesIO:
        return io.BytesIO(PUBMED.format(pmid=7).encode())

    pace = Pace(3, clock=lambda: 0.0)
    for _ in range(3):
        assert fetched("7", opener=opener, sleep=slept.append, pace=pace).place == "PMID 7:record 1"
    assert [round(seconds, 3) for seconds in slept] == [0.333, 0.667]


def test_reading_a_file_imports_neither_numbers_nor_the_network(file, tmp_path):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "msc_evidence", "read", str(file)],
        capture_output=True, text=True, cwd=tmp_path, check=True,
    )  # fmt: skip
    imported = {line.rpartition("|")[2].strip() for line in done.stderr.splitlines()}
    unwanted = {
        "numpy",
        "pandas",
        "scipy",
        "urllib.request",
        "yaml",
        "rich.console",
        "msc_evidence.registry.model",
    }
    assert "msc_evidence.reading.rows" in imported
    assert imported & unwanted == set()


JATS = (
    "<article><front><article-meta><abstract><p>{}</p></abstract></article-meta></front>"
    "<body><p>Body of 99 words.</p></body></article>"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.xml", JATS.format("It fell (P = .04).")),
        ("a.jsonl", '{"abstract": "It fell (P = .04).", "body_text": [{"text": "Body of 99 words."}]}\n'),
    ],
)
@pytest.mark.parametrize("arguments", [(), ("--draft",), ("-f", "json")])
def test_a_body_that_is_not_read_is_said(run, tmp_path, name, text, arguments):
    (tmp_path / name).write_text(text, encoding="utf-8")
    ran = run("read", name, *arguments)
    assert "of the text only the abstract is read, not the body and its tables" in ran.err
    assert "99 words" not in ran.out
    said = run("audit", name, "--parts", "abstract").err
    assert "of 1 body and tables are not read, only the abstract" in said


def test_a_body_without_an_abstract_is_not_read_either(run, tmp_path):
    (tmp_path / "a.xml").write_text(JATS.format(""), encoding="utf-8")
    assert "has no abstract; its body is not read" in run("read", "a.xml").err
    said = run("audit", "a.xml", "--parts", "abstract").err
    assert "(1 without an abstract; of 1 body and tables are not read" in said
