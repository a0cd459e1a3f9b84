"""Numbers that print or conversion broke, put back into one piece where words and signs leave no doubt."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass

Replacement = Callable[[re.Match[str]], str]


@dataclass(frozen=True, slots=True)
class Rewrite:
    """One notation and its plain form; tried only on a text that holds one of `needles`, if it names any."""

    pattern: re.Pattern[str]
    replacement: Replacement
    needles: Iterable[str] = ()
    #: Whether it can occur in a text of ASCII characters alone.
    ascii: bool = True
    #: What else the text must show somewhere, such as a decimal comma that can be nothing else.
    shown: re.Pattern[str] | None = None

    def concerns(self, text: str) -> bool:
        """Whether the notation can occur in a text that holds one of its needles."""
        if not self.ascii and text.isascii():
            return False
        return self.shown is None or self.shown.search(text) is not None


#: A pattern that begins with its letter, and looks back from there, is found several times faster.
_P = r"([pP](?<![a-zA-Z].)(?:[ -]?[vV]alues?)? ?(?:[<>=≤≥]{1,2}|less than|greater than|of|was) ?"
#: `P<0/001`, `P less than 0-001`, `p<0, 05`, `p<0 001`.
_OTHER_POINT = re.compile(
    rf"{_P}0)(?:[/:;-]|, | )(?=0[0-9]{{1,4}}(?![0-9/]|[.,][0-9])|[0-9]{{2,4}}(?![0-9/ ]|[.,][0-9]))"
)
#: `p = 0. 046`, `p = 0 .046`, `p < . 05`.
_POINT_APART = re.compile(rf"{_P})(0 \. ?|0?\. )(?=[0-9])")
#: `p < .0 0 1`, `p = .0 1 3`: no digit stands beside another.
_DIGITS_APART = re.compile(rf"{_P}0?\.)([0-9](?: [0-9]){{1,5}})(?! ?[0-9/%]|[.,][0-9])")
#: `P<0.000 1`: the last digits of a number that is none without them.
_LAST_APART = re.compile(rf"{_P}0?\.0{{1,6}}) ([0-9]{{1,3}})(?![0-9/%]|[.,][0-9]| [a-z])")

_PEOPLE = (
    r"(?:patient|participant|subject|person|people|individual|adult|child|infant|women|men|case|birth|death"
    r"|practice)"
)
_BEFORE_THOUSANDS = re.compile(r"(?:[/=(]|[oO]f |[iI]n |mong |from |with |total |included |enrolled |= )\Z")
#: `6 030 participants`, `702/8 112 (8.7%)`: a space for the comma, where a total or a denominator stands.
_THOUSANDS = re.compile(
    r"([1-9](?<![0-9.,].)[0-9]{0,2})"
    rf" (?=[0-9]{{3}}(?![0-9]|[.,][0-9])(?: ?[(\[);,]|(?: [a-zA-Z-]{{1,20}}){{0,2}} {_PEOPLE}))"
)
_ANY_THOUSANDS = re.compile(
    r"(?<![0-9.,])([0-9]{1,3})[\u00a0\u2000-\u200a\u202f](?=[0-9]{3}(?![0-9]|[.,][0-9]))"
)

#: A decimal comma that can be nothing else: of a p-value, behind a lone zero with three digits or in a range, beside a
#: spread, or one digit before a percent sign.
_SHOWN_HERE = (
    r",(?=[0-9])(?:(?<=[<>=≤≥],)|(?<=[<>=≤≥] ,)|(?<=[<>=≤≥]0,)|(?<=[<>=≤≥] 0,)"
    r"|(?<=[^\w.,]0,)(?<!(?:ay|ek|th|ur|te|in)s 0,)(?=[0-9]{3,4}(?![0-9]|[.,][0-9])"
    r"|[0-9]{1,4}(?: ?[-;] ?| to )-?[0-9]{1,3},[0-9]{1,4}(?![0-9]|,[0-9]))"
    r"|(?<=[0-9],)(?=[0-9]{1,2} ?±)|(?:(?<=±[0-9],)|(?<=± [0-9],))(?=[0-9]{1,2}(?![0-9]|,[0-9]))"
    r"|(?<=[0-9],)(?<![0-9.,][0-9]{3},)(?=[0-9] ?%))"
)
_SHOWS_COMMA = re.compile(_SHOWN_HERE)
_DECIMAL_COMMA = re.compile(
    r"(?<![\w.,])([0-9]{1,4}),(?=[0-9]{1,2}(?![0-9]|[.,][0-9]))|(?<![\w.,])(0),(?=[0-9]{1,4}(?![0-9]|[.,][0-9]))"
)
#: Behind another digit three digits may be thousands: they are decimals where the text prints no decimal point, and
#: neither a word nor a percentage says that the number counts something.
_SHOWS_COMMA_AND_NO_POINT = re.compile(rf"\A(?=[^.]*+(?:\.(?![0-9])[^.]*+)*+\Z)(?s:.*?)(?:{_SHOWN_HERE})")
_COMMA_OF_THREE = re.compile(
    r"(?<![\w.,/])([1-9][0-9]?),"
    r"(?=[0-9]{3}(?![0-9%/]|[.,][0-9]| (?!to |and |vs |versus )[a-zA-Z-]{3}| ?\([0-9.,]+ ?%(?! ?C)))"
)
#: The upper limit of a range that begins with a decimal comma: `0,987 to 2,280`.
_COMMA_OF_LIMIT = re.compile(
    r"(?<![\w.,])(?<!(?:ay|ek|th|ur|te|in)s )"
    r"(0,[0-9]{3,4}(?: ?- ?| to | ?; ?|, | and )-?[0-9]{1,2}),(?=[0-9]{3,4}(?![0-9]|,[0-9]))"
)
_COUNTED_BEFORE = re.compile(r"(?:[nN] ?= ?|[oO]f |[iI]n |mong |from |with |total |included |enrolled )\Z")

#: `was - 0.04`, `(- 1.4, 95% CI: - 5.7% to - 0.03%)`: a sign with a space after it, where a number begins.
_SIGN_APART = re.compile(
    r"(?:(?<=[(\[=])|(?<=(?:of|is|to) )|(?<=(?:was|and) )|(?<=between )|(?<=CI )|(?<=(?:CI[:,=]|al[:,=]) )"
    r"|(?<=[,;:=] )(?=- ?[0-9]*\.[0-9]))"
    r"(?P<sign>[-+]) (?=\.?[0-9])"
)
_PLUS = re.compile(r"(?:(?<=[(\[=])|(?<=[=:,;] )|(?<=(?:of|to|by|CI) )|(?<=(?:was|and) ))\+(?=\.?[0-9])")

_VALUE_THEN_P = (
    r"(?= ?[=:] ?-? ?(?:[0-9]{1,5}(?:\.[0-9]+)?|\.[0-9]+)"
    r"(?:[ ,;:()]|and|with|two-sided){1,6}[pP](?![a-zA-Z]))"
)
#: Degrees of freedom whose subscript was lost: `F1,56 = 4.5`, `t28 = 2.2`, `χ2 1 = 1.14`, `χ24 = 9.6`.
_F_INDEX = re.compile(
    rf"(?<![\w-])F ?_?([0-9]{{1,3}}(?:\.[0-9]+)?) ?[,;] ?([0-9]{{1,5}}(?:\.[0-9]+)?){_VALUE_THEN_P}"
)
#: `F(1,171) = 7.29`: two degrees of freedom, and no number of four digits; `χ 2 = 5.4`: the name of a statistic.
_F_BRACKETS = re.compile(r"(?<![\w-])(F ?[(\[] ?[0-9]{1,2}),(?=[0-9]{3} ?[)\]] ?[=<>])")
_CHI_APART = re.compile(r"(?<!\w)χ 2(?= ?[=(\[])")
_T_INDEX = re.compile(rf"(?<![\w-])t( ?)_?([0-9]{{1,4}}(?:\.[0-9]+)?){_VALUE_THEN_P}")
_CHI_INDEX = re.compile(rf"(?<!\w)((?:χ|[cC]hi|X)[ -]?2) ?([0-9]{{1,2}}){_VALUE_THEN_P}")

_NAMED = r"(?=C\.?I|[cC]onfidence)"
#: `.95% CI`, `0.95 CI`, `95 CI`, `95CI`: a level without its percent sign, or as a fraction.
_LEVEL = re.compile(rf"(?<![\w.,])(?:0?\.(9[059]) ?%?|(9[059])) ?{_NAMED}")
#: `95 CI%`: the percent sign behind the name.
_LEVEL_PARTED = re.compile(r"(?<![\w.,])(9[059]) ?CI ?%")
#: `95 % 95 % CI`: a level said twice.
_LEVEL_TWICE = re.compile(rf"(9[059](?:\.[0-9])? ?% ?)(?:9[059](?:\.[0-9])? ?% ?){_NAMED}")
#: `CI95 1.2-3.0`, `IC95% 1.2`, `CI.95 = 1.2`, `CI 0.95: 1.2`: a level behind the name, without its percent sign.
_LEVEL_BEHIND = re.compile(
    r"(?<![a-zA-Z])(?:(?:CI|C\.I\.?)"
    r"(?: ?(9[059])(?= ?[:=(\[])|(9[059])(?= )|0?\.(9[059])(?=[ :=])| 0?\.(9[059])(?= ?[:=])"
    r"| ?[(\[](9[059])[)\]](?= ?[:=]))"
    r"|IC ?(9[059]) ?%)(?= ?[:=,]? ?[(\[]? ?-?[0-9.])"
)
#: `95% CI-0.9 to 15.9`, `OR0.5`: a number glued to what is before it.
_LIMIT_AFTER_LEVEL = re.compile(r"(?<=CI )(9[059](?:\.[0-9])? ?%) (?=-\.?[0-9])")
#: `-2.6 - (-0.21)`: the second limit in brackets for its sign.
_BRACKETED_LIMIT = re.compile(r"(?<=[0-9]) ?- ?\((-[0-9]{0,4}\.?[0-9]{1,6})\)")
_GLUED_LIMIT = re.compile(r"(?<=CI)(?=-\.?[0-9])")
_GLUED_RATIO = re.compile(r"(?<![a-zA-Z])([acm]?(?:OR|HR|RR))(?=[0-9]{1,3}\.[0-9])")
#: `−£97`, `£−97`: the sign stands before the number all the same.
_CURRENCY = re.compile(r"- ?[A-Z]{0,3}[€$£¥][A-Z]? ?(?=[0-9])|(?:[A-Z]{0,3}[€$£¥][A-Z]?) ?-(?=[0-9])")

#: `6.4 + 2.4`: a sign that lost its lower half, between numbers with decimals; `43/9 ± 4/9`: slashes for points.
_PLUS_FOR_BOTH = re.compile(
    r"(?:(?<=[0-9]\.[0-9])|(?<=[0-9]\.[0-9]{2})) ?\+ ?(?=[0-9]{1,3}\.[0-9]{1,2}(?![0-9]))"
)
_SLASHED_SPREAD = re.compile(r"(?<![0-9/.])([0-9]{1,3})/([0-9]{1,2}) ?± ?([0-9]{1,3})/([0-9]{1,2})(?![0-9/])")

#: `days 90,180,365`, `30,180 and 365 days`: a list, and no number of nine digits.
_DAYS = re.compile(
    r"(?<=[dD]ays )([0-9]{1,3}(?:,[0-9]{1,3}){1,8})(?![0-9]|[,.][0-9])"
    r"|([0-9]{1,3}(?:,[0-9]{1,3}){1,8})(?=,? (?:and|or) [0-9]{1,3}(?:-| )days)"
)


def _with_comma(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 10) : match.start()]
    return match[1] + ("," if _BEFORE_THOUSANDS.search(before) else " ")


def _as_point(match: re.Match[str]) -> str:
    before = match.string[max(0, match.start() - 10) : match.start()]
    return match[0] if _COUNTED_BEFORE.search(before) else match[1] + "."


def _joined(match: re.Match[str]) -> str:
    return match[1] + match[2].replace(" ", "")


_T_DIGITS = [f"t{space}{digit}" for space in ("", " ", "_") for digit in range(1, 10)]
_LEVELS = [f"{level}{after}" for level in (90, 95, 99) for after in ("C", " C", " c", "c")] + [".95%", ".9 "]

REPAIRS = (
    Rewrite(
        _ANY_THOUSANDS,
        lambda m: m[1] + ",",
        [chr(code) for code in (0xA0, *range(0x2000, 0x200B), 0x202F)],
        ascii=False,
    ),
)
#: Those of a text whose spaces and dashes are plain.
PLAIN_REPAIRS = (
    Rewrite(_OTHER_POINT, lambda m: m[1] + ".", ("0/", "0:", "0;", "0-", "0, ", "0 0")),
    Rewrite(_POINT_APART, _joined, ("0. ", "0 .", "= . ", "< . ", "=. ", "<. ")),
    Rewrite(_DIGITS_APART, _joined, (".0 ",)),
    Rewrite(_LAST_APART, _joined, ("0 ",)),
    Rewrite(_THOUSANDS, _with_comma),
    Rewrite(_F_BRACKETS, lambda m: f"{m[1]}, ", ("F(", "F (", "F[", "F [")),
    Rewrite(_CHI_APART, lambda _: "χ2", ("χ 2",)),
    Rewrite(_F_INDEX, lambda m: f"F({m[1]}, {m[2]})", ("F",)),
    # In braces where a space parts them from a letter that may be anything.
    Rewrite(_T_INDEX, lambda m: f"t{{{m[2]}}}" if m[1] else f"t({m[2]})", _T_DIGITS),
    Rewrite(_CHI_INDEX, lambda m: f"{m[1]}({m[2]})", ("χ2", "χ 2", "hi2", "hi 2", "hi-2", "X2", "X 2")),
    Rewrite(_COMMA_OF_THREE, _as_point, shown=_SHOWS_COMMA_AND_NO_POINT),
    Rewrite(_COMMA_OF_LIMIT, lambda m: m[1] + ".", ("0,",)),
    Rewrite(_DECIMAL_COMMA, lambda m: (m[1] or m[2]) + ".", shown=_SHOWS_COMMA),
    Rewrite(_LEVEL_PARTED, lambda m: f"{m[1]}% CI", ("CI%", "CI %")),
    Rewrite(_LEVEL, lambda m: f"{m[1] or m[2]}% ", _LEVELS),
    Rewrite(_LEVEL_TWICE, lambda m: m[1], ("% 9", "%9")),
    Rewrite(
        _LEVEL_BEHIND,
        lambda m: f"CI {m[m.lastindex or 0]}%",
        (
            "CI9",
            "CI 9",
            "CI(9",
            "CI (9",
            "CI[9",
            "CI [9",
            "C.I.9",
            "C.I9",
            "IC9",
            "IC 9",
            "CI.9",
            "CI0.9",
            "CI 0.9",
            "CI .9",
        ),
    ),
    Rewrite(_LIMIT_AFTER_LEVEL, lambda m: f"{m[1]}: ", ("% -",)),
    Rewrite(_BRACKETED_LIMIT, lambda m: f" to {m[1]}", ("(-",)),
    Rewrite(_GLUED_LIMIT, lambda _: " ", ("CI-",)),
    Rewrite(_GLUED_RATIO, lambda m: m[1] + " ", ("OR", "HR", "RR")),
    Rewrite(_CURRENCY, lambda _: "-", "€$£"),
    Rewrite(_SIGN_APART, lambda m: m["sign"], ("- ", "+ ")),
    Rewrite(_PLUS, lambda _: "", "+"),
    Rewrite(_PLUS_FOR_BOTH, lambda _: " ± ", "+"),
    Rewrite(_SLASHED_SPREAD, lambda m: f"{m[1]}.{m[2]} ± {m[3]}.{m[4]}", "±"),
    Rewrite(re.compile(r"(?<![a-zA-Z])[aA] (?=hundred|thousand)"), lambda _: "one ", ("hundred", "thousand")),
    Rewrite(_DAYS, lambda m: m[0].replace(",", ", "), ("ays",)),
)
