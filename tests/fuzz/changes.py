"""Changes of a good file in one to four places: signs, numbers, spans, bytes and lines."""

from __future__ import annotations

import io
import random
import re
import zipfile
from collections.abc import Mapping

#: What is put in: signs that mean something to a reader, numbers that mean nothing to anybody, bytes that are no text.
TOKENS = [
    token.encode("utf-8", "surrogatepass")
    for token in (
        "\x00",
        "\x1b[31m",
        "\x9b",
        "\u202e",
        "\u200b",
        "\ufeff",
        "\ud800",
        "\n::error::x\n",
        "\t",
        "\r",
        "\n\n",
        " " * 500,
        "'",
        '"',
        "''",
        '"""',
        "&a ",
        "*a",
        "<<: ",
        "!!python/object:os.system ",
        "- ",
        ": ",
        "? ",
        "|\n",
        ">\n",
        "#",
        "%",
        "{",
        "}",
        "[",
        "]",
        "{}",
        "[]",
        ",",
        ";",
        "---\n",
        "...\n",
        "~",
        "null",
        "true",
        "no",
        "not reported",
        "to do",
        "0",
        "-1",
        "-0",
        "1e308",
        "1e-308",
        "1e400",
        "1e30",
        "1e-30",
        "99999999999999999999",
        "0.1",
        ".5",
        "5.",
        "1,5",
        "1:1",
        "0:0",
        "nan",
        "NaN",
        "inf",
        "-Infinity",
        "٣",
        "½",
        "²",
        "1e",
        "<0.001",
        "<=0",
        "p<",
        "%",
        "100%",
        "101%",
        "-5%",
        "±",
        "(",
        ")",
        "((",
        "to",
        "−",
        "n =",
        "n = 1e9",
        " (95% CI ",
        "p = 0.04",
        "SD",
        "é",
        "脳",
        "\U0001f600",
        "<",
        ">",
        "</",
        "<!--",
        "]]>",
        "<![CDATA[",
        "&amp;",
        "&#0;",
        "&#x1b;",
        "&nbsp;",
        "<!ENTITY a 'b'>",
        "<front>",
        "</p>",
        "=1+1",
        "@x",
        "../..",
        "/etc/passwd",
        "x" * 3000,
        "9" * 400,
        "(" * 300,
        "é" * 300,
    )
] + [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\x80\x81"]
NUMBER = re.compile(rb"\d+(?:\.\d+)?")
EXTREME = [
    b"0",
    b"1",
    b"-1",
    b"1e9",
    b"1e30",
    b"1e-30",
    b"1e300",
    b"0.5",
    b"3",
    b"1000",
    b"10000000",
    b"99",
    b"0.0001",
]


def mutant(good: bytes, chance: random.Random) -> bytes:
    """A file that differs in one to four places."""
    for _ in range(chance.choice((1, 1, 2, 4))):
        good = chance.choice(_CHANGES)(good, chance)
    return good


def _put_in(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(text) + 1)
    return text[:at] + chance.choice(TOKENS) + text[at:]


def _number(text: bytes, chance: random.Random) -> bytes:
    numbers = list(NUMBER.finditer(text))
    if not numbers:
        return text
    number = chance.choice(numbers)
    return text[: number.start()] + chance.choice(EXTREME) + text[number.end() :]


def _span(text: bytes, chance: random.Random) -> tuple[int, int]:
    at = chance.randrange(len(text) + 1)
    return at, min(len(text), at + chance.choice((1, 1, 3, 20, 200)))


def _left_out(text: bytes, chance: random.Random) -> bytes:
    start, end = _span(text, chance)
    return text[:start] + text[end:]


def _repeated(text: bytes, chance: random.Random) -> bytes:
    start, end = _span(text, chance)
    return text[:end] + text[start:end] * chance.choice((1, 1, 2, 50)) + text[end:]


def _flipped(text: bytes, chance: random.Random) -> bytes:
    at = chance.randrange(len(text) or 1)
    return text[:at] + bytes([chance.randrange(256)]) + text[at + 1 :]


def _cut_off(text: bytes, chance: random.Random) -> bytes:
    return text[: chance.randrange(len(text) + 1)]


def _line_moved(text: bytes, chance: random.Random) -> bytes:
    lines = text.splitlines(keepends=True)
    if not lines:
        return text
    line = lines.pop(chance.randrange(len(lines)))
    lines.insert(chance.randrange(len(lines) + 1), line)
    return b"".join(lines)


_CHANGES = (_put_in, _put_in, _number, _number, _left_out, _repeated, _flipped, _cut_off, _line_moved)


def with_a_part_changed(archive: bytes, chance: random.Random) -> bytes:
    """An archive with a mutant of one of its parts."""
    with zipfile.ZipFile(io.BytesIO(archive)) as opened:
        parts = {name: opened.read(name) for name in opened.namelist()}
    changed = chance.choice(sorted(parts))
    return zipped(parts | {changed: mutant(parts[changed], chance)})


def with_something_changed(file: bytes, chance: random.Random) -> bytes:
    """A mutant of a file, of an archive of one of its parts."""
    return with_a_part_changed(file, chance) if file.startswith(b"PK") else mutant(file, chance)


def zipped(parts: Mapping[str, str | bytes]) -> bytes:
    """An archive of these parts, the same on every day."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name, text in parts.items():
            archive.writestr(zipfile.ZipInfo(name), text)
    return stream.getvalue()
