"""`check`: exit codes, formats, waivers, texts and PubMed."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import subprocess
import sys
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from xml.etree import ElementTree

import pytest

from msc_evidence.registry.rewrite import earlier_figures_seal
from tests.cli.conftest import Run

ROOT = Path(__file__).parents[2]
FORMATS = ["text", "json", "github", "sarif", "junit", "md", "csv"]


@pytest.fixture
def check(run):
    """Runs `check` on the registry of this repository."""
    return lambda *arguments, **environment: run("check", *arguments, cwd=ROOT, **environment)


def test_shipped_registry_has_no_errors_and_a_closing_line(check):
    ran = check()
    assert ran.code == 0
    assert re.search(r"^34 trials and 1 subset, \d+ numbers: ", ran.err, re.M)
    assert "0 errors" in ran.err


def test_strict_counts_warnings(check):
    assert check("--strict").code == 1
    assert check("--strict", "--select", "MSC209").code == 0


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
    (row,) = json.loads(run("check", "bang-2005", "--select", "MSC503", "-f", "json", "-r", str(waived)).out)[
        "rows"
    ]
    assert (row["severity"], row["waived"], row["fails"]) == ("warning", "reported as found", False)
    waived = edited("\n  chung-2021:", f"{waiver.replace('MSC503', 'MSC401')}\n  chung-2021:")
    assert "MSC199 warning" in run("check", "-r", str(waived)).out


@pytest.mark.parametrize("format", FORMATS)
def test_every_format_keeps_the_exit_code(run, check, edited, format):
    assert check("-f", format).code == 0
    assert run("check", "-f", format, "-r", str(edited("n: 39", "n: 38"))).code == 1


@pytest.mark.parametrize("least", ["note", "warning", "error"])
def test_formats_hold_the_same_findings(check, least):
    def out(format):
        return check("-f", format, "--min-severity", least).out

    found = json.loads(out("json"))
    assert (found["schema"], found["table"]) == (1, "findings")
    sarif = json.loads(out("sarif"))["runs"][0]["results"]
    junit = ElementTree.fromstring(out("junit"))
    annotations = [line for line in out("github").splitlines() if "title=MSC" in line]
    codes = [row["code"] for row in found["rows"]]
    open_codes = [row["code"] for row in found["rows"] if not row["waived"]]
    assert codes == [result["ruleId"] for result in sarif]
    assert len(annotations) == len(open_codes) < len(codes)
    assert sum(case.get("name").startswith("MSC") for case in junit.iter("testcase")) == len(codes)


@pytest.mark.parametrize("strict", [True, False])
def test_every_format_shows_what_made_it_fail(check, strict):
    """Warnings and no error: with --strict they fail, and every reader of every format can tell."""

    def failing(format):
        ran = check("-f", format, *(["--strict"] if strict else []))
        assert ran.code == int(strict)
        return ran.out

    results = json.loads(failing("sarif"))["runs"][0]["results"]
    counts = {
        "junit": len(ElementTree.fromstring(failing("junit")).findall("testcase/failure")),
        "sarif": sum(each["level"] == "error" and not each["suppressions"] for each in results),
        "github": sum(line.startswith("::error ") for line in failing("github").splitlines()),
        "json": sum(row["fails"] for row in json.loads(failing("json"))["rows"]),
        "csv": sum(row["fails"] == "true" for row in csv.DictReader(io.StringIO(failing("csv")))),
    }
    (warnings,) = re.findall(r", (\d+) warnings", check().err)
    assert set(counts.values()) == {int(warnings) if strict else 0}
    assert ("; warnings fail (--strict)" in check(*(["--strict"] if strict else [])).err) is strict


def test_notes_are_counted_and_shown_on_request(check):
    plain, noted, grave = check(), check("--min-severity", "note"), check("--min-severity", "error")
    ((warnings, notes),) = re.findall(r", (\d+) warnings, (\d+) notes, ", plain.err)
    assert " note: " not in plain.out
    assert len(re.findall(r": MSC\d+ warning: ", plain.out)) == int(warnings)
    assert f"; not shown: {notes} notes (--min-severity note)" in plain.err
    assert len(re.findall(r": MSC\d+ note: ", noted.out)) == int(notes)
    assert "not shown" not in noted.err
    assert (grave.code, grave.out) == (0, "")
    assert f"; not shown: {warnings} warnings and {notes} notes (--min-severity note)" in grave.err
    assert " note: " in check("--select", "MSC209").out  # asked for by name


def test_statistics_count_by_code(check):
    out = check("--statistics", "-f", "csv").out
    rows = {row["code"]: row for row in csv.DictReader(io.StringIO(out))}
    found = json.loads(check("-f", "json", "--min-severity", "note").out)["rows"]
    for code, row in rows.items():
        of_code = [each for each in found if each["code"] == code]
        waived = [each for each in of_code if each["waived"]]
        assert int(row["waived"]) == len(waived)
        assert sum(int(row[key]) for key in ("errors", "warnings", "notes")) == len(of_code) - len(waived)
    assert set(rows) == {each["code"] for each in found}
    assert check("--statistics", GITHUB_ACTIONS="true").out.splitlines()[0].split()[:2] == ["Code", "Errors"]
    assert check("--statistics", "--select", "MSC203").out == ""


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--min-severity", "notes"], "unknown severity 'notes'; did you mean 'note'?"),
        (["--strict", "--min-severity", "error"], "leave one out"),
        (["--select", "XYZ"], "no check has the code 'XYZ'; known: MSC101"),
        (["--select", "MSC2", "--ignore", "MSC"], "leave no check to run"),
        (
            ["--select", "MSC603"],
            "MSC603 looks at the texts of sources; give them with --texts DIR or --online",
        ),
        (["--select", "MSC605,MSC606"], "MSC605 looks at PubMed's records"),
        (
            ["-r", "examples/bcg.yaml", "--select", "MSC7"],
            "looks at pooled results, and the registry has none",
        ),
        (["bang-2005", "--select", "MSC7"], "name no trials"),
        (["--statistics", "-f", "sarif"], "unknown format 'sarif'"),
        (["--texts", "docs", "--update-fingerprints", "--strict"], "leave out --strict"),
        (["trials.yaml", "-r", "docs/judged.yaml"], "give one"),
        (["trials.yaml", "docs/judged.yaml"], "check one at a time"),
        (["pyproject.yaml"], "no such file"),
        ([".pre-commit-config.yaml"], "'registry' is missing here"),
    ],
)
def test_what_leaves_nothing_to_check_exits_2(check, arguments, said):
    ran = check(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


def test_select_and_ignore_take_codes_and_their_beginnings(check):
    rows = json.loads(check("-f", "json", "--select", "MSC5", "--ignore", "MSC508").out)["rows"]
    assert rows
    assert all(row["code"].startswith("MSC5") and row["code"] != "MSC508" for row in rows)


BCG = """\
registry: 1
outcomes: {tb: {name: tuberculosis, type: binary, better: lower}}
trials:
  aronson:
    citation: {year: 1948}
    design: {allocation: randomised}
    participants: {}
    arms: {bcg: {role: treatment, n: 123}, none: {role: control, n: 139}}
    results: [{outcome: tb, at: 5 y, arms: {bcg: {events: 4}, none: {events: 11}}}]
    sources: {paper: {kind: full text}}
  ferguson:
    citation: {year: 1949}
    design: {allocation: randomised}
    participants: {}
    arms: {bcg: {role: treatment, n: 306}, none: {role: control, n: 303}}
    results: [{outcome: tb, at: 5 y, arms: {bcg: {events: 6}, none: {events: 29}}}]
    sources: {paper: {kind: full text}}
pooled:
  review:
    {citation: made up, outcome: tb, measure: RR, model: common, trials: [aronson, ferguson], estimate: 0.9}
"""


def test_pooled_results_are_checked_with_the_whole_registry(run, tmp_path):
    (tmp_path / "trials.yaml").write_text(BCG)  # RR 0.27 by the counts
    assert "MSC701 warning" in run("check").out
    assert "MSC701" not in run("check", "aronson").out


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


def test_a_waiver_of_what_needs_a_text_is_idle_only_where_the_text_was_read(run, fingerprinted):
    waiver = "    waivers: [{code: MSC603, because: a hyphen that PubMed dropped}]\n"
    fingerprinted.write_text(fingerprinted.read_text() + waiver)
    assert "MSC199" not in run("check").out
    assert "MSC199" in run("check", "--texts", "texts").out


def test_fingerprints_are_written_and_nothing_else_is_touched(run, fingerprinted):
    text = fingerprinted.read_text()
    kept = [line for line in RECORD.splitlines() if "sources" not in line and "abstract" not in line]
    assert [line for line in text.splitlines() if "abstract" not in line and "sources" not in line] == kept
    assert 'figures: [n 40, "1:1", n 20, n 20, 3 mo, p 0.40]' in text
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


@pytest.mark.parametrize("options", [(), ("--update-fingerprints",)])
def test_a_table_that_reads_as_page_furniture_is_named(run, fingerprinted, options):
    text = fingerprinted.parent / "texts" / "doe-2020.txt"
    text.unlink()
    text.with_suffix(".tsv").write_text("Author(s)\tPatients\nDoe et al.\t40\n")
    ran = run("check", "--texts", "texts", *options)
    assert ran.code == 2
    assert "doe-2020.tsv: " in ran.err


def test_the_heads_of_a_table_say_what_its_cells_are(run, fingerprinted):
    """`67` below `No. (%)` is a share, and `.40` below `P value` a p."""
    text = fingerprinted.parent / "texts" / "doe-2020.txt"
    text.unlink()
    text.with_suffix(".tsv").write_text("Result\tNo. (%)\tP value\nRecovered at 3 months\t12/20 (60)\t.40\n")
    assert run("check", "--texts", "texts", "--update-fingerprints").code == 0
    assert "n 20, 60%, p 0.40]" in fingerprinted.read_text()


def test_quiet_silences_what_is_said_of_texts(run, fingerprinted):
    (fingerprinted.parent / "texts" / "nobody.txt").write_text(ABSTRACT)
    assert "nobody.txt" in run("check", "--texts", "texts").err
    assert run("check", "--texts", "texts", "-q").err == ""


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
def pubmed(served):
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
    served(server)
    answers["url"] = f"http://127.0.0.1:{server.server_port}/"
    return answers


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


OLD_LIST = '[40, "1:1", 20, 20, 3 mo, p 0.40]'


def outdated(file: Path, figures: str = OLD_LIST) -> None:
    """Writes the fingerprint as the notation before this one listed and sealed it."""
    listed = [item.strip().strip('"') for item in figures.strip("[]").split(",")]
    text = re.sub(r"figures: \[[^\]]*\]", f"figures: {figures}", file.read_text())
    file.write_text(re.sub(r"figures-sha256: \w+", f"figures-sha256: {earlier_figures_seal(listed)}", text))


def test_a_fingerprint_in_an_older_notation_is_said_and_rewritten(run, fingerprinted):
    current = fingerprinted.read_text()
    outdated(fingerprinted)
    ran = run("check", "--select", "MSC6", "--texts", "texts", "-f", "csv")
    assert ran.code == 0
    assert [line.split(",")[1] for line in ran.out.splitlines()[1:]] == ["MSC610"]
    assert run("check", "--texts", "texts", "--update-fingerprints").code == 0
    assert fingerprinted.read_text() == current


def test_an_older_notation_hides_no_change_of_its_text(run, fingerprinted):
    outdated(fingerprinted, OLD_LIST.replace("0.40", "0.04"))
    ran = run("check", "--texts", "texts")
    assert ran.code == 1
    assert "MSC603 error: the fingerprint has p 0.04 where the text of abstract has p 0.40" in ran.out


def test_a_text_without_a_fingerprint_is_compared_and_said(run, fingerprinted):
    fingerprinted.write_text(RECORD.replace("enrolled: 40", "enrolled: 41"))
    alone = run("check", "--select", "MSC6")
    assert "6 numbers: 0 tied to the figures of their source, 6 only name it and are not watched" in alone.err
    ran = run("check", "--texts", "texts", "--select", "MSC6")
    assert ran.code == 1
    assert "MSC601 error: 41 is not in abstract" in ran.out
    assert "MSC602 warning: n 40 is printed in abstract and neither recorded nor ignored" in ran.out
    assert (
        "no fingerprint recorded: doe-2020 (abstract); the numbers are compared with the figures" in ran.err
    )
    assert "6 numbers: 6 tied to the figures of their source, 0 only name it" in ran.err


def test_files_that_are_no_text_of_a_source_are_said(run, fingerprinted):
    texts = fingerprinted.parent / "texts"
    for name in ("doe-2021.txt", "INDEX.xml", "doe-2020.abstact.txt", "doe-2020.abstract.txt", "notes.md"):
        (texts / name).write_text(ABSTRACT)
    said = run("check", "--texts", "texts").err.replace("\\", "/").splitlines()
    assert said[:3] == [
        "texts/doe-2020.txt: not read; another file is the text of abstract of doe-2020",
        "texts/doe-2020.abstact.txt: not read; doe-2020 has no source 'abstact'; did you mean 'abstract'?",
        "texts: INDEX.xml, doe-2021.txt belong to no trial of the registry; not read",
    ]
    assert len(said) == 4


def test_required_fingerprints_are_those_of_sources_that_give_numbers(run, fingerprinted):
    more = "      paper: {kind: full text}\n      review: {kind: secondary report}\n"
    result = "      - {outcome: mrs, at: 3 mo, p: 0.3, source: paper}\n    sources:"
    fingerprinted.write_text(fingerprinted.read_text().replace("    sources:", result) + more)
    assert run("check").code == 0
    ran = run("check", "--require-fingerprints", "-f", "csv")
    assert ran.code == 1
    errors = [line for line in ran.out.splitlines() if ",error," in line]
    assert len(errors) == 1
    assert "MSC608" in errors[0]
    assert "paper has no fingerprint: none of its 2 numbers can be checked offline" in errors[0]
    assert run("check", "--require-fingerprints", "--ignore", "MSC608").code == 2


def test_a_registry_that_cannot_be_read_is_annotated_at_its_lines(run, tmp_path):
    (tmp_path / "trials.yaml").write_text(
        "registry: 1\noutcomes: {}\ntrials: {}\ntitel: x\n", encoding="utf-8"
    )
    ran = run("check", GITHUB_ACTIONS="true")
    assert (ran.code, ran.out) == (2, "")
    assert (
        "::error file=trials.yaml,line=4,col=1,title=msc-evidence::unknown key 'titel'; did you mean "
        in ran.err
    )
    assert "::error" not in run("check").err


def test_a_plausible_range_of_nothing_is_said(run: Run, tmp_path: Path) -> None:
    text = (ROOT / "examples" / "asthma.yaml").read_text(encoding="utf-8")
    ranges = "plausible: {body mass index: {range: 12-70, by: Example A}, stay in hospital: {range: 0-200, by: B}}\n"
    (tmp_path / "r.yaml").write_text(f"{text}\n{ranges}", encoding="utf-8")
    said = run("check", "-r", "r.yaml").err
    assert "plausible: no outcome or characteristic is called 'body mass index'" in said


def test_any_number_of_jobs_gives_the_same_bytes(tmp_path):
    minimal = """
  t{number}:
    citation: {{authors: [A], year: 1948}}
    design: {{allocation: randomised}}
    participants: {{condition: stroke}}
    sources: {{paper: {{kind: full text}}}}
    arms: {{msc: {{role: treatment, n: 20}}, control: {{role: control, n: 20}}}}
    results: [{{outcome: cure, at: 3 mo, arms: {{msc: {{events: {events}}}, control: {{events: 5}}}}}}]
"""
    head = "registry: 1\noutcomes: {cure: {name: cure, type: binary, better: higher}}\ntrials:"
    trials = (minimal.format(number=number, events=30 if number % 40 == 0 else 9) for number in range(120))
    (tmp_path / "many.yaml").write_text(head + "".join(trials), encoding="utf-8")
    ran = [
        subprocess.run(
            [sys.executable, "-m", "msc_evidence", "check", "-r", "many.yaml", "-f", "json", "-j", jobs],
            cwd=tmp_path, capture_output=True, text=True, check=False, env=os.environ | {"PYTHONPATH": str(ROOT)},
        )
        for jobs in ("1", "3")
    ]  # fmt: skip
    assert [done.returncode for done in ran] == [1, 1]
    assert "3 errors" in ran[0].stderr
    assert (ran[0].stdout, ran[0].stderr) == (ran[1].stdout, ran[1].stderr)
