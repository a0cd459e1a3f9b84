"""The commands whose whole answers are kept, each with the files it reads."""

from __future__ import annotations

from pathlib import Path

from msc_evidence.cli.commands import COMMANDS as COMMAND_NAMES
from msc_evidence.exchange.export import export_names
from msc_evidence.plots import plot_names
from msc_evidence.tables.review import table_names
from tests.cli.test_import import ROBVIS
from tests.cli.test_import import TABLES as TABLES_OF_STUDIES
from tests.cli.test_import_reviews import BIAS, REVMAN_5, RM5, ROWS
from tests.exchange.test_citations import FOREIGN_BIBTEX, FOREIGN_RIS
from tests.fuzz.kinds import BESIDE, ROOT, kinds
from tests.fuzz.kinds import REGISTRIES as REGISTRIES_FOLDER
from tests.reading.tables_of import article_xml, table_xml

KINDS = kinds()
#: Asked of small registries: what has no kind of its own. The page is shown as an outline.
COMMANDS = (
    "summarize -f json",
    "compare -f csv",
    "recompute -f json",
    "check --min-severity note -f json",
    "pool",
    "pool -f json",
    *(f"table {name} -f md" for name in table_names()),
    *(f"plot {name} --ascii" for name in plot_names() if name != "feasible"),
    *(f"export {name} -o out" for name in export_names() if name != "datapackage"),
)
#: What is long, or takes long, is asked of some of them.
REGISTRIES = {
    "quarrels": (*COMMANDS, "export datapackage -o out", "report -o out.html"),
    "hearts": (*COMMANDS, "feasible"),
    "knees": (*COMMANDS, "feasible -f json"),
    "minds": (*COMMANDS, "report -o out.html --outcome mood"),
    "statins": (*COMMANDS, "report -o out.html"),
}

#: Asked of files of the documentation and of examples, which have judgements and many studies.
JUDGED = (
    *(f"table {name} -f md" for name in ("trust", "rob", "rob1", "robins", "robins2", "sof", "claims")),
    *(f"plot {name} --ascii" for name in ("forest", "rob", "trust")),
    "pool --trust exclude",
    "report -o out.html",
)
OTHERS = {
    "trusted": ROOT / "docs/trusted.yaml",
    "judged": ROOT / "docs/judged.yaml",
    "asthma": ROOT / "examples/asthma.yaml",
}

HEAD = "| | Cells (n = 20) | Control (n = 24) | P"
#: Tables of one article, in which each form of a cell, a size, a mark and a head stands once.
TABLES = article_xml(
    table_xml(
        HEAD,
        "Men, n (%) | 12 (60) | 14 (58) | .91\nAge, mean (SD) | 61 (9) | 62 (8) | .70\nStay, median (IQR) | 5 (3–9)"
        " | 6 (4–8) | .2\nSex, M/F | 12/8 | 14/10 | \nFalls, number | 327 | 41 | <.001"
        "\nIll | 9/18 (50%) | 1/24 (<5%) | .001",
        caption="Characteristics at entry",
        foot="Values are n (%) unless said otherwise.",
    ),
    table_xml(
        "| | Cells (n = 20) | Control (n = 24) | Difference (95% CI) | P",
        "NIHSS at 3 months | 8.1 ± 2.9 | 10.4 ± 3.1 | −2.3 (−4.1 to −0.5) | .02\n>>5 At 12 months\nNIHSS^a^ | 7.0 ± 2.5"
        " | 9.9 ± 3.0 | −2.9 (−4.6 to −1.2) | .001\nDeath* | 2 (10) | 9 (38) | 0.27 (0.06 to 1.1) | .08",
        caption="Outcomes, mean ± SD or n (%)",
        foot="<sup>a</sup> n = 18. * Risk ratio. † Cells 18, control 22.",
        id="T2",
    ),
    table_xml(
        "| vv2 | >>2 Cells | >>2 Control\n| Before (n = 20) | After (n = 19) | Before (n = 24) | After (n = 22)",
        "Barthel | 41.2 (8.8) | 55.0 (9.4) | 40.1 (9.0) | 48.7 (9.9)"
        "\nWalk alone, n (%) | 3 (15) | 9 (47) | 4 (17) | 5 (23)",
        caption="Before and after. Values are mean (SD).",
        id="T3",
    ),
    table_xml(
        "| | All (n = 44) | Cells (n = 20) | Control (n = 24)",
        "Adverse events | 26 (59) | 12 (60) | 14 (58)\nFever | 5 (11) | 5 (25) | 0\nSeizure | 1 (2) | 0 (0) | 1 (4)",
        caption="Adverse events, n (%)",
        id="T4",
    ),
    title="Cells after stroke: a randomised trial",
    abstract="We randomised 44 patients to cells (n = 20) or control (n = 24). At 3 months NIHSS was 8.1 ± 2.9 with"
    " cells and 10.4 ± 3.1 with control (P = .02). Two died with cells and nine with control (10% v 38%).",
)
#: A number that is raised is a reference of the text, a letter a footnote of the table.
MARKED = TABLES.replace("Fever", 'Fever<xref ref-type="bibr" rid="b12">12</xref>').replace(
    "Seizure", 'Seizure<xref ref-type="table-fn" rid="fn1">b</xref>'
)
#: Texts of which a draft is made, one a line.
TEXTS = (
    "Background: Cells may help. Methods: In this double-blind trial at 4 centres 60 adults with stroke were"
    " randomised (1:1) to cells (n = 30) or placebo (n = 30) within 48 hours. The primary outcome was the"
    " modified Rankin Scale at 90 days. Results: It was 0 to 2 in 18 of 30 (60%) with cells and 10 of 30 (33%)"
    " with placebo (OR 3.0, 95% CI 1.0 to 8.6; P = .04). Two patients (7%) in the cell group and three (10%) in"
    " the placebo group died. Follow-up was 12 months.",
    "Of 106 patients, 52 were assigned to exercise and 54 to usual care. Pain fell by 2.1 (SD 1.4) with"
    " exercise and by 1.2 (SD 1.5) with usual care (difference −0.9, 95% CI −1.5 to −0.3; P = 0.003) at 12"
    " weeks. There were no deaths.",
    "Three groups received 10 mg (n = 21), 20 mg (n = 20) or placebo (n = 22). Response was seen in 9 (43%),"
    " 12 (60%) and 5 (23%), P for trend = .01. Median time to relapse was 8.1 months (IQR 5.2–11.0) v 5.0"
    " months (3.1–7.9), HR 0.61 (0.38–0.97). Adverse events were similar (χ2 = 0.9, df = 1, P = .34).",
    "A cluster-randomised phase 3 trial of 12 practices (689 patients; 361 intervention, 328 control). HbA1c"
    " was 7.1 ± 1.0% v 7.4 ± 1.1% at 1 year, F(1, 671) = 4.9, p = .027. Mean age 61 years; 53% were women.",
)
#: Rows of a review, one for each thing that can be said of a row.
REVIEWED = (
    "study,n1i,m1i,sd1i,n2i,m2i,sd2i,yi,lower,upper\n"
    "Plain 2001,40,21.4,6.3,36,27.8,7.9,-6.4,-9.6,-3.2\nOther 2004,25,24.0,1.2,25,29.5,7.2,-5.5,-8.4,-2.6\n"
    "Skewed 2007,31,20,11.2,29,28,11.9,-8.0,-13.9,-2.1\nDoses 2010,22,22.7,5.8,30,28.0,6.6,-5.3,-8.7,-1.9\n"
    "Unknown 2012,30,20.1,5.0,30,22.2,5.5,-2.1,-4.8,0.6\n"
)
MORE: dict[str, tuple[dict[str, str], tuple[str, ...]]] = {
    "tables": (
        {"a.xml": MARKED},
        (
            "read --tables a.xml -f jsonl",
            "read --tables a.xml -f text",
            "read a.xml --draft",
            "read a.xml -f json",
            "audit a.xml -j 1 -f json",
        ),
    ),
    "drafts": (
        {f"{at}.txt": text for at, text in enumerate(TEXTS)},
        (
            *(f"read {at}.txt --draft" for at in range(len(TEXTS))),
            *(f"read {at}.txt -f text" for at in range(len(TEXTS))),
            "audit . -j 1 -f json",
        ),
    ),
    "reviews": (
        {"rows.csv": REVIEWED, "r.yaml": (BESIDE / "pain.yaml").read_text(encoding="utf-8")},
        (
            "review rows.csv --outcome pain --at 90d -r r.yaml",
            "review rows.csv --outcome pain --at 90d -r r.yaml -f json",
            "review rows.csv --outcome pain --at 180d -r r.yaml -f csv",
            "review rows.csv --outcome sleep -r r.yaml -f md",
        ),
    ),
    "imports": (
        {
            "a.ris": FOREIGN_RIS,
            "a.bib": FOREIGN_BIBTEX,
            "rows.csv": ROWS,
            "rows5.csv": REVMAN_5,
            "old.rm5": RM5,
            "bias.csv": BIAS,
            **{f"robvis{at}.csv": text for at, (text, _) in enumerate(ROBVIS.values())},
            **{f"table{at}.csv": text for at, (text, _) in enumerate(TABLES_OF_STUDIES.values())},
        },
        (
            "import a.ris",
            "import a.bib",
            "import rows.csv",
            "import rows5.csv",
            "import old.rm5",
            "import bias.csv",
            *(f"import robvis{at}.csv" for at in range(len(ROBVIS))),
            *(f"import table{at}.csv" for at in range(len(TABLES_OF_STUDIES))),
            "pool --data rows.csv",
            "pool --data old.rm5 -f json",
        ),
    ),
    "shipped": (
        {
            "r.yaml": (ROOT / "trials.yaml").read_text(encoding="utf-8"),
            "quarrels.yaml": (REGISTRIES_FOLDER / "quarrels.yaml").read_text(encoding="utf-8"),
        },
        (
            "summarize --wide --all-sources -r r.yaml",
            "summarize --design any --cells any --subtype any -f csv -r r.yaml",
            "table sof --design any -f json -r r.yaml",
            "pool mrs -f json -r r.yaml",
            "plot albatross -r r.yaml",
            "plot timeline -r r.yaml",
            "table characteristics --design any -f csv -r r.yaml",
            "diff r.yaml quarrels.yaml",
        ),
    ),
}


def questions(name: str) -> list[tuple[str, dict[str, bytes]]]:
    """The commands asked of a kind, each with the files that it reads."""
    if name in REGISTRIES:
        files = {"r.yaml": (REGISTRIES_FOLDER / f"{name}.yaml").read_bytes()}
        return [(f"{command} -r r.yaml", files) for command in REGISTRIES[name]]
    if name in OTHERS:
        files = {"r.yaml": OTHERS[name].read_bytes()}
        return [(f"{command} -r r.yaml", files) for command in JUDGED]
    if name == "help":
        return [
            (f"{command} --help", {}) for command in ("", *COMMAND_NAMES, "registry format", "registry merge")
        ]
    if name in MORE:
        texts, commands = MORE[name]
        files = {file: text.encode() for file, text in texts.items()}
        return [(command, files) for command in commands]
    kind = KINDS[name]
    return [
        _with_files_beside(command, {kind.name: file}) for file in kind.files for command in kind.commands
    ]


#: Folders of the files that commands name by their whole paths, whose lengths a screen would depend on.
FOLDERS = (REGISTRIES_FOLDER, BESIDE, BESIDE.parent / "seeds/reviewed")


def _with_files_beside(command: str, files: dict[str, bytes]) -> tuple[str, dict[str, bytes]]:
    """The command with each file that it names by its path beside the others."""
    for folder in FOLDERS:
        for file in folder.iterdir():
            if str(file) in command:
                command, files = command.replace(str(file), file.name), files | {file.name: file.read_bytes()}
    return command, files


def written_to(folder: Path, files: dict[str, bytes]) -> None:
    """Writes the files that a command reads."""
    for name, content in files.items():
        (folder / name).write_bytes(content)


QUESTIONS = {name: questions(name) for name in (*KINDS, *REGISTRIES, *OTHERS, *MORE, "help")}
