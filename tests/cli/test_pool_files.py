"""`pool --data` on files as people have them: each row by what it fills, and what a reader must know of it."""

from __future__ import annotations

import json
import math

import pytest

#: A file, the options, and the first row's numbers: k and the effect on the analysis scale.
READ = {
    "names in other cases": (
        "Study,AI,N1i,CI,N2i\nLee 2010,4,20,9,22\n", ("--measure", "OR"), 1, math.log((4 * 13) / (9 * 16)),
    ),
    "meta's columns": ("studlab;event.e;n.e;event.c;n.c\nLee;4;20;9;22\n", (), 1, math.log((4 * 13) / (9 * 16))),
    "words for arms": (
        "Author,Treatment mean,Treatment SD,Treatment n,Control mean,Control SD,Control n\nLee,6,1,15,5,1,14\n",
        (), 1, 1.0,
    ),
    "data rows of RevMan": (
        "Analysis group,Analysis number,Analysis name,Study,GIV Mean,GIV SE,Experimental mean,Experimental SD,"
        "Experimental cases,Experimental N,Control mean,Control SD,Control cases,Control N,O-E,Variance,Mean,CI start,"
        "CI end\n1,2,Days,Davis,0.0,0.0,5.0,4.7,0,13,6.5,3.8,0,13,0.0,0.0,0,0,0\n", (), 1, -1.5,
    ),
    "cells in one row, totals in another": (
        "study,ai,bi,ci,di,n1i,n2i\nLee,4,16,9,13,,\nOrr,4,,9,,20,22\n", ("--model", "common"), 2,
        math.log((4 * 13) / (9 * 16)),
    ),
    "an effect beside counts": (
        "study,ai,n1i,ci,n2i,yi,vi\nLee,4,20,9,22,,\nKim,,,,,-.4,.12\n", ("--measure", "OR"), 2, -0.519620080812,
    ),
    "an estimate beside counts": (
        "study,ai,n1i,ci,n2i,or,lower,upper\nLee,4,20,9,22,,,\nKim,,,,,.67,.34,1.32\n", ("--measure", "OR"), 2, None,
    ),
    "a ratio with its interval": (
        "study,hr,lower,upper\nLee,.70,.50,.98\n", (), 1, math.log(0.70),
    ),
    "a difference with its interval": ("study,MD,CI.lb,CI.ub\nLee,-2,-4,0\n", (), 1, -2.0),
    "an estimate that the measure explains": (
        "study,estimate,ci_lb,ci_ub\nLee,.70,.50,.98\n", ("--measure", "RR"), 1, math.log(0.70),
    ),
    "a ratio with its p": ("study,or,lower,upper,p\nLee,.70,,,.04\n", (), 1, math.log(0.70)),
    "an interval in one cell": ("Author,Year,OR,95% CI\nA,2001,0.70,0.50-0.98\n", (), 1, math.log(0.70)),
    "an interval with words": ("study,hr,CI\nLee,.70,[.50 to .98]\nOrr,NA,\n", (), 1, math.log(0.70)),
    "an interval below 0": ("study,MD,CI\nLee,-2,-4–-0.5\n", (), 1, -2.0),
    "an interval beside its estimate": ("study;OR\nLee;0,70 (0,50–0,98)\n", (), 1, math.log(0.70)),
    "an estimate in a column of intervals": ("study,HR (95% CI)\nLee,0.70 [0.50; 0.98]\n", (), 1, math.log(0.70)),
    "a logarithm with its SE": ("study,logHR,SE\nLee,-0.3567,0.1716\n", (), 1, -0.3567),
}  # fmt: skip


@pytest.mark.parametrize(("text", "options", "k", "estimate"), READ.values(), ids=READ)
def test_each_row_by_the_columns_that_it_fills(run, tmp_path, text, options, k, estimate):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    ran = run("pool", "--data", "in.csv", *options, "-f", "json")
    assert ran.code == 0, ran.err
    row = json.loads(ran.out)["rows"][0]
    assert row["k"] == k
    assert estimate is None or row["estimate"] == pytest.approx(estimate, abs=1e-9)


#: A file with an interval of another level, and the standard error of its logarithm or difference.
LEVELS = {
    "95% where nothing is said": ("study,hr,lower,upper\nLee,.70,.50,.98\n", 3.919927969080108),
    "a column": ("study,hr,lower,upper,level\nLee,.70,.50,.98,90\n", 3.289707253902945),
    "a share": ("study,hr,lower,upper,level\nLee,.70,.50,.98,.9\n", 3.289707253902945),
    "the names of the limits": ("study,hr,90% CI lower,90% CI upper\nLee,.70,.50,.98\n", 3.289707253902945),
}


@pytest.mark.parametrize(("text", "width"), LEVELS.values(), ids=LEVELS)
def test_an_interval_is_read_at_its_own_level(run, tmp_path, text, width):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    ran = run("pool", "--data", "in.csv", "-f", "json")
    assert json.loads(ran.out)["rows"][0]["se"] == pytest.approx(math.log(0.98 / 0.50) / width, rel=1e-9)
    assert ("taken as 95% ones" in ran.err) == (width > 3.5)


@pytest.mark.parametrize("header", ["Author,Year", "author,year"])
def test_author_and_year_name_the_study(run, tmp_path, header):
    (tmp_path / "in.csv").write_text(f"{header},OR,95% CI\nA,2001,0.70,0.50-0.98\nA,2003,.8,.6-1.07\n")
    shown = run("pool", "--data", "in.csv").out
    assert "A 2001  0.70 (0.50 to 0.98)" in shown
    assert "A 2003  0.80 (0.60 to 1.07)" in shown


def test_an_interval_is_shown_as_printed(run, tmp_path):
    (tmp_path / "in.csv").write_text("study,or,lower,upper\nA,.70,.50,1.40\n")
    assert "0.70 (0.50 to 1.40)" in run("pool", "--data", "in.csv").out


#: A file, the options, and what standard error says of it.
REMARKS = {
    "a row that is left out": (
        "study,yi,vi\nAmes,.3,.1\nBoyd,#N/A,#N/A\n", (), "Boyd (line 3) is not in the pool: yi and vi are missing",
    ),
    "a p of 1": (
        "study,or,lower,upper,p\nA,.7,,,1\nC,.7,.5,.98,\n", (),
        "A (line 2) is not in the pool: p is 1, which gives no SE",
    ),
    "a p of 0": (
        "study,or,lower,upper,p\nA,.7,,,0.000\nC,.7,.5,.98,\n", (),
        "A (line 2) is not in the pool: p is 0.000, which gives no SE",
    ),
    "a bound": (
        "study,or,lower,upper,p\nA,.7,,,<0.05\nC,.7,.5,.98,<0.05\n", (),
        "A (line 2) is not in the pool: p is <0.05, which gives no SE",
    ),
    "a lone p as a bound": (
        "study,pi,n1i,n2i,direction\nA,NS,20,20,1\nB,.03,20,20,1\n", (),
        "A (line 2) is not in the pool: pi is NS, which",
    ),
    "its cells by the file's names": (
        "study,event.e,n.e,event.c,n.c\nA,1,9,2,9\nB,1,,2,9\n", (), "B (line 3) is not in the pool: n.e is missing",
    ),
    "one control group twice": (
        "study,ai,n1i,ci,n2i\nLee 2010 low,4,20,9,22\nLee 2010 high,5,21,9,22\n", (),
        "2 rows of Lee 2010 have the same control group (9 of 22): their treatment arms are combined (9 of 41)",
    ),
    "one control of means twice": (
        "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nLee 2010 (a),5,2,20,4,2,22\nLee 2010 (b),6,2,20,4,2,22\n", (),
        "the same control group (4 ± 2, n 22): their treatment arms are combined (5.5 ± 2.038, n 40)",
    ),
    "an arm that a moderator needs apart": (
        "study,ai,n1i,ci,n2i,dose\nLee 2010 low,4,20,9,22,1\nLee 2010 high,5,21,9,22,2\nOrr,5,40,8,38,1.5\n",
        ("--moderators", "dose"), "which counts 2 times: dose needs them apart; --arms split divides the control",
    ),
    "a letter after the year": (
        "study,ai,n1i,ci,n2i\nLee 2010a,4,20,9,22\nLee 2010b,5,21,9,22\n", (),
        "2 rows of Lee 2010 have the same control group (9 of 22): their treatment arms are combined (9 of 41)",
    ),
    "one label for two arms": (
        "study,ai,n1i,ci,n2i\nA 2001,4,20,9,22\nA 2001,5,21,9,22\n", (),
        "2 rows of A 2001 have the same control group (9 of 22): their treatment arms are combined (9 of 41)",
    ),
    "one label for two arms with the control split": (
        "study,ai,n1i,ci,n2i\nA 2001,4,20,9,22\nA 2001,5,21,9,22\n", ("--arms", "split"), "(4.5 of 11 each)",
    ),
    "like labels with one control": (
        "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA low,5,2,20,6,2,20\nA high,4,2,20,6,2,20\n", (),
        "A low and A high have the same control group (6 ± 2, n 20): if it is one group it counts 2 times; rows under"
        " one label",
    ),
    "an estimate near its counts": (
        "study,ai,n1i,ci,n2i,rr,lower,upper\nA,5,50,10,50,.62,.23,1.67\nB,5,50,10,50,.50,.18,1.36\n", (),
        "A: rr is .62, but the counts give RR 0.5; the counts are taken (is the estimate adjusted?)",
    ),
    "a p of another size": (
        "study,m1i,sd1i,n1i,m2i,sd2i,n2i,p\nA,5,2,20,6,2,20,.90\nB,5,2,20,6,2,20,.12\n", (),
        "A: p is .90, but its means give about 0.11; the means are taken",
    ),
    "text for a p that is not needed": (
        "study,ai,n1i,ci,n2i,p\nA,5,50,10,50,.90\nB,5,50,10,50,see text\n", (), "measure OR, by",
    ),
    "a p beside counts": (
        "study,ai,n1i,ci,n2i,p\nA,5,50,10,50,.90\nB,5,50,10,50,NS\n", (),
        "A: p is .90, but its counts give about 0.17; the counts are taken",
    ),
    "one control at two times": (
        "study,ai,n1i,ci,n2i\nLee 2010 3 mo,4,20,9,22\nLee 2010 (6 mo),5,20,9,22\n", (),
        "2 rows are of Lee 2010: results of the same",
    ),
    "one study at two times": (
        "study,yi,vi\nLee 2010 3 mo,.3,.1\nLee 2010 6 mo,.35,.1\n", (), "2 rows are of Lee 2010: results of the same",
    ),
    "SE among SDs": (
        "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nAmes,24,9.8,40,21,10.3,41\nBoyd,23,1.6,38,20,1.5,39\nCole,22,10,50,21,9.9,52\n",
        (), "the SDs of Boyd (1.6 and 1.5) are 6.5 times smaller than the others' (about 10), and √n is 6.2: are they",
    ),
    "codes as amounts": (
        "study,yi,vi,route\na,.1,.1,1\nb,.2,.1,2\nc,.4,.1,3\nd,.3,.1,1\n", ("--moderators", "route"),
        "route is taken as an amount, one slope per step of 1; if 1, 2 and 3 are categories: --categories route",
    ),
    "an estimate beside the middle": (
        "study,or,lower,upper\nA,.7,.5,1.4\nB,.70,.50,.98\n", (),
        "the estimate of A is not in the middle of its interval on the logarithm",
    ),
    "no names": ("yi,vi\n.3,.1\n", (), "no column of names"),
    "an empty name": ("study,yi,vi\n,.3,.1\n,.4,.1\n", (), "study is empty on lines 2 and 3: named by the line"),
    "the scale of effects": (
        "study,ai,n1i,ci,n2i,yi,vi\nLee,4,20,9,22,,\nKim,,,,,-.4,.12\n", ("--measure", "RR"),
        "yi of Kim is taken as ln RR",
    ),
    "effects of a named ratio": (
        "study,effect,se\nA,.70,.17\nB,.80,.15\n", ("--measure", "HR"),
        "effect of A and B is taken as ln HR, no ratio; a column of ratios is named HR or estimate",
    ),
    "effects of no measure": (
        "study,ES,se\nA,.70,.17\n", (), "ES of A is taken as it stands; of a ratio it must be the logarithm",
    ),
    "effects of a difference": ("study,TE,seTE\nA,.70,.17\n", ("--measure", "MD"), "TE of A is taken as MD"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "options", "said"), REMARKS.values(), ids=REMARKS)
def test_what_a_reader_must_know_is_said(run, tmp_path, text, options, said):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    ran = run("pool", "--data", "in.csv", *options)
    assert ran.code == 0, ran.err
    assert said in ran.err


@pytest.mark.parametrize(("column", "shown"), [("effect", True), ("TE", True), ("logHR", False)])
def test_the_scale_of_effects_stands_below_the_pool(run, tmp_path, column, shown):
    (tmp_path / "in.csv").write_text(f"study,{column},se\nA,.70,.17\nB,.80,.15\n")
    words = " ".join(run("pool", "--data", "in.csv", "--measure", "HR").out.split())
    assert (f"{column} of A and B is taken as ln HR" in words) is shown


@pytest.mark.parametrize(
    ("text", "options"),
    [
        ("study,yi,vi\nLee 2010a,.3,.1\nLee 2010b,.35,.1\n", ()),
        ("study,ai,n1i,ci,n2i\nLee 2010,4,20,9,22\nOrr 2011,5,21,9,22\n", ("--measure", "OR")),
        ("study,yi,vi,dose\na,.1,.1,10\nb,.2,.1,20\nc,.4,.1,30\n", ("--moderators", "dose", "--measure", "GEN")),
        ("study,ai,n1i,ci,n2i\nLee 2010a,4,20,0,22\nLee 2010b,5,21,0,22\n", ("--measure", "RD")),
        (
            "study,ai,n1i,ci,n2i,rr,95% lower,95% upper\nA,5,50,10,50,.50,.18,1.36\nB,0,50,10,50,.05,.003,.79\n",
            ("--measure", "RR"),
        ),
        ("study,ai,n1i,ci,n2i\nTrial 1,4,20,9,22\nTrial 2,5,21,9,22\n", ("--measure", "OR")),
        (
            "study,m1i,sd1i,n1i,m2i,sd2i,n2i\nA,4,9.8,40,2,9,41\nB,3,5,8,2,5,9\nC,2,10,50,1,9.9,52\n",
            ("--measure", "MD"),
        ),
    ],
    ids=["letters tell studies apart", "controls of two studies", "amounts", "controls without events",
         "one result twice", "labels without a name", "a smaller SD"],
)  # fmt: skip
def test_what_is_usual_gets_no_remark(run, tmp_path, text, options):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    err = run("pool", "--data", "in.csv", *options).err.replace(
        "measure GEN, by the columns; --measure names another\n", ""
    )
    assert err == ""


ARMS = """study,ai,n1i,ci,n2i,g
Lee 2010 low dose,4,20,9,22,x
Lee 2010 high dose,5,21,9,22,{}
Orr 2019,5,40,8,38,y
"""


@pytest.mark.parametrize(
    ("group", "options", "k", "ratio"),
    [
        ("x", (), 2, (9 / 41) / (9 / 22)),
        ("x", ("--arms", "split"), 3, (4 / 20) / (9 / 22)),
        ("x", ("--by", "g"), 2, (9 / 41) / (9 / 22)),
        ("z", ("--by", "g"), 3, (4 / 20) / (9 / 22)),
    ],
    ids=["combined", "split", "combined within a group", "rows of other groups"],
)
def test_a_control_group_counts_once(run, tmp_path, group, options, k, ratio):
    (tmp_path / "in.csv").write_text(ARMS.format(group))
    ran = run("pool", "--data", "in.csv", "--measure", "RR", "--influence", *options, "-f", "json")
    assert len(json.loads(ran.out)["rows"]) == k
    ran = run("plot", "forest", "--data", "in.csv", "--measure", "RR", *options)
    first = next(line for line in ran.out.splitlines() if line.startswith("Lee"))
    assert f"{ratio:.2f} (" in first


#: A file, the options, and where and how it is refused.
REFUSED = {
    "variance and SE": (
        "study,yi,vi,sei\nA,.3,.10,.10\n", (), "in.csv:2:4: sei is .10, whose square is 0.01, and vi is .10",
    ),
    "cells and totals": (
        "study,ai,bi,ci,di,n1i,n2i\nA,4,16,9,13,25,22\n", (), "in.csv:2:6: n1i is 25, but ai and bi are 20",
    ),
    "SD and SE": (
        "study,m1i,sd1i,se1i,n1i,m2i,sd2i,n2i\nA,5,9,9,25,4,9,25\n", (), "in.csv:2:4: se1i is 9, an SD of 45 with 25",
    ),
    "an estimate against its counts": (
        "study,ai,n1i,ci,n2i,estimate,ci_lb,ci_ub\nA,5,50,10,50,2.0,.73,5.4\n", ("--measure", "RR"),
        "in.csv:2:6: estimate is 2.0, but the counts give RR 0.5, outside the printed interval: one of them",
    ),
    "an estimate alone against its counts": (
        "study,ai,n1i,ci,n2i,OR\nA,15,50,40,50,6\n", (), "in.csv:2:6: OR is 6, but the counts give OR 0.107",
    ),
    "an estimate without interval": ("study,or,95% CI\nA,.8,.6\n", (), "or needs its interval beside it"),
    "an estimate against its means": (
        "study,m1i,sd1i,n1i,m2i,sd2i,n2i,MD,p\nA,5,2,20,6,2,20,4,.01\n", (),
        "in.csv:2:8: MD is 4, but the means give MD -1, outside",
    ),
    "no p": ("study,or,p\nA,.7,1.5\n", (), "in.csv:2:3: p is 1.5; a p is between 0 and 1"),
    "limits of one cell in the wrong order": (
        "study,hr,95% CI,n\nA,.7,.98-.5,9\n", (), "in.csv:2:3: 95% CI lower is .98, above 95% CI upper",
    ),
    "means with their SDs": (
        "study,treated,control\nA,5.0 ± 4.7,6.5 ± 3.8\n", (),
        "treated holds two numbers (5.0 ± 4.7): split it into 'treated mean' and 'treated SD' (or SE)",
    ),
    "limits in the wrong order": ("study,hr,lower,upper\nA,.7,.98,.5\n", (), "in.csv:2:3: lower is .98, above upper"),
    "an estimate outside": ("study,hr,lower,upper\nA,1.7,.5,.98\n", (), "in.csv:2:2: hr is 1.7, outside its interval"),
    "a ratio below 0": ("study,hr,lower,upper\nA,-.36,-.69,-.02\n", (), "in.csv:2:2: hr is -.36; a ratio is above 0"),
    "ratios as effects": (
        "study,effect,se,lower,upper\nA,.70,.17,.50,.98\nB,.80,.15,.60,1.07\n", ("--measure", "HR"),
        "in.csv:2:2: effect is .70, lower is .50, upper is .98: as ratios as printed lie; name the column",
    ),
    "an unknown level": ("study,hr,lower,upper,level\nA,.7,.5,.98,5\n", (), "in.csv:2:5: level is 5; expected"),
    "an estimate on no scale": ("study,estimate,ci_lb,ci_ub\nA,.7,.5,.98\n", (), "estimate: on which scale? --measure"),
    "another measure than named": ("study,hr,lower,upper\nA,.7,.5,.98\n", ("--measure", "OR"), "missing columns ai, "),
    "two columns of one meaning": ("study,yi,se,std.err\nA,.7,.5,.5\n", (), "in.csv:1:4: se and std.err both mean sei"),
    "an arm by its name": ("study,yi,vi\nA,.3,.1\n", ("--arms", "low"), "--arms low: with --data combine or split"),
    "changes": (
        "study,pre1,post1,sd1,n1i,pre2,post2,sd2,n2i,r\nA,10,6,2,20,10,8,2,22,.6\n", ("--measure", "SMD"),
        "in.csv:1:1: missing columns m1i, m2i: SMD needs m1i sd1i n1i m2i sd2i n2i; of changes m1i and m2i are mean",
    ),
    "several analyses": (
        "Analysis name,Study,Experimental cases,Experimental N,Control cases,Control N\n"
        "Death,A,1,9,2,9\nFalls,A,3,9,4,9\n",
        (), "the rows are of 2 analyses ('Death', 'Falls'); keep those of one, or pool each: --batch 'Analysis name'",
    ),
    "two columns where one is meant": (
        "study,yi,vi,g,h\nA,.1,.1,x,y\n", ("--by", "g, h"), "in.csv:1:1: missing column g, h; known: study, yi, vi",
    ),
    "one label and the same numbers": (
        "study,ai,n1i,ci,n2i\nA 2001,4,20,9,22\nA 2001,4,20,9,22\n", (), "study 'A 2001' is already on line 2",
    ),
    "RevMan 5's export": ("Comparison Number,Outcome Number,Name\n1,1,A\n", (), "msc-evidence import reads it"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "options", "said"), REFUSED.values(), ids=REFUSED)
def test_contradictions_and_open_scales_are_refused_at_their_place(run, tmp_path, text, options, said):
    (tmp_path / "in.csv").write_text(text, encoding="utf-8")
    ran = run("pool", "--data", "in.csv", *options)
    assert (ran.code, ran.out) == (2, "")
    assert said in ran.err


MODERATED = """study,yi,vi,"dose, mg",Route
a,.1,.1,10,1
b,.2,.1,20,2
c,.4,.1,30,3
d,.4,.2,40,1
e,.3,.2,45,2
f,.9,.2,50,3
"""


@pytest.mark.parametrize(
    ("options", "terms"),
    [
        (("--moderators", "dose, mg"), ["intercept", "dose, mg"]),
        (("--moderators", "route"), ["intercept", "Route"]),
        (("--categories", "route"), ["intercept", "Route=2", "Route=3"]),
        (
            ("--moderators", "dose, mg", "--categories", "Route"),
            ["intercept", "dose, mg", "Route=2", "Route=3"],
        ),
    ],
    ids=" ".join,
)
def test_moderators_by_their_names_as_amounts_or_categories(run, tmp_path, options, terms):
    (tmp_path / "in.csv").write_text(MODERATED, encoding="utf-8")
    ran = run("pool", "--data", "in.csv", *options, "-f", "json")
    assert [row["term"] for row in json.loads(ran.out)["rows"]] == terms


def _rows(groups: str, effects: list[float]) -> str:
    rows = (
        f"s{at},{effect},{at + 10}e-2,{group}\n"
        for at, (group, effect) in enumerate(zip(groups, effects, strict=True))
    )
    return "study,yi,vi,g\n" + "".join(rows)


@pytest.mark.parametrize(
    ("groups", "few"),
    [("xxyyyyy", "g x has fewer"), ("xxyyy", "g x and g y have fewer"), ("xyyyyy", ""), ("xxxxxyyyyy", "")],
)
def test_subgroups_of_few_studies_are_said_to_be_uncertain(run, tmp_path, groups, few):
    (tmp_path / "in.csv").write_text(_rows(groups, [0.1 * (at % 4) for at in range(len(groups))]))
    out = " ".join(run("pool", "--data", "in.csv", "--measure", "MD", "--by", "g").out.split("\n· ")[1:])
    assert ("studies: no single model" in out) is bool(few)
    assert few in out


def test_equal_effects_are_pooled_and_have_no_asymmetry_to_test(run, tmp_path):
    (tmp_path / "in.csv").write_text(_rows("x" * 11, [0.3] * 11))
    ran = run("pool", "--data", "in.csv", "--measure", "MD", "--bias")
    assert ran.code == 0, ran.err
    assert "mean difference 0.30" in ran.out
    assert "All effects are equal: no asymmetry can be tested." in ran.out
