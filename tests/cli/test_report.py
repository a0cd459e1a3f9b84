"""`report`: one file, the same for the same registry, and requests that cannot be met."""

from __future__ import annotations

import hashlib
import re
import subprocess
import sys

import pytest

from tests.plots.drawn import JUDGED

HIDDEN = "import sys; sys.modules['{}'] = None; from msc_evidence.cli import main; main()"


def without(module, *arguments, cwd):
    """The program where a module is not installed."""
    return subprocess.run(
        [sys.executable, "-c", HIDDEN.format(module), *arguments],
        cwd=cwd, capture_output=True, text=True, check=False,
    )  # fmt: skip


def test_the_same_registry_gives_the_same_bytes_and_is_named_by_its_hash(run, tmp_path):
    for name in ("a.html", "b.html"):
        ran = run("report", "-r", str(JUDGED), "-o", name)
        assert (ran.code, ran.out, ran.err) == (0, "", "")
    first, second = ((tmp_path / name).read_bytes() for name in ("a.html", "b.html"))
    assert first == second
    assert hashlib.sha256(JUDGED.read_bytes()).hexdigest().encode() in first
    assert b'Content-Security-Policy" content="default-src &#39;none&#39;; style-src &#39;sha256-' in first
    assert not re.search(rb"<link|src=|@import|url\((?!#)", first)


def test_markdown_goes_to_standard_output_and_holds_every_part(run):
    ran = run("report", "-r", str(JUDGED))
    assert ran.code == 0
    for part in ("Summary of findings", "Risk of bias", "Findings", "References", "SHA-256"):
        assert part.casefold() in ran.out.casefold()
    assert "<script" not in ran.out


def test_a_folder_of_registries_has_a_hash_of_its_own(run, tmp_path):
    folder = tmp_path / "parts"
    folder.mkdir()
    (folder / "all.yaml").write_bytes(JUDGED.read_bytes())
    assert run("report", "-r", "parts", "-o", "x.md").code == 0
    line = f"{hashlib.sha256(JUDGED.read_bytes()).hexdigest()}  all.yaml\n"
    assert hashlib.sha256(line.encode()).hexdigest() in (tmp_path / "x.md").read_text(encoding="utf-8")


def test_texts_are_escaped_in_markdown(run, edited, tmp_path):
    edited("name: Bang 2005\n", 'name: "<script>alert(1)</script> | Bang"\n')
    assert run("report", "-r", "edited.yaml", "-o", "x.md").code == 0
    text = (tmp_path / "x.md").read_text(encoding="utf-8")
    assert "<script" not in re.sub(r"(?ms)^```.*?^```$", "", text)  # a drawing is preformatted
    assert "\\| Bang" in text


def test_without_matplotlib_the_figures_are_left_out_and_that_is_said(tmp_path):
    done = without("matplotlib", "report", "-r", str(JUDGED), "-o", "x.html", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "Figures are left out: matplotlib" in (tmp_path / "x.html").read_text(encoding="utf-8")
    assert "pip install matplotlib" in done.stderr


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["-o", "no/x.html"], "no does not exist; make the folder first"),
        (["-o", "x.odt"], "x.odt"),
        (["-r", "none.yaml", "-o", "x.html"], "none.yaml"),
    ],
)
def test_requests_that_cannot_be_met(run, tmp_path, arguments, said):
    ran = run("report", *arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err
    assert not [*tmp_path.iterdir()]


def test_a_page_without_jinja2_says_what_to_install(tmp_path):
    done = without("jinja2", "report", "-o", "x.html", cwd=tmp_path)
    assert done.returncode == 2
    assert "pip install matplotlib jinja2" in done.stderr
    assert not [*tmp_path.iterdir()]


def test_a_name_without_a_suffix_says_what_was_written(run, tmp_path):
    ran = run("report", "-r", str(JUDGED), "-o", "page")
    assert ran.err == "page: no suffix, so written as Markdown; -o page.html makes a page\n"
    assert (tmp_path / "page").read_text(encoding="utf-8").startswith("# ")
    assert run("report", "-r", str(JUDGED), "-o", "page", "-f", "md").err == ""
