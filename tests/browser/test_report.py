"""The report as a browser shows it: silent, accessible, sorted and filtered by keyboard, printed, without scripts."""

from __future__ import annotations

import base64

import pytest

from tests.browser.conftest import Page, written

WIDTHS = (360, 768, 1440)
#: The reports of the shipped registry and of the examples.
FIELDS = ("report", "vaccine", "education")
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice"]}
#: How much of the page lies beyond the screen.
BEYOND = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
#: A registry whose every text tries to act.
HOSTILE = """
registry: 1
title: "<script>document.title = 'taken'</script> & <b>bold</b>"
outcomes:
  mrs: {name: "mRS \\"><img src=x onerror=\\"document.title='taken'\\">", type: ordinal, better: lower}
trials:
  evil-2020:
    name: "</title><script>document.title='taken'</script>\\u202eKEEP"
    citation: {authors: ["<svg onload=alert(1)> A"], title: "javascript:alert(1) {{ 7*7 }}", year: 2020,
               doi: "javascript:alert(2)"}
    notes: ["<script>alert(3)</script> \\u2066 \\u200f notes"]
    design: {allocation: randomised}
    participants: {condition: "%s"}
    arms:
      cells: {role: treatment, n: 20, label: "<a href='javascript:alert(1)'>cells</a>"}
      control: {role: control, n: 20}
    results:
      - {outcome: mrs, at: 90 d, p: 0.03, favours: cells}
    sources: {paper: {kind: full text, url: "https://example.org/?q=<script>alert(1)</script>"}}
""" % ("unbroken" * 60)


def cells(page: Page, table: str, column: int) -> list[tuple[str, str | None]]:
    """What a column shows from the top, and what it is sorted by."""
    script = """const rows = [...document.getElementById(arguments[0]).tBodies[0].rows];
        return rows.filter((row) => !row.hidden)
          .map((row) => [row.cells[arguments[1]].textContent.trim(), row.cells[arguments[1]].dataset.order ?? null]);"""
    return [tuple(pair) for pair in page.ask(script, table, column)]


def column_of(page: Page, table: str, title: str) -> int:
    script = "return [...document.getElementById(arguments[0]).tHead.rows[0].cells].map((cell) => cell.textContent)"
    return page.ask(script, table).index(title)


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("registry", FIELDS)
def test_the_page_is_silent_and_never_wider_than_the_screen(page, request, registry, width):
    page.open(request.getfixturevalue(registry), width=width)
    assert page.messages() == []
    assert page.requests() == []
    assert page.ask("return innerWidth") == width
    assert page.ask(BEYOND) == 0
    assert page.ask("return getComputedStyle(document.body).fontFamily") != ""


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("registry", FIELDS)
def test_the_first_screen_holds_the_question_and_its_answer(page, request, registry, width):
    page.open(request.getfixturevalue(registry), width=width)
    script = """return [...document.querySelectorAll('h1, .question, .answer')]
        .map((each) => each.getBoundingClientRect().bottom)"""
    ends = page.ask(script)
    assert len(ends) == 3
    assert max(ends) < 640  # what a telephone shows below the bars of its browser
    assert page.ask(BEYOND) == 0
    first, second = page.ask(
        "return [...document.querySelectorAll('main table')].slice(0, 2).map((e) => e.className)"
    )
    assert (first, second) == ("cards", "forest")


def test_twenty_trials_are_below_ten_thousand_words(page, everything):
    page.open(everything)
    assert page.ask("return document.body.innerText.split(/\\s+/).length") < 10_000
    assert page.ask("return document.querySelectorAll('details.part[open]').length") == 0


def test_on_a_telephone_rows_are_cards_and_drawings_as_wide_as_the_screen(page, report):
    page.open(report, width=360)
    page.unfold()
    script = """const width = (each) => each.getBoundingClientRect().width;
        const lines = [...document.querySelectorAll('.forest td.plot > svg')];
        const drawings = [...document.querySelectorAll('.drawing svg')];
        return [getComputedStyle(document.querySelector('.cards tr')).display,
          getComputedStyle(document.querySelector('.cards td'), '::before').content,
          Math.min(...lines.map(width)), drawings.map(width).filter(Boolean)]"""
    display, title, forest, drawings = page.ask(script)
    assert (display, title) == ("block", '"Participants (trials): "')
    assert forest > 250
    assert all(250 < width < 360 for width in drawings)
    assert len(drawings) >= 3
    assert page.ask(BEYOND) == 0


def test_a_link_into_what_is_folded_opens_it(page, report):
    page.open(report)
    # The page hears of the new address first, and this script after it.
    click = """return new Promise((heard) => {
        addEventListener("hashchange", () => heard(document.getElementById("consort").closest("details").open));
        document.querySelector("nav a[href='#consort']").click();
    })"""
    assert page.ask(click)


@pytest.mark.parametrize(
    ("registry", "width", "dark"),
    [
        ("judged", 1440, True),
        ("judged", 360, False),
        *((field, width, False) for field in FIELDS for width in WIDTHS),
    ],
)
def test_axe_finds_nothing(page, request, registry, width, dark):
    from axe_core_python.selenium import Axe

    page.open(request.getfixturevalue(registry), width=width, dark=dark)
    page.unfold()
    passed = set()
    for part in page.parts():
        found = Axe().run(page.driver, options=WCAG)
        said = [
            (each["id"], [node["html"][:200] for node in each["nodes"]][:3]) for each in found["violations"]
        ]
        assert (part, said) == (part, [])
        passed |= {each["id"] for each in found["passes"]}
    assert len(passed) > 20


def test_dark_mode_is_dark(page, report):
    backgrounds = []
    for dark in (False, True):
        page.open(report, dark=dark)
        backgrounds.append(page.ask("return getComputedStyle(document.body).backgroundColor"))
    assert backgrounds[0] != backgrounds[1]


def test_a_column_is_sorted_by_keyboard_with_numbers_as_numbers(page, report):
    page.open(report)
    at = column_of(page, "table-results", "p reported")
    before = cells(page, "table-results", at)
    states = []
    for _ in range(3):
        button = page.ask(
            "return document.getElementById('table-results').tHead.rows[0].cells[arguments[0]].firstChild", at
        )
        button.send_keys("\N{SPACE}")
        states.append(
            (button.find_element("xpath", "..").get_attribute("aria-sort"), cells(page, "table-results", at))
        )
    (first, up), (second, down), (third, again) = states
    assert (first, second, third) == ("ascending", "descending", None)
    numbers = [float(key) for _, key in up if key is not None]
    assert numbers == sorted(numbers)
    assert len(numbers) > 20
    assert [float(key) for _, key in down if key is not None] == sorted(numbers, reverse=True)
    assert all(key is None for _, key in up[len(numbers) :])
    assert again == before


def test_rows_are_filtered_and_counted(page, report):
    page.open(report)
    box = page.driver.find_element("id", "table-results-filter")
    box.send_keys("Bang 2005 Barthel")
    left = cells(page, "table-results", 0)
    assert len(left) == 3
    count = page.ask("return document.getElementById('table-results-filter').parentElement.innerText")
    assert "3 of " in count
    box.clear()
    box.send_keys("\N{SPACE}")
    assert len(cells(page, "table-results", 0)) > 20


def test_links_lead_somewhere_and_every_finding_to_its_explanation(page, report):
    page.open(report)
    script = """const links = [...document.querySelectorAll('a[href^="#"]')].map((a) => a.hash.slice(1));
        return [links.length, links.filter((id) => !document.getElementById(decodeURIComponent(id)))];"""
    number, lost = page.ask(script)
    assert number > 100
    assert lost == []
    codes = [pair for part in ("findings", "notes", "waived") for pair in cells(page, f"table-{part}", 0)]
    explained = page.ask("return [...document.querySelectorAll('dt')].map((each) => each.id)")
    assert {f"rule-{code}" for code, _ in codes} == set(explained)


def test_the_first_tab_skips_to_the_content(page, report):
    page.open(report)
    page.driver.switch_to.active_element.send_keys("\ue004")
    first = page.driver.switch_to.active_element
    assert first.get_attribute("href").endswith("#content")
    assert first.rect["height"] > 0


def test_it_prints(page, report):
    page.open(report)
    page.driver.find_element("id", "table-results-filter").send_keys("Bang")
    printed = base64.b64decode(page.tell("Page.printToPDF", printBackground=False)["data"])
    assert printed.startswith(b"%PDF")
    assert len(printed) > 50_000
    page.tell("Emulation.setEmulatedMedia", media="print")
    hidden = "return [...document.querySelectorAll('.filter, nav, .skip')].filter((each) => each.offsetParent).length"
    assert page.ask(hidden) == 0
    page.tell("Emulation.setEmulatedMedia", media="")


def test_without_scripts_everything_is_there_and_nothing_that_does_not_work(page, report):
    page.open(report, scripts=False)
    script = """return [document.querySelectorAll('tbody tr').length, document.querySelectorAll('button').length,
        [...document.querySelectorAll('input')].filter((each) => each.offsetParent).length]"""
    rows, buttons, inputs = page.ask(script)
    assert rows > 100
    assert (buttons, inputs) == (0, 0)


def test_texts_of_a_registry_are_shown_and_never_act(page, tmp_path):
    registry = tmp_path / "evil.yaml"
    registry.write_text(HOSTILE, encoding="utf-8")
    page.open(written(registry, tmp_path), width=360)
    assert page.messages() == []
    assert page.requests() == []
    assert page.driver.title.startswith("<script>document.title = 'taken'</script>")
    assert page.ask("return document.querySelectorAll('script, img, iframe, object').length") == 1
    assert (
        page.ask("return [...document.links].filter((a) => !/^(https?|file):$/.test(a.protocol)).length") == 0
    )
    assert "{{ 7*7 }}" in page.driver.find_element("tag name", "body").text
    assert page.ask(BEYOND) == 0


def test_the_policy_lets_nothing_else_run(page, report):
    page.open(report)
    page.ask(
        "const s = document.createElement('script'); s.textContent = 'window.ran = 1'; document.body.append(s)"
    )
    assert page.ask("return window.ran ?? null") is None
    assert any("Content Security Policy" in said for said in page.messages())
