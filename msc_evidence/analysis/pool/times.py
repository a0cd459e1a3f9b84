"""At which times studies are pooled: at one, or at the last that each has within limits; and which times are near."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from msc_evidence.registry.fields import NotReported
from msc_evidence.registry.problems import listed
from msc_evidence.registry.reported import Time

#: Two times that differ by no more than this share of the longer are offered for each other.
NEAR = 0.1
LAST_WORD = "last"
_BETWEEN = ".."


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From one time to another, both included; of each study the last time within counts."""

    earliest: Time | None = None
    latest: Time | None = None

    expected = "a time (3 mo), two of them (3mo..12mo) or last"

    @classmethod
    def read(cls, text: str) -> TimeWindow:
        """The window that is typed; raises ValueError where it is none.

        >>> str(TimeWindow.read("3mo..12mo")), str(TimeWindow.read("last"))
        ('the last time of each study from 3 mo to 12 mo', 'the last time of each study')
        """
        if text.strip().casefold() == LAST_WORD:
            return LAST
        first, _, second = text.partition(_BETWEEN)
        window = cls(*(Time.read(end) if end.strip() else None for end in (first, second)))
        if window.earliest and window.latest and window.earliest.months > window.latest.months:
            raise ValueError(f"{text!r} ends before it begins")
        return window

    def __contains__(self, at: object) -> bool:
        if not isinstance(at, Time):
            return self.earliest is None and self.latest is None
        after = self.earliest is None or at.months >= self.earliest.months
        return after and (self.latest is None or at.months <= self.latest.months)

    def __str__(self) -> str:
        ends = (
            f" from {self.earliest}" if self.earliest else "",
            f" to {self.latest}" if self.latest else "",
        )
        return f"the last time of each study{''.join(ends)}"


#: The last time of each study.
LAST = TimeWindow()
#: When a pool is of: one time, times that no source gives, or the last time of each study within limits.
PoolTime = Time | NotReported | TimeWindow


def is_window(text: str) -> bool:
    """Whether what was typed names several times."""
    return _BETWEEN in text or text.strip().casefold() == LAST_WORD


def read_time(text: str) -> Time | TimeWindow:
    """The time or the window that is typed; raises ValueError where it is neither."""
    return TimeWindow.read(text) if is_window(text) else Time.read(text)


def within(at: object, pool_time: PoolTime) -> bool:
    """Whether a result at this time answers."""
    return at in pool_time if isinstance(pool_time, TimeWindow) else at == pool_time


def length(at: object) -> float:
    """What times are sorted by; those not reported come first."""
    return float(at.months) if isinstance(at, Time) else -1.0


def times_words(pool_time: PoolTime) -> str:
    """`at 3 mo`, `time not reported`."""
    if isinstance(pool_time, NotReported):
        return "time not reported"
    return str(pool_time) if isinstance(pool_time, TimeWindow) else f"at {pool_time}"


def titled(name: str, pool_time: PoolTime) -> str:
    """`death at 3 mo`; `death, time not reported`.

    >>> titled("death", LAST)
    'death, the last time of each study'
    """
    return f"{name}{' ' if isinstance(pool_time, Time) else ', '}{times_words(pool_time)}"


def near_times(at: Time, times: Iterable[object]) -> list[Time]:
    """The other times that are nearly this one, in their order: 12 weeks and 13 weeks, 90 and 91 days.

    >>> weeks = [Time.read(f"{number} wk") for number in (12, 13, 26)]
    >>> [str(time) for time in near_times(Time.read("3 mo"), weeks)]
    ['12 wk', '13 wk']
    """
    near = [
        time for time in dict.fromkeys(time for time in times if isinstance(time, Time))
        if time != at and abs(time.days - at.days) <= NEAR * max(time.days, at.days)
    ]  # fmt: skip
    return sorted(near, key=length)


def near_each_other(times: Iterable[object]) -> list[Time]:
    """The times that have another one near them."""
    every = [time for time in times if isinstance(time, Time)]
    return [time for time in every if near_times(time, every)]


def apart_words(times: Iterable[object]) -> str | None:
    """That times near each other were pooled apart, and how they are pooled together; None where none are near.

    >>> apart_words(map(Time.read, ("12 wk", "3 mo", "1 y")))
    'near times, pooled apart: 12 wk and 3 mo; --at 12wk..3mo takes the last of each trial'
    """
    if not (near := near_each_other(times)):
        return None
    typed = f"{near[0]}{_BETWEEN}{near[-1]}".replace(" ", "")
    said = listed([str(time) for time in near])
    return f"near times, pooled apart: {said}; --at {typed} takes the last of each trial"
