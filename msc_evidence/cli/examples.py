"""What the help of each command ends with: what is commonly typed, and what its exit code says."""

from __future__ import annotations

#: By command, each line as it is typed.
EXAMPLES: dict[str, tuple[str, ...]] = {
    "summarize": (
        "msc-evidence summarize",
        "msc-evidence summarize TREASURE --outcome mRS --wide",
        "msc-evidence summarize --cells any --by route",
        "msc-evidence summarize -r trials.yaml --where 'tissue=bone marrow' -f csv",
    ),
    "compare": ("msc-evidence compare 'Bang 2005'", "msc-evidence compare --outcome mRS --at 3mo"),
    "recompute": ("msc-evidence recompute TREASURE", "msc-evidence recompute --outcome death -f csv"),
    "feasible": (
        "msc-evidence feasible 'Bang 2005' --outcome mRS --at 3mo --examples",
        "msc-evidence feasible --sizes 5,25 --scale 0-6 --p .076 --favours treatment",
        "msc-evidence feasible 'Chung 2021' --test 'rank-sum normal' -f csv",
    ),
    "check": (
        "msc-evidence check",
        "msc-evidence check -r trials.yaml --strict",
        "msc-evidence check -f sarif -o findings.sarif",
        "msc-evidence explain MSC503",
    ),
    "read": ("msc-evidence read abstract.txt", "msc-evidence read abstract.txt --draft"),
    "audit": ("msc-evidence audit abstracts/", "msc-evidence audit abstracts/ --select MSC4 -f csv"),
    "pool": (
        "msc-evidence pool mrs --at 3mo",
        "msc-evidence pool tuberculosis --measure RR -r examples/bcg.yaml",
        "msc-evidence pool --data rows.csv --measure OR --leave-one-out",
    ),
    "table": (
        "msc-evidence table",
        "msc-evidence table characteristics -f md",
        "msc-evidence table results --by route -o results.csv",
    ),
    "plot": (
        "msc-evidence plot forest death --measure RR",
        "msc-evidence plot timeline",
        "msc-evidence plot albatross mrs -o albatross.svg",
    ),
    "report": ("msc-evidence report -o report.html", "msc-evidence report -r trials.yaml -o report.md"),
    "reconcile": (
        "msc-evidence reconcile first/ second/",
        "msc-evidence reconcile hers.xlsx his.xlsx --blind",
        "msc-evidence reconcile a.yaml b.yaml --undecided decisions.yaml",
        "msc-evidence reconcile a.yaml b.yaml --decide decisions.yaml -o agreed.yaml",
    ),
    "diff": (
        "msc-evidence diff HEAD~1",
        "msc-evidence diff main..HEAD -f md --fail-on conclusions",
        "msc-evidence diff old.yaml new.yaml -f json",
    ),
    "review": (
        "msc-evidence review rows.csv --outcome mrs --at 90d",
        "msc-evidence review review.zip --analysis Death -f csv",
        "msc-evidence review some-2020 --map names.csv",
    ),
    "export": (
        "msc-evidence export metafor -o rows.csv",
        "msc-evidence export bibtex -o trials.bib",
        "msc-evidence export form.xlsx bang-2005",
    ),
    "import": (
        "msc-evidence import citations.ris -o trials.yaml",
        "msc-evidence import review.zip -o trials.yaml",
        "msc-evidence import form.xlsx -o trials.yaml",
    ),
    "explain": ("msc-evidence explain", "msc-evidence explain MSC503", "msc-evidence explain Holm"),
    "schema": ("msc-evidence schema -o schema.json",),
    "init": ("msc-evidence init", "msc-evidence init review/trials.yaml"),
    "registry stats": ("msc-evidence registry stats", "msc-evidence registry stats -r trials.yaml -f csv"),
    "registry format": ("msc-evidence registry format", "msc-evidence registry format -r review/ --check"),
    "registry merge": ("msc-evidence registry merge hers.yaml his.yaml -o trials.yaml",),
}
#: Commands that judge: what they find ends with exit code 1.
JUDGING = ("check", "audit", "review")
#: Commands whose `--check` ends with exit code 1 where something would change.
ORDERING = ("registry format",)
#: Commands that compare: what is to be decided or was asked to fail ends with exit code 1.
COMPARING = ("reconcile", "diff")
SHOWN = (
    "0  shown or written",
    "2  nothing to show, or a request or file that cannot be read",
    "3  a fault of this program (--debug shows where)",
)
JUDGED = (
    "0  no errors",
    "1  errors found; with --strict of check and audit warnings too",
    "2  nothing to check, or a request or file that cannot be read",
    "3  a fault of this program (--debug shows where)",
)
ORDERED = (
    "0  in order, or written so",
    "1  not in order, with --check",
    "2  no registry, or one that cannot be read or written",
    *JUDGED[3:],
)
COMPARED = (
    "0  nothing to decide, nothing moved that --fail-on names",
    "1  conflicts to decide, or what --fail-on names moved",
    "2  nothing to compare, or a request or file that cannot be read",
    *JUDGED[3:],
)


def exit_codes(command: str) -> tuple[str, ...]:
    """What the exit codes of a command say, a line each."""
    if command in COMPARING:
        return COMPARED
    if command in ORDERING:
        return ORDERED
    return JUDGED if command in JUDGING else SHOWN
