"""One file that cannot be read is reported and counted; what never ends is not begun."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from msc_evidence.reading.texts.xml import element
from msc_evidence.registry.files import file_bytes, opened_file

RECORD = (
    "<PubmedArticleSet><PubmedArticle><MedlineCitation><PMID>1</PMID><Article><Abstract><AbstractText>Of 60 patients 5"
    " of 30 (17%) v 9 of 30 (30%) improved.</AbstractText></Abstract></Article></MedlineCitation></PubmedArticle>"
    "</PubmedArticleSet>"
)
CODECS = [
    "undefined", "idna", "punycode", "hex", "base64", "zip", "rot13", "utf-16", "utf_32", "ucs-4", "cp037",
    "unicode_escape", "raw_unicode_escape", "utf-7", "mbcs", "none-such", "x" * 300,
]  # fmt: skip


@pytest.mark.parametrize("codec", CODECS, ids=lambda codec: codec[:20])
def test_a_codec_that_cannot_decode_costs_its_file(codec):
    from msc_evidence.reading.texts.xml import UnreadableText, refuse_unknown

    with pytest.raises(UnreadableText, match="XML in the encoding"):
        refuse_unknown(f'<?xml version="1.0" encoding="{codec}"?>\n{RECORD}'.encode())


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one text, an XML of a codec that decodes nothing, and a pipe that nobody writes to."""
    (tmp_path / "good.txt").write_text("Of 60 patients 5 of 30 (17%) v 9 of 30 (30%) improved.")
    (tmp_path / "bad.xml").write_text(f'<?xml version="1.0" encoding="undefined"?>{RECORD}')
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "pipe.txt")
    return tmp_path


def test_the_rest_of_a_folder_is_read_and_what_was_skipped_is_counted(folder):
    from typer.testing import CliRunner

    from msc_evidence.cli.app import app

    skipped = 1 + hasattr(os, "mkfifo")
    for options, code in (((), 0), (("--fail-on-unread",), 2)):
        done = CliRunner().invoke(app, ["audit", str(folder), "-j", "1", *options])
        assert done.exit_code == code
        assert "bad.xml: XML in the encoding 'undefined'; save it as UTF-8; skipped" in done.stderr
        assert f"1 text ({skipped} malformed, skipped)" in done.stderr.splitlines()[-1]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="pipes and devices of POSIX")
@pytest.mark.parametrize(
    "command",
    [
        ("summarize", "-r"), ("check", "-r"), ("pool", "--data"), ("plot", "forest", "--data"),
        ("import",), ("read",), ("audit",),
    ],
    ids=" ".join,
)  # fmt: skip
@pytest.mark.parametrize("device", ["pipe.txt", "/dev/zero"])
def test_pipes_and_devices_are_refused_by_every_command_that_reads(folder, monkeypatch, command, device):
    from typer.testing import CliRunner

    from msc_evidence.cli.app import app

    monkeypatch.chdir(folder)
    done = CliRunner().invoke(app, [*command, device])
    assert (done.exit_code, done.stdout) == (2, "")
    assert "a pipe or a device, no file" in done.stderr


def test_a_file_is_read_to_its_bound_and_no_further(tmp_path):
    file = tmp_path / "a"
    file.write_bytes(b"x" * 10)
    assert file_bytes(file, 10) == b"x" * 10
    with pytest.raises(OSError, match="the most that is read"):
        file_bytes(file, 9)
    with pytest.raises(IsADirectoryError):
        opened_file(tmp_path)


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("<article><front><a/></front><body>1</body></article>", ["front"]),
        ("<article><front>" + "<front " * 5 + "</article>", []),
        ("<article><body>1</body></article>", []),
    ],
)
def test_of_an_article_the_front_alone_is_read(text, kept):
    assert [child.tag for child in element(text, "")] == kept
