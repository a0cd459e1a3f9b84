"""Reports of many trials: CPU seconds and memory, and how large a page a browser gets."""

from __future__ import annotations

import re
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from measure import program, table, usage
from registry import SHIPPED, generated

SIZES = (20, 400, 1_000)


def main(sizes: Sequence[int] = SIZES) -> None:
    """Prints a row for the shipped registry and one per size."""
    rows = [("trials", "CPU seconds", "MB at most", "page, MB", "elements")]
    with tempfile.TemporaryDirectory() as folder:
        files = [("shipped", SHIPPED)]
        for size in sizes:
            file = Path(folder) / f"{size}.yaml"
            file.write_text(generated(size), encoding="utf-8")
            files.append((f"{size:,}", file))
        usage(program("report", "-r", str(SHIPPED), "-o", f"{folder}/compiled.html"))  # compiles the modules
        for name, file in files:
            page = Path(folder) / f"{file.stem}.html"
            taken = usage(program("report", "-r", str(file), "-o", str(page)))
            text = page.read_text(encoding="utf-8")
            elements = f"{len(re.findall('<[a-z]', text)):,}"
            rows.append(
                (name, f"{taken.seconds:.1f}", f"{taken.megabytes:.0f}", f"{len(text) / 1e6:.1f}", elements)
            )
    print(table(rows))


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
