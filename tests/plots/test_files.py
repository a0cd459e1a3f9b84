"""Pictures as files: what every plot has in common."""

from __future__ import annotations

import re

import pytest

from msc_evidence.plots import plot_named, plot_names
from msc_evidence.plots.paper import FORMATS, WIDTHS, UndrawableError, rendered_file
from tests.plots.drawn import Svg, drawn, picture

STARTS = {"svg": b"<?xml", "pdf": b"%PDF-", "png": b"\x89PNG"}


@pytest.mark.parametrize("name", plot_names())
@pytest.mark.parametrize("width", WIDTHS)
def test_an_svg_is_an_image_with_a_text_alternative_and_text_kept_as_text(name, width):
    found = Svg(drawn(name, width, "svg"))
    assert found.root.get("role") == "img"
    assert found.root.get("aria-labelledby") == "title description"
    assert found.groups["title"].text == plot_named(name).title
    assert found.groups["description"].text == plot_named(name).alternative(picture(name))
    assert found.texts()
    assert found.root.get("width") == f"{width / 25.4 * 72:.6f}".rstrip("0").rstrip(".") + "pt"


@pytest.mark.parametrize("name", plot_names())
def test_the_same_picture_is_the_same_bytes_and_has_no_date(name):
    plot, made = plot_named(name), picture(name)
    for format in FORMATS if name == "shift" else ("svg",):
        again = rendered_file(
            lambda page: plot.draw(made, page), 85, format, plot.title, plot.alternative(made)
        )
        assert again == drawn(name, 85, format)
        assert again.startswith(STARTS[format])
        assert not re.search(rb"CreationDate|<dc:date|20\d\d-\d\d-\d\dT", again)


def test_a_pdf_embeds_its_fonts_as_truetype():
    assert b"/FontFile2" in drawn("shift", 85, "pdf")
    assert b"/Type3" not in drawn("shift", 85, "pdf")


@pytest.mark.parametrize("name", plot_names())
@pytest.mark.parametrize("width", WIDTHS)
def test_nothing_is_written_beyond_the_page(name, width):
    """Places are in points from the left; a text that ends at its place must not begin before the page."""
    from msc_evidence.plots.paper import text_width

    found = Svg(drawn(name, width, "svg"))
    page = width / 25.4 * 72
    for each in found.root.iter("{http://www.w3.org/2000/svg}text"):
        style = each.get("style", "")
        moved = re.match(r"translate\(([-\d.]+) ", each.get("transform", ""))
        if "rotate(-90" in each.get("transform", "") or not (moved or each.get("x")):
            continue
        x = float(moved[1]) if moved else float(each.get("x"))
        size = float(re.search(r"([\d.]+)px", style)[1])
        weight = "bold" if re.search(r"\bbold\b|\b700\b", style) else "normal"
        wide = text_width("".join(each.itertext()), size, weight) / 25.4 * 72
        start = x - {"end": 1.0, "middle": 0.5}.get(anchor(style), 0.0) * wide
        assert start >= -1.0
        assert start + wide <= page + 1.0


def anchor(style: str) -> str:
    found = re.search(r"text-anchor: *(\w+)", style)
    return found[1] if found else "start"


@pytest.mark.parametrize("format", ["png", "pdf"])
def test_a_letter_that_the_usual_font_lacks_is_drawn_in_another_or_refused(monkeypatch, recwarn, format):
    from matplotlib import font_manager, get_data_path

    fonts = [f"{get_data_path()}/fonts/ttf/STIXGeneral.ttf"]
    monkeypatch.setattr(font_manager, "findSystemFonts", lambda: fonts)
    assert rendered_file(lambda page: page.line("ᶄ 2020", weight="bold"), 85, format, "", "").startswith(
        STARTS[format]
    )
    fonts.clear()
    with pytest.raises(UndrawableError, match=r"no font here has the letter ᶄ; an \.svg keeps it as text"):
        rendered_file(lambda page: page.line("ᶄ 2020"), 85, format, "", "")
    assert rendered_file(lambda page: page.line("ᶄ 2020"), 85, "svg", "", "").startswith(STARTS["svg"])
    assert list(recwarn) == []
