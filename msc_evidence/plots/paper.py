"""A page in millimetres, from the top downwards, that becomes a figure once its length is known."""

from __future__ import annotations

import io
import logging
import re
import warnings
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from msc_evidence.plots.scope import Unplaced, unplaced_reasons
from msc_evidence.render.inert import inert

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from msc_evidence.plots.axis import Axis

#: Colours that people of any colour vision tell apart (Okabe & Ito 2008).
BLACK, ORANGE, SKY, GREEN = "#000000", "#E69F00", "#56B4E9", "#009E73"
YELLOW, BLUE, VERMILLION, PURPLE = "#F0E442", "#0072B2", "#D55E00", "#CC79A7"
GREY, PALE = "#595959", "#D9D9D9"
#: Points; journals ask for 6 or more at print size.
SIZE, SMALL = 7.0, 6.5
#: Height of a line of text in millimetres.
LINE = 3.6
#: One column of a journal and two, in millimetres.
WIDTHS = (85, 174)
_MM = 25.4
#: The fonts that texts are set in, the first that has a letter for it.
_FAMILIES = ("DejaVu Sans",)
_SETTINGS: dict[str, Any] = {
    "font.size": SIZE,
    "svg.fonttype": "none",
    "svg.hashsalt": "msc-evidence",
    "pdf.fonttype": 42,
    "axes.linewidth": 0.6,
    "lines.linewidth": 0.8,
    "xtick.major.width": 0.6,
    "ytick.major.width": 0.6,
    "xtick.major.size": 2.0,
    "ytick.major.size": 2.0,
    "xtick.major.pad": 1.5,
    "ytick.major.pad": 1.5,
    "text.parse_math": False,
    "axes.unicode_minus": True,
    "hatch.linewidth": 0.4,
}
#: What a file says of itself: no date, so that the same picture is the same bytes.
_METADATA: dict[str, dict[str, str | None]] = {
    "svg": {"Date": None, "Creator": "msc-evidence"},
    "pdf": {"CreationDate": None, "Creator": "msc-evidence", "Producer": "msc-evidence"},
    "png": {"Software": "msc-evidence"},
}
FORMATS = tuple(_METADATA)
_NO_GLYPH = re.compile(r"Glyph (\d+) .*missing from")
#: Dots per inch of a bitmap, as journals ask for line art with text.
DPI = 300


class UndrawableError(ValueError):
    """A text that no font at hand can draw; the message says what can."""


class Paper:
    """Texts and axes placed from the top; `y` is the cursor."""

    def __init__(self, width: float) -> None:
        self.width, self.y = width, 2.0
        self._steps: list[Callable[[Figure, float], None]] = []

    def text(self, x: float, y: float, text: str, *, size: float = SIZE, **style: Any) -> None:
        """A text whose line is centred at `y`."""
        where: dict[str, Any] = {"va": "center", "ha": "left", "fontsize": size} | style

        def step(figure: Figure, height: float) -> None:
            figure.text(x / self.width, 1 - y / height, inert(text), **where)

        self._steps.append(step)

    def line(self, text: str, *, x: float = 2.0, **style: Any) -> None:
        """A text at the cursor, in as many lines as it needs."""
        for line in folded_lines(
            text, self.width - x - 2.0, style.get("size", SIZE), style.get("weight", "normal")
        ):
            self.text(x, self.y + LINE / 2, line, **style)
            self.y += LINE

    def axes(self, x: float, y: float, width: float, height: float, draw: Callable[[Axes], None]) -> None:
        """Axes whose inner frame has this place and size."""

        def step(figure: Figure, total: float) -> None:
            box = (x / self.width, 1 - (y + height) / total, width / self.width, height / total)
            draw(figure.add_axes(box))

        self._steps.append(step)

    def figure(self) -> Figure:
        """The figure of everything placed."""
        from matplotlib.figure import Figure

        height = self.y + 2.0
        figure = Figure(figsize=(self.width / _MM, height / _MM), dpi=DPI, facecolor="white")
        for step in self._steps:
            step(figure, height)
        return figure


def rendered_file(
    draw: Callable[[Paper], None], width: float, format: str, title: str, alternative: str
) -> bytes:
    """The page as a file of one of FORMATS; raises ImportError without matplotlib.

    Letters that the usual font lacks stay text in an SVG; in another format a font of this computer that has them
    stands in, and UndrawableError is raised where none does.
    """
    metadata = _METADATA[format] | ({} if format == "svg" else {"Title": title})
    raw, missing = _saved(draw, width, format, metadata, _FAMILIES)
    if missing and format != "svg":
        raw, _ = _saved(draw, width, format, metadata, (*_FAMILIES, *_families_with(missing)))
    return _with_description(raw.decode(), title, alternative).encode() if format == "svg" else raw


def _saved(
    draw: Callable[[Paper], None],
    width: float,
    format: str,
    metadata: Mapping[str, str | None],
    families: tuple[str, ...],
) -> tuple[bytes, set[int]]:
    """The page drawn in these fonts, and the letters that none of them has."""
    from matplotlib import rc_context, style

    buffer = io.BytesIO()
    settings = {**_SETTINGS, "font.family": list(families)}
    with rc_context(), style.context(["default", settings]), _missing_letters() as missing:
        page = Paper(width)
        draw(page)
        page.figure().savefig(buffer, format=format, dpi=DPI, metadata=metadata)
    return buffer.getvalue(), missing


@contextmanager
def _missing_letters() -> Iterator[set[int]]:
    """Collects the letters without a glyph that matplotlib warns of; other warnings stay what they are."""
    missing: set[int] = set()
    logger = logging.getLogger("matplotlib.font_manager")  # a fallback without a bold is nothing to report
    before = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings(record=True) as caught:
            warnings.filterwarnings("always", message=_NO_GLYPH.pattern)
            yield missing
    finally:
        logger.setLevel(before)
    for warning in caught:
        if found := _NO_GLYPH.match(str(warning.message)):
            missing.add(int(found[1]))
        else:
            warnings.warn_explicit(warning.message, warning.category, warning.filename, warning.lineno)


def _families_with(missing: Iterable[int]) -> list[str]:
    """Fonts of this computer that have the letters, as few as it takes; raises UndrawableError where none has one."""
    from matplotlib.font_manager import findSystemFonts, fontManager, get_font

    left, families = set(missing), list[str]()
    for file in sorted(findSystemFonts()):
        try:
            font = get_font(file)
            has = left & set(font.get_charmap())
        except (RuntimeError, OSError):  # a file that is no font, or of a kind that is not read
            continue
        if has:
            fontManager.addfont(file)
            families.append(font.family_name)
            left -= has
        if not left:
            return families
    raise UndrawableError(f"no font here has the letter {chr(min(left))}; an .svg keeps it as text")


def _with_description(svg: str, title: str, alternative: str) -> str:
    """The SVG as an image with a text alternative."""
    start = svg.index("<svg ") + len("<svg ")
    end = svg.index(">", start)
    role = 'role="img" aria-labelledby="title description" '
    description = escape(inert(alternative))
    description_tags = (
        f'\n <title id="title">{escape(title)}</title>\n <desc id="description">{description}</desc>'
    )
    return f"{svg[:start]}{role}{svg[start : end + 1]}{description_tags}{svg[end + 1 :]}"


def text_width(text: str, size: float = SIZE, weight: str = "normal") -> float:
    """Millimetres that a text takes in the fonts at work."""
    from matplotlib import rcParams

    return _width_in(inert(text), size, weight, tuple(rcParams["font.family"]))


@lru_cache(maxsize=4096)
def _width_in(text: str, size: float, weight: str, families: tuple[str, ...]) -> float:
    from matplotlib.font_manager import FontProperties, fontManager, get_font
    from matplotlib.ft2font import LoadFlags

    chosen = families if set(_FAMILIES) <= set(families) else _FAMILIES
    font = get_font([fontManager.findfont(FontProperties(family=name, weight=weight)) for name in chosen])
    font.set_size(size, 72)
    font.set_text(text, 0.0, flags=LoadFlags.NO_HINTING)
    return float(font.get_width_height()[0]) / 64 / 72 * _MM


def folded_lines(text: str, width: float, size: float, weight: str = "normal") -> list[str]:
    """The text in lines of at most so many millimetres."""
    lines = [""]
    for word in text.split():
        longer = f"{lines[-1]} {word}".strip()
        if lines[-1] and text_width(longer, size, weight) > width:
            lines.append(word)
        else:
            lines[-1] = longer
    return lines


def shortened(text: str, width: float, size: float = SIZE) -> str:
    """The text, cut with an ellipsis where it takes more than so many millimetres."""
    while text_width(text, size) > width and len(text) > 2:
        text = text[:-2] + "…"
    return text


def draw_unplaced(page: Paper, unplaced_trials: Sequence[Unplaced]) -> None:
    """A line on the trials that are not in the picture, with the reasons."""
    if unplaced_trials:
        page.line(f"Not placed: {'; '.join(unplaced_reasons(unplaced_trials))}.", size=SMALL, color=GREY)


def hide_frame(axes: Axes, *kept: str) -> None:
    """Axes with no frame but the sides kept, and no ticks up the side."""
    for side in ("left", "right", "top", "bottom"):
        axes.spines[side].set_visible(side in kept)
    if "left" not in kept:
        axes.set_yticks([])


def draw_ticks(axes: Axes, axis: Axis, width: float) -> None:
    """The ticks of an axis of so many millimetres, without labels that would touch."""
    labels, free = [], -width
    for tick in axis.ticks:
        half = text_width(tick.label, SMALL) / 2
        middle = width * (tick.at - axis.low) / (axis.high - axis.low)
        fits = middle - half > free
        labels.append(tick.label if fits else "")
        free = middle + half + 1.2 if fits else free
    axes.set_xticks([tick.at for tick in axis.ticks], labels, fontsize=SMALL)
