"""A table as LaTeX to `\\\\input` into an article: a longtable with the rules of booktabs."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.text import HEAVIEST, column_shares, on_one_line, text_width, value_words
from msc_evidence.tables.table import Block, Column, Heading, Line, Screen, Sentences, Table

SUFFIXES = (".tex",)

#: A text column whose longest cell is wider than this breaks its lines.
WIDEST_LINE = 24
#: A table whose columns are wider together is set smaller, and breaks the lines of every column.
WIDEST_PAGE = 96
#: Letters of the smaller print on a line, and what the gap of a column takes of it.
SMALL_LINE, SMALL_GAP = 150, 0.015
#: What the gaps between the columns leave of the page otherwise.
USABLE = 0.9

_SIGNS = {
    **{sign: f"\\{sign}" for sign in "{}$&#%_"},
    # After `\\` an opening bracket or a star would be its option.
    **{sign: f"{{{sign}}}" for sign in "[]*"},
    "\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}",
    "<": r"\textless{}", ">": r"\textgreater{}", "|": r"\textbar{}", '"': "''", "`": r"\textasciigrave{}",
    "−": "$-$", "±": r"$\pm$", "×": r"$\times$", "≤": r"$\leq$", "≥": r"$\geq$", "≠": r"$\neq$",
    "↓": r"$\downarrow$", "↑": r"$\uparrow$", "⊕": r"$\oplus$", "⊝": r"$\ominus$", "∞": r"$\infty$",
    "µ": r"$\mu$", "√": r"$\surd$", "·": r"\textperiodcentered{}",
    "–": "--", "—": "---", "…": r"\ldots{}", "“": "``", "”": "''", "‘": "`", "’": "'", "½": r"$\frac{1}{2}$",
    "\N{NO-BREAK SPACE}": "~",
}  # fmt: skip
_GREEK = {
    "αβγδεζηθικλμνξπρστυφχψω": (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi pi rho sigma tau upsilon phi chi"
        " psi omega"
    ),
    "ΓΔΘΛΞΠΣΦΨΩ": "Gamma Delta Theta Lambda Xi Pi Sigma Phi Psi Omega",
}
for _letters, _names in _GREEK.items():
    _SIGNS |= {letter: f"$\\{name}$" for letter, name in zip(_letters, _names.split(), strict=True)}
_RAISED = "[⁻⁺]?[⁰¹²³⁴⁵⁶⁷⁸⁹]+"
_LEVEL = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺", "0123456789-+")
#: The first of two signs that would make a third one.
_LIGATURE = r"-(?=-)|,(?=,)|'(?=')|[?!](?=`)"
_TOKEN = re.compile(f"(?P<raised>{_RAISED})|(?P<apart>{_LIGATURE})|.", re.DOTALL)


def render(table: Table) -> str:
    """The table under its columns' titles, numbers to the digits a reader wants, its notes below."""
    return "".join(f"{line}\n" for line in _latex_lines(table))


def render_screen(screen: Screen) -> str:
    """What a screen shows: headings, paragraphs, lists and tables, one below the other."""
    return "\n".join(filter(None, map(_latex_block, screen.blocks)))


def _latex_block(block: Block) -> str:
    match block:
        case Heading(text):
            return f"\\subsection*{{{escaped_latex(text)}}}\n"
        case Line(text):
            return f"\\noindent {escaped_latex(text)}\n" if text else ""
        case Sentences(items):
            listed = "".join(f"\\item {escaped_latex(item)}\n" for item in items)
            return f"\\begin{{itemize}}\n{listed}\\end{{itemize}}\n" if items else ""
    return render(block)


def escaped_latex(text: str) -> str:
    """The text with nothing left that LaTeX would act on, on one line.

    >>> escaped_latex("50% of 10⁸ [n_1]"), escaped_latex("p <0.001")
    ('50\\\\% of 10\\\\textsuperscript{8} {[}n\\\\_1{]}', 'p \\\\textless{}0.001')
    """
    return _TOKEN.sub(_latex_token, on_one_line(text))


def _latex_token(match: re.Match[str]) -> str:
    if match["raised"]:
        return f"\\textsuperscript{{{match[0].translate(_LEVEL).replace('-', '$-$')}}}"
    if match["apart"]:
        return f"{match[0]}{{}}"
    return _latex_sign(match[0])


def _latex_sign(sign: str) -> str:
    """The sign as LaTeX; one that ASCII would spell with a sign LaTeX acts on is spelled so here, and escaped."""
    if sign in _SIGNS:
        return _SIGNS[sign]
    spelled = to_ascii(sign)
    return "".join(_SIGNS.get(letter, letter) for letter in spelled) if _SIGNS.keys() & set(spelled) else sign


def _latex_lines(table: Table) -> Iterator[str]:
    rows = [
        [value_words(row.get(column.key), column.kind) or "–" for column in table.columns]
        for row in table.rows
    ]
    heads = [column.title for column in table.columns]
    yield "% needs \\usepackage{booktabs,longtable,array}"
    for line in table.header:
        yield f"\\noindent {escaped_latex(line)}\n"
    wide = not _fits([heads, *rows])
    if wide:
        yield "\\begingroup\\footnotesize\\setlength{\\tabcolsep}{3pt}"
    types = (_small_column_types if wide else _latex_column_types)(table.columns, [heads, *rows])
    yield f"\\begin{{longtable}}{{{''.join(types)}}}"
    if table.title:
        yield f"\\caption{{{escaped_latex(table.title)}}}\\\\"
    yield from ("\\toprule", _latex_row(heads), "\\midrule", "\\endhead", "\\bottomrule", "\\endfoot")
    yield from map(_latex_row, rows)
    yield "\\end{longtable}"
    if wide:
        yield "\\endgroup"
    for note in table.notes:
        yield f"\n\\noindent {escaped_latex(note)}"


def _latex_row(cells: Sequence[str]) -> str:
    return " & ".join(map(escaped_latex, cells)) + r" \\"


def _fits(rows: Sequence[Sequence[str]]) -> bool:
    """Whether the columns stand side by side without breaking the lines of short texts."""
    return sum(min(HEAVIEST, max(map(text_width, cells))) for cells in zip(*rows, strict=True)) <= WIDEST_PAGE


def _latex_column_types(about: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """The kind of every column: numbers right, short texts left, long ones a share of the page."""
    longest = [min(HEAVIEST, max(map(text_width, cells))) for cells in zip(*rows, strict=True)]
    for column, width in zip(about, longest, strict=True):
        if column.kind != "text":
            yield "r"
        elif column.whole or width <= WIDEST_LINE:
            yield "l"
        else:
            yield f">{{\\raggedright\\arraybackslash}}p{{{USABLE * width / sum(longest):.2f}\\linewidth}}"


def _small_column_types(about: Sequence[Column], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """A share of the page for every column, none narrower than its longest word as far as the page holds them."""
    usable = 1 - SMALL_GAP * len(about)
    for column, share in zip(about, column_shares(rows, SMALL_LINE), strict=True):
        side = "raggedright" if column.kind == "text" else "raggedleft"
        yield f">{{\\{side}\\arraybackslash}}p{{{usable * share:.3f}\\linewidth}}"
