"""HTML and LaTeX: nothing of a cell acts on the page, and the page needs nothing else."""

from __future__ import annotations

import re
from html.parser import HTMLParser

import pytest

from msc_evidence.render import renderer
from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.page.html import _style_attributes, inlined_svg
from msc_evidence.tables.table import Column, Table, Value

HOSTILE = [
    "<script>alert(1)</script>",
    "＜script＞",
    "≮img onerror=x>",
    "&lt;b&gt; & \"quoted\" 'single'",
    "--></style><b>",
    "\\input{/etc/passwd} $x$ 50% #1 a_b ~ ^ {",
    "＼input{x}",
    "[n=65] * mITT",
    "\x1b[31mred\x07",
    "right\u202eleft",
]
#: What a page may be made of.
ELEMENTS = {
    "html", "head", "meta", "title", "style", "body", "main", "h1",
    "table", "caption", "thead", "tbody", "tr", "th", "td", "p", "br",
}  # fmt: skip
VOID = {"meta", "br"}


def one(value: Value, kind: str = "text", **more: object) -> Table:
    return Table("one", (Column("key", "Title", kind),), ({"key": value},), **more)  # type: ignore[arg-type]


class Page(HTMLParser):
    """Every element that a page opens, its texts, and the addresses it holds."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.opened: list[str] = []
        self.within: list[str] = []
        self.texts: dict[str, str] = {}
        self.attributes: list[tuple[str, str | None]] = []
        self.feed(text)
        self.close()
        assert not self.within

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.opened.append(tag)
        self.attributes += attrs
        if tag not in VOID:
            self.within.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.within.pop() == tag

    def handle_data(self, data: str) -> None:
        inner = self.within[-1] if self.within else ""
        self.texts[inner] = self.texts.get(inner, "") + data


def html(table: Table) -> Page:
    return Page(renderer("table", "html")(table))


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("ascii", [False, True])
def test_no_text_acts_on_an_html_page(text: str, ascii: bool) -> None:
    written = renderer("table", "html")(one(text, title=text, notes=(text,)))
    page = Page(to_ascii(written) if ascii else written)
    assert set(page.opened) <= ELEMENTS
    assert page.opened.count("style") == 1
    assert {name for name, _ in page.attributes} <= {
        "lang", "charset", "name", "content", "http-equiv", "class", "scope",
    }  # fmt: skip
    assert "\x1b" not in written
    assert "\u202e" not in written


def test_an_html_page_loads_and_runs_nothing() -> None:
    written = renderer("table", "html")(one("x"))
    assert "default-src 'none'" in written
    assert not re.search(r"https?:|url\(|@import|<script|<link|<img|\bsrc=|href=", written)


def test_html_shows_what_a_reader_wants_and_names_rows_and_columns() -> None:
    columns = (Column("a", "A"), Column("b", "B, p", "p"))
    table = Table("t", columns, ({"a": "two\nlines", "b": 0.0203978}, {"a": None, "b": None}), "T", ("n",))
    written = renderer("table", "html")(table)
    assert '<th scope="col">A</th><th scope="col" class="number">B, p</th>' in written
    assert '<th scope="row">two<br>lines</th><td class="number">0.0204</td>' in written
    assert '<th scope="row">–</th><td class="number">–</td>' in written
    assert "<caption><h1>T</h1></caption>" in written
    assert '<p class="note">n</p>' in written
    assert "<title>T</title>" in written


def test_html_without_a_title_is_called_by_the_name_of_the_table() -> None:
    assert html(one("x")).texts["title"] == "one"
    assert html(one("x")).texts["h1"] == "one"


def latex(value: Value, kind: str = "text") -> str:
    """The cell of a table of one."""
    lines = renderer("table", "latex")(one(value, kind)).splitlines()
    return lines[lines.index("\\endfoot") + 1].removesuffix(r" \\")


@pytest.mark.parametrize(
    ("value", "kind", "cell"),
    [
        ("50% & more_x #1 $", "text", r"50\% \& more\_x \#1 \$"),
        (r"\input{x}", "text", r"\textbackslash{}input\{x\}"),
        ("＼input{x}", "text", r"\textbackslash{}input\{x\}"),
        ("~^", "text", r"\textasciitilde{}\textasciicircum{}"),
        ("<0.05 ≤ 1", "text", r"\textless{}0.05 $\leq$ 1"),
        ("[n] *", "text", r"{[}n{]} {*}"),
        ("1×10⁸ cells, 10⁻³", "text", r"1$\times$10\textsuperscript{8} cells, 10\textsuperscript{$-$3}"),
        ("a--b ?`", "text", r"a-{}-b ?{}\textasciigrave{}"),
        ("⊕⊕⊝⊝ ↓", "text", r"$\oplus$$\oplus$$\ominus$$\ominus$ $\downarrow$"),
        ("β-NGF, SDF-1α, Δ", "text", r"$\beta$-NGF, SDF-1$\alpha$, $\Delta$"),
        ("two\nlines\tand\x1b", "text", "two lines and\N{REPLACEMENT CHARACTER}"),
        ("Jørgensen", "text", "Jørgensen"),
        (-0.112345, "number", "$-$0.1123"),
        (0.0203978, "p", "0.0204"),
        (None, "text", "--"),
        (True, "text", "yes"),
    ],
)
def test_latex_cell(value: Value, kind: str, cell: str) -> None:
    assert latex(value, kind) == cell


@pytest.mark.parametrize("text", HOSTILE)
@pytest.mark.parametrize("ascii", [False, True])
def test_no_text_acts_on_latex(text: str, ascii: bool) -> None:
    """What is left of a cell without the commands it may hold has no sign that LaTeX acts on."""
    cell = to_ascii(latex(text)) if ascii else latex(text)
    known = r"\\text[a-z]+\{[^{}]*\}|\\[a-z]+\{\}|\$(-|\\[a-z]+)\$|\\[{}$&#%_]|\{[\[\]*]\}|\{\}"
    assert not set(re.sub(known, "", cell)) & set("\\{}$&#%_~^[]*")


def test_latex_breaks_long_texts_and_aligns_numbers() -> None:
    columns = (Column("a", "A"), Column("b", "B", "number"), Column("c", "C"))
    table = Table("t", columns, ({"a": "x", "b": 1.5, "c": "word " * 20},))
    assert r"\begin{longtable}{lr>{\raggedright\arraybackslash}p{0.84\linewidth}}" in renderer(
        "table", "latex"
    )(table)


def test_latex_sets_a_table_wider_than_the_page_smaller_and_breaks_no_word() -> None:
    texts, number = [Column(key, key) for key in "abcdef"], Column("n", "n", "number")
    row = {**dict.fromkeys("abcdef", "eighteen letters s"), "a": "inconsistency", "n": 1.5}
    written = renderer("table", "latex")(Table("t", (*texts, number), (row,)))
    lines = written.splitlines()
    spec = next(line for line in lines if line.startswith(r"\begin{longtable}"))
    assert lines[lines.index(spec) - 1] == r"\begingroup\footnotesize\setlength{\tabcolsep}{3pt}"
    assert spec.endswith(r">{\raggedleft\arraybackslash}p{0.018\linewidth}}")
    shares = [float(share) for share in re.findall(r"p\{(0\.\d+)\\linewidth\}", spec)]
    assert len(shares) == 7
    assert shares[0] == pytest.approx(13 / 150 * (1 - 7 * 0.015), abs=0.001)
    assert sum(shares) < 0.9


@pytest.mark.parametrize("name", ["html", "latex"])
def test_a_table_without_rows_is_its_head(name: str) -> None:
    assert "Title" in renderer("table", name)(Table("none", (Column("key", "Title"),), ()))


def test_what_a_page_has_no_use_for_is_left_out_of_a_picture() -> None:
    svg = (
        '<svg xmlns="http://www.w3.org/2000/svg"><metadata>a</metadata><style>b</style><script>c</script>'
        '<g id="mark"><metadata>d</metadata><path d="M0 0"/></g></svg>'
    )
    assert re.sub(r" stroke-line\w+=\"\w+\"", "", inlined_svg(svg, "x")) == (
        '<svg><g id="x-mark"><path d="M0 0" /></g></svg>'
    )


@pytest.mark.parametrize(
    ("style", "attributes"),
    [
        ("font: 12px 'DejaVu Sans'", {"font-size": "12px", "font-family": "'DejaVu Sans'"}),
        (
            "font: italic bold 7px serif; fill: none",
            {
                "font-style": "italic",
                "font-weight": "bold",
                "font-size": "7px",
                "font-family": "serif",
                "fill": "none",
            },
        ),
        ("stroke: url(#a)", {"stroke": "url(#x-a)"}),
        ("marker: 12px none", {"marker": "12px none"}),
    ],
)
def test_a_style_becomes_attributes_that_a_policy_lets_through(
    style: str, attributes: dict[str, str]
) -> None:
    assert dict(_style_attributes(style, "x")) == attributes
