"""Headless Chromium with a report in it; without Chromium the tests are skipped, and fail in CI on Linux."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlparse

import pytest

ROOT = Path(__file__).parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
#: Seconds within which a browser answers however busy the machine is: only a browser that hangs takes longer.
PATIENCE = 3600


class Page:
    """A page of a file, and what it did on the way."""

    def __init__(self, driver: Any) -> None:
        self.driver = driver

    def open(self, file: Path, *, width: int = 1440, dark: bool = False, scripts: bool = True) -> None:
        """Shows a file; earlier messages and requests are forgotten."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.tell(
            "Emulation.setDeviceMetricsOverride", width=width, height=900, deviceScaleFactor=1, mobile=False
        )
        self.tell("Emulation.setEmulatedMedia", media="", features=[scheme])
        self.tell("Emulation.setScriptExecutionDisabled", value=not scripts)
        for log in ("browser", "performance"):
            self.driver.get_log(log)
        self.driver.get(file.as_uri())

    def tell(self, command: str, **parameters: Any) -> Any:
        """A command of the DevTools protocol."""
        return self.driver.execute_cdp_cmd(command, parameters)

    def ask(self, script: str, *arguments: Any) -> Any:
        """What a script returns that looks at the page."""
        return self.driver.execute_script(script, *arguments)

    def unfold(self) -> None:
        """Opens everything that is folded."""
        self.ask("document.querySelectorAll('details').forEach((each) => { each.open = true; })")

    def messages(self) -> list[str]:
        """What the console says."""
        return [entry["message"] for entry in self.driver.get_log("browser")]

    def parts(self) -> Iterator[str]:
        """Leaves one section of the report at a time on the page: the name of each."""
        count = self.ask("return (window.parts = [...document.querySelectorAll('main > section')]).length")
        for at in range(count):
            script = """const part = window.parts[arguments[0]];
                document.querySelector('main').replaceChildren(part);
                return part.getAttribute('aria-labelledby')"""
            yield self.ask(script, at)

    def requests(self) -> list[str]:
        """Whatever was asked for beside files of this machine."""
        entries = [json.loads(entry["message"])["message"] for entry in self.driver.get_log("performance")]
        urls = [
            each["params"]["request"]["url"]
            for each in entries
            if each["method"] == "Network.requestWillBeSent"
        ]
        return [url for url in urls if urlparse(url).scheme not in ("file", "data")]


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    """One browser for the tests of a module."""
    chromium = next(filter(None, map(shutil.which, BROWSERS)), None)
    driver = shutil.which("chromedriver")
    if not (chromium and driver):
        said = "needs Chromium and its driver: apt-get install chromium chromium-driver"
        pytest.fail(said) if os.environ.get("CI") and sys.platform == "linux" else pytest.skip(said)
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = chromium
    for argument in ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"):
        options.add_argument(argument)
    options.add_experimental_option("browserStartupTimeout", PATIENCE * 1000)
    options.timeouts = {"pageLoad": PATIENCE * 1000, "script": PATIENCE * 1000}
    options.set_capability("goog:loggingPrefs", {"browser": "ALL", "performance": "ALL"})
    browser = Chrome(options=options, service=Service(driver))
    yield Page(browser)
    browser.quit()


def written(registry: Path, folder: Path, *filters: str) -> Path:
    """The report of a registry."""
    file = folder / "report.html"
    subprocess.run(
        [sys.executable, "-m", "msc_evidence", "report", "-r", str(registry), "-o", str(file), *filters],
        check=True,
    )
    return file


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the shipped registry."""
    return written(ROOT / "trials.yaml", tmp_path_factory.mktemp("report"))


@pytest.fixture(scope="module")
def judged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of three invented trials, with judgements of every kind."""
    return written(ROOT / "docs" / "judged.yaml", tmp_path_factory.mktemp("judged"))


@pytest.fixture(scope="module")
def everything(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of every trial of the shipped registry."""
    folder = tmp_path_factory.mktemp("everything")
    return written(ROOT / "trials.yaml", folder, "--design", "any", "--cells", "any")


@pytest.fixture(scope="module")
def vaccine(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the example with counts."""
    return written(ROOT / "examples" / "bcg.yaml", tmp_path_factory.mktemp("vaccine"))


@pytest.fixture(scope="module")
def education(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The report of the example with means."""
    return written(ROOT / "examples" / "asthma.yaml", tmp_path_factory.mktemp("education"))
