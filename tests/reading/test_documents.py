"""Texts from every format: recognised by what is in the file, one malformed record spoiling no other."""

from __future__ import annotations

import errno
import gzip
import io
import json
import os
import subprocess
import sys
import tracemalloc
from pathlib import Path

import pytest

from msc_evidence.reading.texts import xml
from msc_evidence.reading.texts.documents import Malformed, TextDocument, documents
from msc_evidence.reading.texts.xml import UnreadableText

PLAIN = "Of 30 adults, 12 of 15 improved with cells and 5 of 15 without (p = 0.025). Cells may help."
SECTIONS = [("AIM", "To see whether 30 adults improve."), ("RESULTS", "12 of 15 did (p = 0.025).")]
JOINED = "AIM: To see whether 30 adults improve.\nRESULTS: 12 of 15 did (p = 0.025)."


def line(**fields: object) -> str:
    return json.dumps(fields) + "\n"


def pubmed(number: int, abstract: str = "<AbstractText>Five of 9 improved.</AbstractText>") -> str:
    return f"""<PubmedArticle><MedlineCitation Status="MEDLINE"><PMID Version="1">{number}</PMID><Article>
<ArticleTitle>Made up</ArticleTitle><Abstract>{abstract}</Abstract>
<ELocationID EIdType="doi">10.1000/made.{number}</ELocationID></Article>
<OtherAbstract Type="Publisher"><AbstractText>Otra.</AbstractText></OtherAbstract></MedlineCitation>
<PubmedData><ArticleIdList><ArticleId IdType="pubmed">{number}</ArticleId>
<ArticleId IdType="pmc">PMC{number}</ArticleId></ArticleIdList>
<ReferenceList><Reference><ArticleIdList><ArticleId IdType="pmc">PMC999</ArticleId></ArticleIdList></Reference>
</ReferenceList></PubmedData></PubmedArticle>
"""


def pubmed_set(*articles: str) -> str:
    return f"""<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE PubmedArticleSet SYSTEM "http://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_240101.dtd">
<PubmedArticleSet>
{"".join(articles)}<DeleteCitation><PMID Version="1">7</PMID></DeleteCitation>
</PubmedArticleSet>"""


LABELLED = '<AbstractText Label="AIM">To see whether 30 adults improve.</AbstractText>' + (
    '<AbstractText Label="RESULTS">12 of 15 did (p = 0.025).</AbstractText>'
)
ABSTRACT = """<abstract><title>Abstract</title><sec><title>AIM</title><p>To see whether 30 adults improve.</p></sec>
<sec><title>RESULTS:</title><p>12 of 15 did <italic>(p = 0.025)</italic>.</p></sec></abstract>"""


def pubmed_book(number: int) -> str:
    return f"""<PubmedBookArticle><BookDocument><PMID Version="1">{number}</PMID><ArticleTitle>Made up</ArticleTitle>
<Abstract><AbstractText>Six of 9 improved.</AbstractText></Abstract></BookDocument></PubmedBookArticle>
"""


def jats(number: int, abstract: str = ABSTRACT, root: str = "article") -> str:
    return f"""<{root} xmlns:xlink="http://www.w3.org/1999/xlink" article-type="research-article"><front>
<journal-meta/><article-meta><article-id pub-id-type="pmid">{number}</article-id>
<article-id pub-id-type="pmc">{number}</article-id><article-id pub-id-type="doi">10.1000/made.{number}</article-id>
<self-uri xlink:href="x"/>{abstract}</article-meta></front><body><p>Body of 99 words.</p></body>
<sub-article><front-stub><abstract><p>Not this.</p></abstract></front-stub></sub-article></article>
"""


MEDLINE = """
PMID- 11
OWN - NLM
TI  - A made-up
      title
LID - 10.1000/made.11 [doi]
AB  - AIM: To see whether 30 adults
      improve. RESULTS: 12 of 15 did (p = 0.025).
PMC - PMC11

PMID- 12
TI  - No abstract
"""
WHOLE = TextDocument("11", JOINED, "{0}:record 1", "11", "PMC11", "10.1000/made.11")

FORMATS = {
    "plain": (PLAIN, [TextDocument("{0}:1", PLAIN, "{0}:1")]),
    "byte order mark": ("\ufeff" + PLAIN, [TextDocument("{0}:1", PLAIN, "{0}:1")]),
    "jsonl": (
        line(id="a", text=PLAIN, pmid="1") + "\n" + line(abstract=SECTIONS, pmid=11, pmcid="PMC11", year="2020"),
        [
            TextDocument("a", PLAIN, "{0}:1", "1"),
            TextDocument("11", JOINED, "{0}:3", "11", "PMC11"),
        ],
    ),
    "jsonl sections": (
        line(abstract=[[None, "One."], ["", "Two."], ["AIM", ""], ["END", "Three."]], doi="10.1/x")
        + line(abstract=[], pmcid="PMC2")
        + line(text=None, abstract="Four."),
        [
            TextDocument("10.1/x", "One.\nTwo.\nEND: Three.", "{0}:1", doi="10.1/x"),
            TextDocument("PMC2", "", "{0}:2", pmcid="PMC2"),
            TextDocument("{0}:3", "Four.", "{0}:3"),
        ],
    ),
    "medline": (
        MEDLINE,
        [
            TextDocument("11", JOINED.replace("\n", " "), "{0}:2", "11", "PMC11", "10.1000/made.11"),
            TextDocument("12", "", "{0}:11", "12"),
        ],
    ),
    "pubmed set": (
        pubmed_set(pubmed(11, LABELLED), pubmed(12, "")),
        [WHOLE, TextDocument("12", "", "{0}:record 2", "12", "PMC12", "10.1000/made.12")],
    ),
    "pubmed set with books": (
        pubmed_set(pubmed_book(9), pubmed(11, LABELLED), pubmed_book(10)),
        [
            TextDocument("9", "Six of 9 improved.", "{0}:record 1", "9"),
            TextDocument("11", JOINED, "{0}:record 2", "11", "PMC11", "10.1000/made.11"),
            TextDocument("10", "Six of 9 improved.", "{0}:record 3", "10"),
        ],
    ),
    "pubmed article": (pubmed(11, LABELLED), [WHOLE]),
    "pubmed abstract": (f"<Abstract>{LABELLED}</Abstract>", [TextDocument("{0}:record 1", JOINED, "{0}:record 1")]),
    "jats article": ('<?xml version="1.0"?>\n<!DOCTYPE article SYSTEM "JATS.dtd">\n' + jats(11), [WHOLE]),
    "jats set": (f"<pmc-articleset>{jats(11)}{jats(11)}</pmc-articleset>", [
        WHOLE, TextDocument("11", JOINED, "{0}:record 2", "11", "PMC11", "10.1000/made.11"),
    ]),
}  # fmt: skip


def read(path: Path, text: str) -> list[TextDocument | Malformed]:
    path.write_bytes(text.encode())
    return list(documents(path))


def at(path: Path, expected: list[TextDocument]) -> list[TextDocument]:
    """The documents as expected, of this file."""
    return [
        TextDocument(
            each.id.format(path), each.text, each.place.format(path), each.pmid, each.pmcid, each.doi
        )
        for each in expected
    ]


@pytest.mark.parametrize(("text", "expected"), FORMATS.values(), ids=FORMATS)
def test_a_format_is_known_by_its_content(tmp_path, text, expected):
    file = tmp_path / "a-file.dat"
    assert read(file, text) == at(file, expected)
    packed = tmp_path / "packed"
    packed.write_bytes(gzip.compress(text.encode()))
    assert list(documents(str(packed))) == at(packed, expected)


@pytest.mark.parametrize(("text", "expected"), FORMATS.values(), ids=FORMATS)
def test_standard_input_is_read_like_a_file(text, expected):
    told = "from msc_evidence.reading.texts.documents import documents\nfor each in documents('-'): print(ascii(each))"
    process = subprocess.Popen(
        [sys.executable, "-c", told],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    # In two pieces, as a slow pipe gives it.
    process.stdin.write(text[:5])
    process.stdin.flush()
    out, _ = process.communicate(text[5:])
    assert out.splitlines() == [ascii(each) for each in at("stdin", expected)]


MALFORMED = {
    "jsonl": (
        line(id="a", text=PLAIN) + '{"id": "b", "text": \n' + line(id="c", text=PLAIN),
        "{0}:2", "not readable as JSON",
    ),
    "jsonl without a text": (
        line(id="a", text=PLAIN) + line(id="b") + line(id="c", text=PLAIN), "{0}:2", "no 'text' or 'abstract'",
    ),
    "jsonl of another shape": (
        line(id="a", text=PLAIN) + line(abstract={"AIM": "x"}) + line(id="c", text=PLAIN), "{0}:2", "expected",
    ),
    "jsonl sections of another shape": (
        line(id="a", text=PLAIN) + line(abstract=["One.", "Two."]) + line(id="c", text=PLAIN),
        "{0}:2", "is not [label, text]",
    ),
    "jsonl nested": (
        line(id="a", text=PLAIN) + "[" * 100_000 + "\n" + line(id="c", text=PLAIN), "{0}:2", "nested too deeply",
    ),
    "jsonl surrogate": (
        line(id="a", text=PLAIN) + '{"text": "\\ud800"}\n' + line(id="c", text=PLAIN), "{0}:2", "surrogate",
    ),
    "medline": (
        f"PMID- a\nAB  - {PLAIN}\n\nPMID- b\nabstract: x\n\nPMID- c\nAB  - {PLAIN}\n", "{0}:4", "line 2 of the record",
    ),
    "medline without a blank line": (
        f"PMID- a\nAB  - {PLAIN}\n\nPMID- b\nAB  - x\nTI  - y\nAB  - z\n\nPMID- c\nAB  - {PLAIN}\n",
        "{0}:4", "two abstracts",
    ),
    "pubmed": (
        pubmed_set(pubmed(1), pubmed(2, "<AbstractText>5 < 6</AbstractText>"), pubmed(3)),
        "{0}:record 2", "malformed XML",
    ),
    "pubmed without an end": (
        pubmed_set(pubmed(1), pubmed(2).replace("</PubmedArticle>", ""), pubmed(3)),
        "{0}:record 2", "the record has no </PubmedArticle>",
    ),
    "pubmed with entities": (
        pubmed_set(pubmed(1), pubmed(2, "<!DOCTYPE x [<!ENTITY a 'b'>]>&a;"), pubmed(3)), "{0}:record 2", "entities",
    ),
    "jats": (
        f"<s>{jats(1)}{jats(2, '<abstract><p>5</abstract>')}{jats(3)}</s>", "{0}:record 2", "malformed XML",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("text", "place", "problem"), MALFORMED.values(), ids=MALFORMED)
def test_one_malformed_record_is_reported_with_its_place_and_skipped(tmp_path, text, place, problem):
    file = tmp_path / "corpus"
    first, middle, last = read(file, text)
    assert isinstance(first, TextDocument)
    assert isinstance(last, TextDocument)
    assert first.id < last.id
    assert isinstance(middle, Malformed)
    assert middle.place == place.format(file)
    assert problem in middle.problem


def test_a_record_in_another_encoding_is_malformed_and_xml_says_its_own(tmp_path):
    file = tmp_path / "corpus"
    file.write_bytes(line(text=PLAIN).encode() + '{"text": "naïve"}\n'.encode("latin-1"))
    assert [type(each).__name__ for each in documents(file)] == ["TextDocument", "Malformed"]
    text = (
        '<?xml version="1.0" encoding="ISO-8859-1"?>'
        + f"<s>{jats(1, '<abstract><p>naïve</p></abstract>')}</s>"
    )
    file.write_bytes(text.encode("latin-1"))
    assert [each.text for each in documents(file)] == ["naïve"]


BOMB = "<!DOCTYPE article [<!ENTITY a 'aaaa'><!ENTITY b '&a;&a;&a;'>]>" + jats(1).replace("Body", "&b;")
REFUSED = {
    "empty": (b"", "the file is empty"),
    "blank": (b" \n\t\n", "the file is empty"),
    "binary": (bytes(range(256)), "binary"),
    "utf-16": (PLAIN.encode("utf-16"), "UTF-8"),
    "other XML": (b"<?xml version='1.0'?><rss><item>x</item></rss>", "<rss>"),
    "entity bomb": (BOMB.encode(), "declares entities"),
    "JSON": (json.dumps([{"text": PLAIN}], indent=1).encode(), "one object a line"),
    "pretty JSON": (json.dumps({"text": PLAIN}, indent=1).encode(), "one object a line"),
    "RIS": (b"TY  - JOUR\nAB  - x\nER  - \n", "RIS"),
}


@pytest.mark.parametrize(("content", "words"), REFUSED.values(), ids=REFUSED)
def test_what_is_no_corpus_is_refused_by_name_and_reported_in_a_folder(tmp_path, content, words):
    file = tmp_path / "corpus.txt"
    for packed in (content, gzip.compress(content)):
        file.write_bytes(packed)
        with pytest.raises(UnreadableText, match=words) as refused:
            documents(file)
        assert str(file) in str(refused.value)
        (found,) = documents(tmp_path)
        assert isinstance(found, Malformed)
        assert found.place == str(file)
        assert words in found.problem


@pytest.mark.parametrize("name", ["table.csv", "trials.yaml", "page.html"])
def test_a_text_of_a_known_other_kind_is_refused(tmp_path, name):
    (tmp_path / name).write_text(PLAIN, encoding="utf-8")
    with pytest.raises(UnreadableText, match="are read"):
        documents(tmp_path / name)


def test_a_missing_file_a_folder_without_texts_and_a_file_given_twice_are_refused(tmp_path):
    with pytest.raises(UnreadableText, match=os.strerror(errno.ENOENT)):
        documents(tmp_path / "none")
    with pytest.raises(UnreadableText, match="no text in this folder"):
        documents(tmp_path)
    (tmp_path / "a.txt").write_text(PLAIN, encoding="utf-8")
    with pytest.raises(UnreadableText, match="given twice"):
        documents(tmp_path, tmp_path / "a.txt")


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root reads everything")
def test_an_unreadable_file_is_refused(tmp_path):
    (tmp_path / "a.txt").write_text(PLAIN, encoding="utf-8")
    (tmp_path / "a.txt").chmod(0)
    with pytest.raises(UnreadableText, match=os.strerror(errno.EACCES)):
        documents(tmp_path / "a.txt")


def test_folders_are_read_recursively_in_order_and_by_suffix(tmp_path):
    for name in (
        "b.txt",
        "a/z.TXT",
        "a/y.jsonl.gz",
        "c.nbib",
        ".hidden.txt",
        "notes.md",
        "a/.git/x.txt",
        "w.xml",
    ):
        file = tmp_path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        content = line(id="y", text=PLAIN) if "jsonl" in name else PLAIN
        content = pubmed(1) if "xml" in name else content
        file.write_bytes(gzip.compress(content.encode()) if name.endswith(".gz") else content.encode())
    found = [each.id.removeprefix(f"{tmp_path}{os.sep}") for each in documents(tmp_path)]
    assert found == ["b.txt:1", "c.nbib:1", "1", "y", os.path.join("a", "z.TXT:1")]


def test_jats_leaves_out_what_stands_beside_the_abstract(tmp_path):
    others = """<abstract abstract-type="graphical"><p>Picture.</p></abstract>
<trans-abstract xml:lang="es"><p>Otra.</p></trans-abstract>"""
    maths = """<abstract><p>Of 10<sup>8</sup> cells&nbsp;<inline-formula><alternatives><tex-math>x^2</tex-math>
<mml:math xmlns:mml="http://www.w3.org/1998/Math/MathML"><mml:mi>n</mml:mi></mml:math></alternatives></inline-formula>
some:<list><list-item><p>one</p></list-item><list-item><p>two</p></list-item></list></p><p>More.</p></abstract>"""
    (found,) = read(tmp_path / "a.xml", jats(1, others + maths))
    assert found.text == "Of 10^8 cells n some: one two More."
    (found,) = read(tmp_path / "a.xml", jats(1, others))
    assert found.text == ""


def test_jats_inside_another_document_with_namespaces(tmp_path):
    record = jats(11).replace(' xmlns:xlink="http://www.w3.org/1999/xlink"', "")
    text = f'<OAI xmlns="http://x.org/" xmlns:xlink="http://www.w3.org/1999/xlink"><r>{record}</r></OAI>'
    assert read(tmp_path / "a.xml", text) == at(tmp_path / "a.xml", [WHOLE])


@pytest.mark.parametrize("end", ["</PubmedArticleSet>", "<DeleteCitation"])
def test_xml_that_was_cut_off_is_reported_after_what_it_holds(tmp_path, end):
    text = pubmed_set(pubmed(1), pubmed(2))
    found = read(tmp_path / "a.xml", text[: text.index(end)])
    assert [type(each).__name__ for each in found] == ["TextDocument", "TextDocument", "Malformed"]
    assert "cut off" in found[-1].problem
    cut = read(tmp_path / "a.xml", text[: text.index("<OtherAbstract")])
    assert cut == [Malformed(f"{tmp_path / 'a.xml'}:record 1", "the record has no </PubmedArticle>")]


def test_a_gzip_file_that_was_cut_off_is_reported_after_what_it_holds(tmp_path):
    lines = "".join(line(id=str(number), text=f"{PLAIN} {number * 7919}") for number in range(5000))
    packed = gzip.compress(lines.encode())
    (tmp_path / "a.jsonl.gz").write_bytes(packed[: len(packed) // 2])
    found = list(documents(tmp_path / "a.jsonl.gz"))
    assert len(found) > 1000
    assert {type(each).__name__ for each in found[:-1]} == {"TextDocument"}
    assert "cut off" in found[-1].problem


def test_records_across_blocks_are_found_and_memory_stays_flat(tmp_path):
    file = tmp_path / "baseline.xml.gz"
    with gzip.open(file, "wt", encoding="utf-8", compresslevel=1) as stream:
        head, tail = pubmed_set("@").split("@")
        stream.write(head)
        for number in range(1, 4001):
            stream.write(
                pubmed(number, f"<AbstractText>{'Five of 9 improved. ' * (number % 97)}</AbstractText>")
            )
        stream.write(tail)
    tracemalloc.start()
    ids = [int(each.id) for each in documents(file)]
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert ids == list(range(1, 4001))
    assert peak < 4_000_000


def test_a_line_that_is_far_too_long_is_skipped(monkeypatch):
    from msc_evidence.reading.texts import jsonl

    monkeypatch.setattr(jsonl, "LONGEST_RECORD", 200)
    stream = io.BytesIO((line(id="a", text="x") + line(text="x" * 1000) + line(id="c", text="x")).encode())
    first, long, last = jsonl.records(stream, "f")
    assert (first.place, last.place) == ("f:1", "f:3")
    assert long == Malformed("f:2", "the line has more than 200 bytes")


def test_a_record_without_end_is_named_by_its_number(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(xml, "_BLOCK", 1 << 10)
    monkeypatch.setattr(xml, "LONGEST_RECORD", 20_000)
    file = tmp_path / "a.xml"
    text = pubmed_set(pubmed(1), pubmed(2), "<PubmedArticle>" + "x" * 40_000)
    file.write_text(text, encoding="utf-8")
    *found, last = documents(file)
    assert [each.pmid for each in found] == ["1", "2"]
    assert isinstance(last, Malformed)
    assert last.place.endswith(":record 3")
