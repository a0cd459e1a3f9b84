"""Dates as papers give them: a day, or a month that stands for any day of it."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Annotated, Any

from pydantic_core import CoreSchema, core_schema

from msc_evidence.registry.problems import quoted_value

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler

_MONTH = r"\d{4}-(0[1-9]|1[0-2])"
_DATE = re.compile(r"(\d{4})-(\d{2})(?:-(\d{2}))?")


@dataclass(frozen=True, slots=True)
class CalendarDate:
    """A day or a month of the calendar, with the days that it can stand for.

    >>> month = CalendarDate.read("2016-02")
    >>> str(month.earliest), str(month.latest), str(month)
    ('2016-02-01', '2016-02-29', '2016-02')
    """

    text: str
    earliest: date
    latest: date

    @classmethod
    def read(cls, written: object) -> CalendarDate:
        """The date that was written; raises ValueError where it is none."""
        match = _DATE.fullmatch(str(written).strip())
        if not match:
            raise ValueError(
                f"{quoted_value(written)} is no date; expected a day or a month, such as 2016-04-28 or 2016-04"
            )
        year, month, day = int(match[1]), int(match[2]), match[3]
        try:
            first = date(year, month, int(day or 1))
        except ValueError:
            raise ValueError(f"{match[0]} is no {'day' if day else 'month'} of the calendar") from None
        return cls(match[0], first, first if day else date(year, month, monthrange(year, month)[1]))

    def disagrees(self, other: CalendarDate) -> bool:
        """Whether the two have no day in common."""
        return self.latest < other.earliest or other.latest < self.earliest

    def __str__(self) -> str:
        return self.text


class _AsDate:
    """Reads a date and keeps it as it was written."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(str)
        return core_schema.no_info_plain_validator_function(_read, serialization=written)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"type": "string", "pattern": rf"^\s*{_MONTH}(-(0[1-9]|[12]\d|3[01]))?\s*$"}


def _read(written: object) -> CalendarDate:
    return written if isinstance(written, CalendarDate) else CalendarDate.read(written)


DayOrMonth = Annotated[CalendarDate, _AsDate()]
