"""Every table compiles as LaTeX with the packages that its first line names."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from msc_evidence.analysis.filters import Query
from msc_evidence.analysis.results import Analysis
from msc_evidence.registry.loader import load
from msc_evidence.render import renderer
from msc_evidence.tables.review import table_named, table_names

ROOT = Path(__file__).parents[2]
ARTICLE = """\\documentclass{article}
\\usepackage[T1]{fontenc}
\\usepackage{booktabs,longtable,array}
\\begin{document}
%s
\\end{document}
"""


@pytest.mark.skipif(shutil.which("pdflatex") is None, reason="pdflatex is not installed")
def test_latex_of_every_table_compiles(tmp_path: Path) -> None:
    written = []
    for registry in ("trials.yaml", "docs/judged.yaml"):
        query = Query.of_everything(Analysis(load(ROOT / registry)))
        written += [renderer("table", "latex")(table_named(name).page_table(query)) for name in table_names()]
    (tmp_path / "all.tex").write_text(ARTICLE % "\n\\clearpage\n".join(written), encoding="utf-8")
    compiled = subprocess.run(
        ["pdflatex", "-interaction=nonstopmode", "-halt-on-error", "all.tex"],
        cwd=tmp_path, capture_output=True, text=True, errors="replace",
    )  # fmt: skip
    assert compiled.returncode == 0, compiled.stdout[-2000:]
    assert "Missing character" not in (tmp_path / "all.log").read_text(errors="replace")
    assert (tmp_path / "all.pdf").stat().st_size > 0
