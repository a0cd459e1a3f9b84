"""A text with its figures marked: in brackets with the number of their group, coloured by kind, a legend below."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from msc_evidence.reading.rows import TypedFigure
from msc_evidence.render.ascii import to_ascii
from msc_evidence.render.device import Device
from msc_evidence.render.inert import inert
from msc_evidence.render.text import hanging_lines, wrapped_lines

BOLD, OFF = "\033[1m", "\033[0m"
_COLOURS = {
    "\033[35m": ("p",),
    "\033[32m": ("estimate", "interval", "level", "statistic", "df"),
    "\033[33m": ("count", "denominator", "percent", "size", "ratio"),
    "\033[34m": ("mean", "sd", "se", "median", "iqr", "range"),
    "\033[36m": ("duration", "age", "dose"),
    "\033[1m": ("class", "registration", "number"),
}
#: The colour of each kind.
COLOURS = {kind: colour for colour, kinds in _COLOURS.items() for kind in kinds}
#: Where a coloured stretch begins and ends: signs without width that survive the breaking into lines.
_BEGIN, _END = "\N{INVISIBLE SEPARATOR}", "\N{INVISIBLE PLUS}"
_SUPERSCRIPTS = str.maketrans("0123456789", "⁰¹²³⁴⁵⁶⁷⁸⁹")


def marked_text(text: str, rows: Sequence[TypedFigure], device: Device, title: str) -> str:
    """The text with its figures marked, and what they are, below its title."""
    body = _coloured_lines(_with_brackets(text, rows, device), [row.kind for row in rows], device)
    legend = [line for part in _legend_entries(rows, device) for line in part]
    heading = [f"{BOLD}{inert(title)}{OFF}" if device.colour else inert(title)] if title else []
    return "\n".join([*heading, *body, *([""] if legend else []), *legend]) + "\n"


def _with_brackets(text: str, rows: Sequence[TypedFigure], device: Device) -> str:
    """The text with each figure in brackets between the signs of a coloured stretch."""
    pieces, last = [], 0
    for row in rows:
        # A printed figure may be read twice, as when one unit belongs to two numbers: it is marked once.
        if row.start < last:
            continue
        pieces.append(_safe_text(text[last : row.start], device))
        pieces.append(
            f"{_BEGIN}[{_safe_text(' '.join(row.text.split()), device)}]{_superscript_of_group(row, device)}{_END}"
        )
        last = row.end
    return "".join(pieces) + _safe_text(text[last:], device)


def _safe_text(text: str, device: Device) -> str:
    plain = text.replace(_BEGIN, "").replace(_END, "")
    return "\n".join(inert(to_ascii(line) if device.ascii else line) for line in plain.split("\n"))


def _superscript_of_group(row: TypedFigure, device: Device) -> str:
    if row.group is None:
        return ""
    return f"^{row.group}" if device.ascii else str(row.group).translate(_SUPERSCRIPTS)


def _coloured_lines(text: str, kinds: Sequence[str], device: Device) -> Iterator[str]:
    """The lines, coloured; a colour that a line's end interrupts goes on in the next."""
    left, colour = iter(kinds), ""
    for paragraph in text.split("\n"):
        for line in wrapped_lines(paragraph, device.width):
            pieces = [colour]
            for sign in line:
                if sign == _BEGIN:
                    colour = COLOURS.get(next(left), BOLD) if device.colour else ""
                    pieces.append(colour)
                elif sign == _END:
                    pieces.append(OFF if device.colour else "")
                    colour = ""
                else:
                    pieces.append(sign)
            yield "".join(pieces) + (OFF if colour else "")


def _legend_entries(rows: Sequence[TypedFigure], device: Device) -> Iterator[list[str]]:
    """A line for every group, then one for each kind of what stands alone."""
    grouped = sorted((row for row in rows if row.group is not None), key=lambda row: row.group or 0)
    for number, members in groupby(grouped, key=lambda row: row.group):
        words = ", ".join(f"{_kind_in_legend(row)} {_value_in_legend(row)}" for row in members)
        yield _legend_entry(f"{number:>3}  ", words, device)
    alone = [row for row in rows if row.group is None]
    for kind in dict.fromkeys(row.kind for row in alone):
        words = ", ".join(dict.fromkeys(_value_in_legend(row) for row in alone if row.kind == kind))
        yield _legend_entry("  -  " if device.ascii else "  –  ", f"{kind} {words}", device)


def _legend_entry(first: str, words: str, device: Device) -> list[str]:
    """A line of the legend, its kinds in their colours."""
    lines = hanging_lines(first, _safe_text(words, device), device.width)
    if not device.colour:
        return lines
    coloured = {word: f"{colour}{word}{OFF}" for word, colour in COLOURS.items()}
    return [" ".join(coloured.get(word, word) for word in line.split(" ")) for line in lines]


def _kind_in_legend(row: TypedFigure) -> str:
    return f"{row.kind} {row.measure}" if row.kind in ("estimate", "statistic") and row.measure else row.kind


def _value_in_legend(row: TypedFigure) -> str:
    """The value in plain digits, with its sign and unit; as printed where it has none."""
    unit = "" if row.unit is None else row.unit if row.unit == "%" else f" {row.unit}"
    if row.low is not None and row.high is not None:
        return f"{row.low} to {row.high}{unit}"
    if row.value is None:
        return " ".join(row.text.split())
    return f"{'' if row.comparator in ('=', None) else row.comparator}{row.value}{unit}"
