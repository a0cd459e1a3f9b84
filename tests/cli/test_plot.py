"""`plot`: drawn in the terminal and to files, and requests that cannot be met."""

from __future__ import annotations

import subprocess
import sys

import pytest

from msc_evidence.plots import plot_names
from tests.cli.conftest import ROOT
from tests.plots.drawn import JUDGED, Svg

BCG = "study,ai,n1i,ci,n2i\nAronson 1948,4,123,11,139\nFerguson 1949,6,306,29,303\n"


def registry(name: str) -> tuple[str, ...]:
    """Nobody judged the trials of the shipped registry; the only distributions are of a trial of MAPC."""
    if name == "trust":
        return "-r", str(ROOT / "docs" / "trusted.yaml")
    return ("-r", str(JUDGED)) if name == "rob" else ("--design", "any", "--cells", "any")


@pytest.mark.parametrize("name", plot_names())
def test_every_plot_draws_in_a_terminal_without_matplotlib(run, name):
    hidden = "import sys; sys.modules['matplotlib'] = None; from msc_evidence.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "plot", name, "--ascii", *registry(name)],
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert done.stdout.isascii()
    assert max(map(len, done.stdout.splitlines())) <= 80


@pytest.mark.parametrize(
    ("name", "start"), [("shift.svg", b"<?xml"), ("rob.pdf", b"%PDF"), ("funnel.png", b"\x89PNG")]
)
def test_the_suffix_names_the_format(run, tmp_path, name, start):
    plot = name.partition(".")[0]
    ran = run("plot", plot, "-o", name, "--width", "85", "-q", *registry(plot))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert (tmp_path / name).read_bytes().startswith(start)
    assert [file.name for file in tmp_path.iterdir()] == [name]


def test_own_data_are_drawn_and_the_measure_chosen_is_named(run, tmp_path):
    (tmp_path / "bcg.csv").write_text(BCG, encoding="utf-8")
    ran = run("plot", "forest", "--data", "bcg.csv", "--measure", "RR")
    assert "0.41 (0.13 to 1.26)" in ran.out  # metafor: escalc(measure="RR", 4, 119, 11, 128)
    assert run("plot", "forest", "--data", "bcg.csv").err.startswith("measure OR, by the columns")


BY = "study,yi,vi,g\nc,.9,.2,y\na,.3,.1,x\nd,.8,.2,y\nb,.5,.1,x\nnone,NA,NA,z\n"


def test_a_forest_by_groups_has_their_subtotals_and_whether_they_differ(run, tmp_path):
    (tmp_path / "in.csv").write_text(BY)
    ran = run("plot", "forest", "--data", "in.csv", "--by", "g", "--model", "common")
    rows = [line.split()[0] for line in ran.out.splitlines() if line and not line.startswith(" ")]
    assert rows[2:10] == ["g", "c", "d", "Subtotal", "g", "a", "b", "Subtotal"]
    subtotals = [line for line in ran.out.splitlines() if line.startswith(("Subtotal", "Pooled  "))]
    said = ("0.85 (0.23 to 1.47)", "0.40 (−0.04 to 0.84)", "0.55 (0.19 to 0.91)")
    assert all(words in line for words, line in zip(said, subtotals, strict=True))
    assert "Test of difference between subgroups: Q 1.35, df 1, p 0.2453." in ran.out
    assert "none: a number that it needs is missing" in ran.out
    assert "none (line 6) is not in the pool: yi and vi are missing" in ran.err
    assert run("plot", "forest", "--data", "in.csv", "--by", "g", "-o", "by.svg", "-q").err == ""
    picture = (tmp_path / "by.svg").read_text(encoding="utf-8")
    assert picture.count("Subtotal") == 2
    assert 'id="panel-1-subtotal-3-diamond"' in picture
    assert 'id="panel-1-square-4"' in picture


BCG_FILE = str(ROOT / "examples" / "bcg.yaml")


def test_a_forest_of_a_registry_stands_in_groups_or_one_by_one(run, tmp_path):
    """The numbers are metafor's: tests/reference/bcg_groups.json."""
    by = run("plot", "forest", "-r", BCG_FILE, "--by", "design").out
    names = [line for line in by.splitlines() if line.startswith(("design ", "Subtotal"))]
    assert [name.split()[:2] for name in names[::2]] == [
        ["design", "non-randomised"],
        ["design", "randomised"],
    ]
    assert [name[-19:].strip() for name in names[1::2]] == ["0.62 (0.40 to 0.95)", "0.38 (0.22 to 0.65)"]
    assert "Test of difference between subgroups: Q 1.95, df 1, p 0.1630." in by
    cumulative = run("plot", "forest", "-r", BCG_FILE, "--cumulative", "year").out
    assert "one study after the other, by year" in cumulative
    assert cumulative.index("to Stein & Aronson 1953") < cumulative.index("to Rosenthal 1960")
    left = run("plot", "forest", "-r", BCG_FILE, "--leave-one-out", "--level", "99").out
    assert "Effect (99% CI)" in left
    assert "without TPT Madras 1980" in left
    assert run("plot", "forest", "-r", BCG_FILE, "--by", "design", "-o", "by.svg", "-q").err == ""
    assert (tmp_path / "by.svg").read_text(encoding="utf-8").count("Subtotal") == 2


def test_risk_of_bias_stands_beside_the_studies_by_the_instrument_of_each(run, tmp_path):
    ask = ("plot", "forest", "mrs", "--definition", "mRS 0-2", "-r", str(JUDGED), "--design", "any")
    out = run(*ask).out
    lines = {line.split(" 2")[0]: line for line in out.splitlines()}
    assert lines["Alpha"].endswith("39.5 ++++-   -")
    assert lines["Delta"].endswith("19.7 x++++-+ x")
    assert lines["Gamma"].endswith("15.0")
    said = " ".join(out.split())
    assert "Risk of bias by RoB 2 (Alpha 2019 and Beta 2021): 1 randomisation process;" in said
    assert "Risk of bias by ROBINS-I (Delta 2024): 1 confounding;" in said
    assert "Risk of bias not judged: Gamma 2023." in said
    assert run(*ask, "-o", "x.svg", "-q").err == ""
    found = Svg((tmp_path / "x.svg").read_bytes())
    assert len(found.ids("panel-1-bias-")) == 6 + 6 + 8
    assert run(*ask, "-o", "x.svg", "-q", "--width", "85").err == ""
    assert len(Svg((tmp_path / "x.svg").read_bytes()).ids("panel-1-bias-")) == 3


def test_times_stand_in_their_order_and_what_has_no_pool_at_the_end(run):
    out = run("plot", "forest", "mrs").out
    places = [out.index(f"modified Rankin Scale at {at}, ") for at in ("3 mo", "6 mo", "12 mo")]
    assert places == sorted(places)
    assert out.startswith("modified Rankin Scale at 3 mo, ")
    said = " ".join(out[out.index("Not drawn") :].split())
    assert (
        "ISIS-HERMES (modified Rankin Scale, time not reported): says what was found without numbers" in said
    )
    assert "Lee 2010: compares 'mRS 0-3'" in said
    assert "Bhasin 2013, Fang 2019, Law 2021, Lee 2022, ACTIsSIMA: no result of this outcome" in said


def test_the_sides_are_called_as_on_every_other_screen(run):
    assert "favours MSC" in run("plot", "forest", "barthel").out
    assert "Study     MSC Control" in run("plot", "forest", "barthel").out
    assert "favours MSC" in run("plot", "albatross").out
    assert "favours BCG   favours no vaccine" in run("plot", "forest", "-r", BCG_FILE).out


def test_what_a_registry_says_is_drawn_and_nothing_else(run, edited, tmp_path):
    edited("name: Bang 2005\n", 'name: "<script>alert(1)</script> $x^2$ Bang"\n')
    assert run("plot", "forest", "barthel", "-r", "edited.yaml", "-o", "x.svg").code == 0
    raw = (tmp_path / "x.svg").read_bytes()
    assert b"<script" not in raw
    assert any("$x^2$" in text for text in Svg(raw).texts())


def test_signs_that_act_are_shown_and_the_svg_stays_well_formed(run, edited, tmp_path):
    edited("name: Bang 2005\n", 'name: "Bang\\n2005\\e[31m"\n')
    assert run("plot", "forest", "barthel", "-r", "edited.yaml", "-o", "x.svg", "-q").err == ""
    found = Svg((tmp_path / "x.svg").read_bytes())
    assert any("Bang 2005\N{REPLACEMENT CHARACTER}[31m" in text for text in found.texts())
    assert "Bang 2005\N{REPLACEMENT CHARACTER}[31m" in found.groups["description"].text


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["plot", "florest"], "unknown plot 'florest'; did you mean 'forest'?"),
        (["plot", "forest", "-o", "x.jpg"], "x.jpg: the name of a picture ends in .svg, .pdf, .png"),
        (["plot", "forest", "-o", "no/x.svg"], "/no does not exist; make the folder first"),
        (["plot", "forest", "--width", "85"], "--width is that of a file; give one with -o"),
        (["plot", "forest", "--width", "90", "-o", "x.svg"], "--width 90 is not 85 or 174"),
        (["plot", "shift", "--measure", "OR"], "--measure of a pool; shift pools nothing"),
        (["plot", "funnel", "--data", "x.csv", "--by", "g"], "--by arranges the studies of the forest plot, not of"),
        (["plot", "forest", "--by", "rout"], "--by: unknown field 'rout'; did you mean 'route'?"),
        (["plot", "forest", "--by", "year", "--leave-one-out"], "one forest at a time: --by or --leave-one-out"),
        (["plot", "forest", "--cumulative", " "], "--cumulative names no field"),
        (["plot", "forest", "barthel", "--leave-one-out"], "leaving one out needs two studies that can be pooled, and"),
        (["plot", "shift", "--data", "x.csv"], "--data draws forest and funnel, not shift"),
        (["plot", "forest", "mrs", "--data", "x.csv"], "--outcome chooses from the registry, not from --data"),
        (["plot", "forest", "--ascii", "-o", "x.svg"], "--ascii is for the terminal"),
        (["plot", "timeline", "--at", "90d"], "--at would change nothing in timeline"),
        (["plot", "rob", "--definition", "mRS 0-2"], "--definition would change nothing in rob"),
        (["plot", "rob"], "no risk of bias is judged"),
        (["plot", "shift", "barthel"], "reports no distribution of both arms over the categories"),
        (["plot", "funnel", "barthel"], "a funnel plot needs two studies"),
    ],
)  # fmt: skip
def test_requests_that_cannot_be_met(run, tmp_path, arguments, said):
    ran = run(*arguments)
    assert (ran.code, ran.out) == (2, "")
    assert said in " ".join(ran.err.split())
    assert not [*tmp_path.iterdir()]


def test_a_file_without_matplotlib_says_what_to_install(tmp_path):
    hidden = "import sys; sys.modules['matplotlib'] = None; from msc_evidence.cli import main; main()"
    done = subprocess.run(
        [sys.executable, "-c", hidden, "plot", "shift", "--cells", "any", "-o", "x.svg"],
        cwd=tmp_path, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install matplotlib" in done.stderr
    assert not [*tmp_path.iterdir()]


def test_without_a_name_it_lists_every_plot(run):
    lines = run("plot").out.splitlines()
    assert [line.split()[0] for line in lines] == plot_names()
    assert all(line.endswith(".") for line in lines)
