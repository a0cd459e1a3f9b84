"""What docs/commands.md shows as pictures: every plot, and the report as a browser shows it; `make docs` runs it."""

from __future__ import annotations

import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

ROOT = Path(__file__).parents[1]
IMAGES = ROOT / "docs" / "images"
#: Plot → what is drawn; nobody judged the trials of the shipped registry.
PLOTS = {
    "forest": ("mrs", "--at", "3mo"),
    "albatross": ("mrs",),
    "funnel": ("mrs", "--at", "3mo"),
    "feasible": ("mrs", "--at", "3mo"),
    "shift": ("--at", "90d", "--cells", "any"),
    "rob": ("-r", "docs/judged.yaml", "--width", "85"),
    "trust": ("-r", "docs/trusted.yaml", "--width", "85"),
    "timeline": ("--cells", "any", "--design", "any"),
}
#: Screenshot → width, height, dark or not, and the part of the report at its top.
SHOTS = {
    "report": (1280, 800, False, "summary"),
    "report-figures": (1280, 800, False, "forest-1"),
    "report-dark": (1280, 800, True, "results"),
    "report-narrow": (360, 720, False, "findings"),
}


def program(*arguments: str) -> None:
    """Runs the program in the project's folder."""
    subprocess.run([sys.executable, "-m", "msc_evidence", *arguments], cwd=ROOT, check=True)


def main() -> None:
    """Draws every plot, and takes the screenshots where Chromium is installed."""
    IMAGES.mkdir(exist_ok=True)
    for name, arguments in PLOTS.items():
        file = IMAGES / f"plot-{name}.png"
        program("plot", name, *arguments, "-o", str(file))
        _smaller(file)
    if not (shutil.which("chromium") and shutil.which("chromedriver")):
        print("no Chromium: the screenshots of the report stay as they are", file=sys.stderr)
        return
    with tempfile.TemporaryDirectory() as folder:
        report = Path(folder) / "report.html"
        program("report", "-o", str(report))
        _screenshots(report)


def _smaller(file: Path) -> None:
    """A bitmap for a screen instead of print: half as wide, and no more colours than it has."""
    from PIL import Image

    with Image.open(file) as drawn:
        half = drawn.convert("RGB").resize((drawn.width // 2, drawn.height // 2), Image.Resampling.LANCZOS)
    _in_few_colours(half, file)


def _in_few_colours(picture: Image.Image, file: Path) -> None:
    from PIL import Image

    picture.convert("RGB").quantize(256, dither=Image.Dither.NONE).save(file, optimize=True)


def _screenshots(report: Path) -> None:
    from PIL import Image
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = shutil.which("chromium") or ""
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--hide-scrollbars"):
        options.add_argument(argument)
    browser = Chrome(options=options, service=Service(shutil.which("chromedriver")))
    try:
        for name, (width, height, dark, anchor) in SHOTS.items():
            size = {"width": width, "height": height, "deviceScaleFactor": 1, "mobile": False}
            scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
            browser.execute_cdp_cmd("Emulation.setDeviceMetricsOverride", size)
            browser.execute_cdp_cmd("Emulation.setEmulatedMedia", {"features": [scheme]})
            browser.get(report.as_uri())
            if anchor != "summary":
                browser.execute_script("document.getElementById(arguments[0]).scrollIntoView()", anchor)
            file = IMAGES / f"{name}.png"
            browser.save_screenshot(str(file))
            with Image.open(file) as shot:
                _in_few_colours(shot, file)
    finally:
        browser.quit()


if __name__ == "__main__":
    main()
