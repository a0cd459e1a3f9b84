"""What every part of a record is made of: known keys only, kebab-case, immutable, scalars as printed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from enum import Enum
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field
from pydantic_core import CoreSchema, core_schema

from msc_evidence.registry.problems import quoted_value
from msc_evidence.registry.reported import Ratio, Reported, Span, Time

if TYPE_CHECKING:
    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler


class NotReported(Enum):
    """What a source was read for and does not say."""

    NOT_REPORTED = "not reported"

    def __str__(self) -> str:
        return self.value


NOT_REPORTED = NotReported.NOT_REPORTED
#: What a draft writes where a value is required and the text has none; MSC110 asks for it.
TO_DO = "to do"
#: How the ids begin that a draft gives to outcomes which nobody named.
TO_DO_ID = "to-do"

Printed = Reported | Time | Span | Ratio
#: No measurement is greater, and the fourth power of this one is still a float.
GREATEST = 10**60
#: More than all people that there are.
MOST = 10**10
#: Texts whose values are kept, of each kind of field.
_MOST_KNOWN = 65_536


class AsPrinted:
    """Reads a scalar with `kind.read`, keeps its text, and accepts `not reported` where `silent` is set.

    `form` is what an editor can know of it (`printed_forms.FORMS`), by default that of its kind.
    """

    def __init__(
        self,
        kind: type[Printed],
        form: str | None = None,
        *,
        silent: bool = False,
        rule: Callable[[Any], str | None] | None = None,
    ):
        self.kind, self.form, self.silent, self.rule = kind, form or kind.form, silent, rule
        #: What texts were read as: a registry prints the same few numbers and times again and again.
        self._known: dict[str, Printed | NotReported] = {}

    def read(self, written: object) -> Printed | NotReported:
        """The value that was found; raises ValueError saying what was expected."""
        if not isinstance(written, str):
            return self._read_new(written)
        known = self._known.get(written)
        if known is None:
            known = self._read_new(written)
            if len(self._known) < _MOST_KNOWN:
                self._known[written] = known
        return known

    def _read_new(self, written: object) -> Printed | NotReported:
        if isinstance(written, (self.kind, NotReported)):
            return written
        if self.silent and written == NOT_REPORTED.value:
            return NOT_REPORTED
        value = self._read_kind(written)
        if self.rule and (complaint := self.rule(value)):
            raise ValueError(complaint)
        return value

    def _read_kind(self, written: object) -> Printed:
        if self.kind is Span and isinstance(written, list) and len(written) == 2:
            return Span(Reported.read(written[0]), Reported.read(written[1]))
        if isinstance(written, (dict, list)):
            raise ValueError(f"found {_collection_name(written)}; {self._expected_form}")
        try:
            return self.kind.read(written)
        except ValueError as unreadable:
            raise ValueError(f"{unreadable}; {self._expected_form}") from None

    @property
    def _expected_form(self) -> str:
        return f"expected {self.kind.expected}" + (", or 'not reported'" if self.silent else "")

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        written = core_schema.plain_serializer_function_ser_schema(str)
        return core_schema.no_info_plain_validator_function(self.read, serialization=written)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return _schema_or_not_reported({"form": self.form}) if self.silent else {"form": self.form}


def _collection_name(written: object) -> str:
    return "a mapping" if isinstance(written, dict) else "a list"


class OrNotReported:
    """Accepts `not reported` for a value that may be missing: the key is set then, and its value None."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_none_if_not_reported, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return _schema_or_not_reported(dict(handler(schema)))


class OrToDo:
    """Accepts `to do` for a required value that a draft has not: the key is set then, and its value None."""

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_before_validator_function(_none_if_to_do, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        known = dict(handler(schema))
        return {"anyOf": [*known.get("anyOf", [known]), {"const": TO_DO}]}


def _none_if_to_do(written: object) -> object:
    return None if written == TO_DO else written


def _none_if_not_reported(written: object) -> object:
    return None if written == NOT_REPORTED.value else written


def _schema_or_not_reported(known: dict[str, Any]) -> dict[str, Any]:
    if "enum" in known:
        return known | {"enum": [*known["enum"], NOT_REPORTED.value]}
    return {"anyOf": [known, {"const": NOT_REPORTED.value}]}


class YesOrNo:
    """Reads true and yes, false and no: an editor's YAML gives `yes` as a text, others as a truth value."""

    WORDS: ClassVar = {"true": True, "yes": True, "false": False, "no": False}

    def read(self, written: object) -> bool:
        """The truth value; raises ValueError saying what was expected."""
        if isinstance(written, bool):
            return written
        if isinstance(written, (dict, list)):
            raise ValueError(f"found {_collection_name(written)}; expected true or false")
        known = self.WORDS.get(str(written).casefold())
        if known is None:
            raise ValueError(f"found {quoted_value(written)}; expected true or false")
        return known

    def __get_pydantic_core_schema__(self, source: object, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_plain_validator_function(self.read)

    def __get_pydantic_json_schema__(
        self, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        return {"form": "flag"}


def given_key(*keys: str) -> dict[str, Any]:
    """The schema of a mapping that has one of these keys, and not with `not reported`."""
    spoken = {"not": {"const": NOT_REPORTED.value}}
    return {"anyOf": [{"required": [key], "properties": {key: spoken}} for key in keys]}


def _count_fault(value: Reported) -> str | None:
    if value.count is None or value.count < 0 or "%" in value.text:
        return f"{value.text!r} is not a count; expected a whole number, 0 or more"
    if value.count > MOST:
        return f"{value.text!r} is more than there are people; expected a count"
    return None


def _p_value_fault(value: Reported) -> str | None:
    if not 0 <= value.value <= 1 or "%" in value.text:
        return f"p is {value.text}; a p-value lies between 0 and 1"
    return None


def _probability_fault(value: Reported) -> str | None:
    if not 0 <= value.value <= 1 or "%" in value.text:
        return f"{value.text!r} is not a probability; it lies between 0 and 1"
    return None


def _level_fault(value: Reported) -> str | None:
    if not 50 <= value.value <= 100:
        return f"{value.text!r} is no confidence level; expected per cent, such as 95"
    return None


def _magnitude_fault(value: Reported) -> str | None:
    if abs(value.value) > GREATEST:
        return f"{value.text!r} is beyond what anything measures"
    return None


def _ends_fault(value: Span) -> str | None:
    return _magnitude_fault(value.low) or _magnitude_fault(value.high)


def _percentage_fault(value: Reported) -> str | None:
    if not -100 <= value.value <= 100:
        return f"{value.text!r} is not a percentage"
    return None


def _spread_fault(value: Reported) -> str | None:
    if value.value < 0:
        return f"{value.text!r} is negative; a standard deviation or error is 0 or more"
    return _magnitude_fault(value)


Missing = TypeVar("Missing")
#: A value that a source may keep silent about: `mean: not reported`.
Reportable = Annotated[Missing | None, OrNotReported()]

Flag = Annotated[bool, YesOrNo()]
Number = Annotated[Reported, AsPrinted(Reported, rule=_magnitude_fault)]
MaybeNumber = Annotated[Reported | NotReported, AsPrinted(Reported, silent=True, rule=_magnitude_fault)]
Count = Annotated[Reported, AsPrinted(Reported, "count", rule=_count_fault)]
MaybeCount = Annotated[Reported | NotReported, AsPrinted(Reported, "count", silent=True, rule=_count_fault)]
PValue = Annotated[Reported, AsPrinted(Reported, "share", rule=_p_value_fault)]
Percent = Annotated[Reported, AsPrinted(Reported, "percent", rule=_percentage_fault)]
Probability = Annotated[Reported, AsPrinted(Reported, "share", rule=_probability_fault)]
Level = Annotated[Reported, AsPrinted(Reported, "level", rule=_level_fault)]
Spread = Annotated[Reported, AsPrinted(Reported, "spread", rule=_spread_fault)]
When = Annotated[Time, AsPrinted(Time)]
MaybeWhen = Annotated[Time | NotReported, AsPrinted(Time, silent=True)]
Ends = Annotated[Span, AsPrinted(Span, rule=_ends_fault)]
MaybeRatio = Annotated[Ratio | NotReported, AsPrinted(Ratio, silent=True)]


#: Ids are what people type on a command line: `bang-2005`, `msc`, `mrs`.
Id = Annotated[str, Field(pattern=r"^[a-z0-9][a-z0-9-]*$")]
IdOrSilence = Annotated[str, Field(pattern=r"^([a-z0-9][a-z0-9-]*|not reported)$")]
#: Longer than any title, note or reason; a table that wraps more helps nobody.
LONGEST_TEXT = 10_000
Text = Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)]
#: What a rate is of: a number, and of what.
RateBase = Annotated[str, Field(pattern=r"^[1-9][0-9,. ]*( \S.*)?$")]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]
NR = Literal["not reported"]


def _kebab_case(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


class Part(BaseModel):
    """A mapping of the registry: its keys are the only ones allowed, and it never changes once read.

    Its validator is built when one is first read, as a part of the whole file's: most are never built alone.
    """

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=_kebab_case, defer_build=True)


def set_fields(part: Part) -> Iterator[tuple[str, str]]:
    """The fields that a record gives of a part, each by its name and its key in the file, in the model's order."""
    given = part.model_fields_set
    return ((name, key) for name, key in _keys(type(part)) if name in given)


@lru_cache
def _keys(part: type[Part]) -> tuple[tuple[str, str], ...]:
    return tuple((name, field.alias or name) for name, field in part.model_fields.items())


class Sourced(Part):
    """A part that may name its source; without one it comes from the trial's first source."""

    source: Id | None = Field(None, description="id of the source; default: the trial's first")
    posted: Text | None = Field(
        None,
        alias="from",
        description="where a registration posts it, its values and their analysis:"
        " outcomeMeasures/0/classes/0 outcomeMeasures/0/analyses/0; or the cells of an article's table:"
        " msc=T1!r5c1 control=T1!r5c2 p=T1!r5c3",
    )
