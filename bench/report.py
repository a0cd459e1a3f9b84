"""Reports of many trials: CPU seconds and memory, how large a page a browser gets, and how soon it can be used."""

from __future__ import annotations

import re
import shutil
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from measure import program, table, usage
from registry import SHIPPED, generated

SIZES = (20, 400, 1_000)


def main(sizes: Sequence[int] = SIZES) -> None:
    """Prints a row for the shipped registry and one per size."""
    rows = [
        (
            "trials",
            "CPU seconds",
            "MB at most",
            "page, MB",
            "elements",
            "loaded, s",
            "first section opened, s",
        )
    ]
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
                (
                    name, f"{taken.seconds:.1f}", f"{taken.megabytes:.0f}", f"{len(text) / 1e6:.1f}", elements,
                    *_in_a_browser(page),
                )
            )  # fmt: skip
    print(table(rows))


def _in_a_browser(page: Path) -> tuple[str, str]:
    """Seconds by the clock until headless Chromium has the page, and from a click until what it opens is laid out."""
    chromium, driver = shutil.which("chromium"), shutil.which("chromedriver")
    if not (chromium and driver):
        return "–", "–"
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    browser = Chrome(options=options, service=Service(driver))
    try:
        browser.get("about:blank")
        start = time.perf_counter()
        browser.get(page.as_uri())
        loaded = time.perf_counter()
        browser.execute_script(
            "document.querySelector('details:not([open]) > summary').click(); return document.body.offsetHeight"
        )
        return f"{loaded - start:.2f}", f"{time.perf_counter() - loaded:.2f}"
    finally:
        browser.quit()


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
