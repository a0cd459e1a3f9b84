"""`check`: exit codes, formats, waivers, texts and PubMed."""

from __future__ import annotations

import json
import re
import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest

FORMATS = ["text", "json", "github", "sarif", "junit", "md", "csv"]


def test_shipped_registry_has_no_errors_and_a_closing_line(run):
    ran = run("check")
    assert ran.code == 0
    assert "registry: " in ran.err  # the shipped one, and said so
    assert re.search(r"^20 trials, ", ran.err, re.MULTILINE)
    assert "0 errors" in ran.err


def test_strict_counts_warnings(run):
    assert run("check", "--strict").code == 1
    assert run("check", "--strict", "--select", "MSC209").code == 0


def test_an_error_exits_1_and_names_its_place(run, edited):
    file = edited("p: 0.011", "p: 0.012")
    ran = run("check", "-r", str(file))
    line = file.read_text().splitlines().index("      - {outcome: barthel, at: 3 mo, p: 0.012, favours: msc}")
    assert ran.code == 1
    assert f"edited.yaml:{line + 1}:41: MSC601 error: p 0.012 is not in abstract" in ran.out


def test_a_waiver_needs_a_reason_and_a_use(run, edited):
    waiver = "\n    waivers:\n      - {code: MSC503, because: reported as found}\n"
    waived = edited("\n  chung-2021:", f"{waiver}\n  chung-2021:")
    ran = run("check", "bang-2005", "-r", str(waived))
    assert "1 waived" in ran.err
    assert "MSC503" not in ran.out
    assert "waived: reported as found" in run("check", "-v", "-r", str(waived)).out
    waived = edited("\n  chung-2021:", f"{waiver.replace('MSC503', 'MSC401')}\n  chung-2021:")
    assert "MSC199 warning" in run("check", "-r", str(waived)).out


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_keeps_the_exit_code(run, edited, format):
    assert run("check", "-f", format).code == 0
    assert run("check", "-f", format, "-r", str(edited("n: 39", "n: 38"))).code == 1


def test_formats_hold_the_same_findings(run):
    found = json.loads(run("check", "-f", "json").out)
    assert (found["schema"], found["table"]) == (1, "findings")
    sarif = json.loads(run("check", "-f", "sarif").out)["runs"][0]["results"]
    junit = ElementTree.fromstring(run("check", "-f", "junit").out)
    annotations = [line for line in run("check", "-f", "github").out.splitlines() if "title=MSC" in line]
    codes = [row["code"] for row in found["rows"]]
    open_codes = [row["code"] for row in found["rows"] if not row["waived"]]
    assert codes == [result["ruleId"] for result in sarif]
    assert len(annotations) == len(open_codes) < len(codes)
    assert sum(case.get("name").startswith("MSC") for case in junit.iter("testcase")) == len(codes)


def test_github_is_the_default_under_github_actions(run):
    assert run("check", GITHUB_ACTIONS="true").out.startswith("::")
    assert not run("check", "-f", "text", GITHUB_ACTIONS="true").out.startswith("::")


def test_select_and_ignore_take_codes_and_their_beginnings(run):
    rows = json.loads(run("check", "-f", "json", "--select", "MSC5", "--ignore", "MSC508").out)["rows"]
    assert rows
    assert all(row["code"].startswith("MSC5") and row["code"] != "MSC508" for row in rows)


ABSTRACT = (
    "We allocated 40 patients 1:1 to cells (n = 20) or placebo (n = 20)."
    " At 3 months mRS did not differ (p = 0.40)."
)
RECORD = """\
registry: 1
outcomes:
  mrs: {name: modified Rankin Scale, type: ordinal, range: [0, 6], step: 1, better: lower}
trials:
  doe-2020:
    # a comment that stays
    citation: {year: 2020, title: Cells or placebo, doi: 10.1000/xyz, pmid: 12345678}
    registration: [NCT01234567]
    design: {allocation: randomised, ratio: "1:1"}
    participants: {enrolled: 40}
    arms: {cells: {role: treatment, n: 20}, placebo: {role: control, n: 20}}
    results:
      - {outcome: mrs, at: 3 mo, primary: true, p: 0.40}
    sources:
      abstract: {kind: abstract, pmid: 12345678}   # this one too
"""


@pytest.fixture
def fingerprinted(run, tmp_path) -> Path:
    """A registry whose fingerprint was written by the program from the text beside it."""
    (tmp_path / "texts").mkdir()
    (tmp_path / "texts" / "doe-2020.txt").write_text(ABSTRACT)
    registry = tmp_path / "trials.yaml"
    registry.write_text(RECORD)
    assert run("check", "--texts", "texts", "--update-fingerprints").code == 0
    return registry


def test_fingerprints_are_written_and_nothing_else_is_touched(run, fingerprinted):
    text = fingerprinted.read_text()
    kept = [line for line in RECORD.splitlines() if "sources" not in line and "abstract" not in line]
    assert [line for line in text.splitlines() if "abstract" not in line and "sources" not in line] == kept
    assert 'figures: [40, "1:1", 20, 20, 3 mo, p 0.40]' in text
    assert "# this one too" in text
    assert run("check", "--texts", "texts").code == 0
    assert run("check", "--texts", "texts", "--update-fingerprints").code == 0
    assert fingerprinted.read_text() == text


@pytest.mark.parametrize(
    ("old", "new"), [("40 patients", "41 patients"), ("n = 20", "n = 21"), ("0.40", "0.04"), ("3 m", "6 m")]
)
def test_a_changed_number_in_the_text_exits_1_with_old_new_and_place(run, fingerprinted, old, new):
    text = fingerprinted.parent / "texts" / "doe-2020.txt"
    text.write_text(ABSTRACT.replace(old, new, 1))
    ran = run("check", "--texts", "texts")
    assert ran.code == 1
    assert "MSC603 error: the fingerprint has" in ran.out
    assert "characters" in ran.out


def test_pubmed_xml_and_plain_text_have_the_same_figures(run, fingerprinted):
    (fingerprinted.parent / "texts" / "doe-2020.txt").unlink()
    (fingerprinted.parent / "texts" / "doe-2020.xml").write_text(article("Cells or placebo", ABSTRACT))
    assert run("check", "--texts", "texts").code == 0


def article(title: str, abstract: str, notices: str = "") -> str:
    """A PubMed answer with one article."""
    return f"""<?xml version="1.0"?>
<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>12345678</PMID><Article>
<ArticleTitle>{title}</ArticleTitle><ELocationID EIdType="doi">10.1000/xyz</ELocationID>
<Abstract><AbstractText>{abstract}</AbstractText></Abstract>
</Article>{notices}</MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="doi">10.1000/xyz</ArticleId></ArticleIdList></PubmedData>
</PubmedArticle></PubmedArticleSet>"""


@pytest.fixture
def pubmed():
    """A server on this machine that speaks the E-utilities' protocol; its answer can be set."""
    answers = {"efetch": article("Cells or placebo", ABSTRACT)}

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = '{"esearchresult": {"count": "1", "idlist": ["12345678"]}}'
            body = (answers["efetch"] if "efetch" in self.path else found).encode()
            self.send_response(200)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    answers["url"] = f"http://127.0.0.1:{server.server_port}/"
    yield answers
    server.shutdown()
    server.server_close()
    thread.join()


def test_online_reads_the_abstract_from_pubmed(run, fingerprinted, pubmed):
    assert run("check", "--online", MSC_EVIDENCE_EUTILS=pubmed["url"]).code == 0
    pubmed["efetch"] = article("Cells or placebo", ABSTRACT.replace("0.40", "0.41"))
    ran = run("check", "--online", MSC_EVIDENCE_EUTILS=pubmed["url"])
    assert ran.code == 1
    assert "MSC603" in ran.out


def test_online_reports_retractions_and_other_articles(run, fingerprinted, pubmed):
    notice = (
        '<CommentsCorrectionsList><CommentsCorrections RefType="RetractionIn"><RefSource>J Ex. 2021</RefSource>'
        "</CommentsCorrections></CommentsCorrectionsList>"
    )
    pubmed["efetch"] = article("Something else", ABSTRACT, notice)
    ran = run("check", "--online", MSC_EVIDENCE_EUTILS=pubmed["url"])
    assert ran.code == 1
    assert "MSC605 error: abstract was retracted: J Ex. 2021" in ran.out
    assert "MSC606 error: PubMed's title is 'Something else'" in ran.out


def test_online_says_when_there_is_no_connection(run, fingerprinted):
    ran = run("check", "--online", MSC_EVIDENCE_EUTILS="http://127.0.0.1:9/")
    assert ran.code == 2
    assert "cannot reach" in ran.err
    assert "--texts" in ran.err
