"""The least and the greatest value of every measure over many data sets, each with the data set that has it."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from msc_evidence.statistics.feasible.arm_distributions import Array, fits_print, placings
from msc_evidence.statistics.feasible.common_odds import common_odds_ratios
from msc_evidence.statistics.feasible.g_limits import g_limits
from msc_evidence.statistics.feasible.question import DataSet, Printed
from msc_evidence.statistics.two_arms.implied import hedges_correction

Floats = NDArray[np.float64]
#: Data sets times placings on the scale that are looked at together.
CHUNK = 1_000_000
#: Numbers that a processor keeps near.
NEAR = 16_384
#: The utility of the data sets turned round, which has no other symmetry.
REVERSED = "utility reversed"
#: A sum of squares below this is that of values all alike, but for floating point.
NO_SPREAD = 1e-9


@dataclass(slots=True)
class Extremes:
    """What has been seen so far of the data sets that fit what was printed."""

    printed: Printed
    #: Whether the common odds ratio of every data set is wanted, which takes a third of the time.
    odds: bool = True
    low: dict[str, tuple[float, DataSet]] = field(default_factory=dict)
    high: dict[str, tuple[float, DataSet]] = field(default_factory=dict)
    #: Data sets seen, counted before they are placed on the scale.
    seen: int = 0
    #: Whether g was looked at on some points of the scale only.
    thinned: bool = False
    #: The least and the greatest number in each arm's categories.
    envelope: list[list[tuple[int, int]]] = field(default_factory=list)

    def add_patterns(self, first: Array, second: Array) -> None:
        """Counts in occupied categories, which may stand anywhere on the scale in their order."""
        if not len(first):
            return
        self.seen += len(first)
        if not self.printed.only_p:
            for placed in self._placed(first, second):
                self.add_placed(*placed)
            return
        self._take("PS", _superiority(first, second), lambda row: self._at_worst(first, second, row))
        if self.odds:
            self._take(
                "common OR", common_odds_ratios(first, second), lambda row: self._at_worst(first, second, row)
            )
        self._widen_envelope(first, second)
        if self.printed.step is None:
            return
        shares = first / self.printed.n1 - second / self.printed.n2
        for name, weights in self._weights().items():
            for sign in (1, -1):
                values, place = _best_placing(sign * shares, weights)
                self._take(name, sign * values, _traced_row(first, second, place, len(weights)))
        self._add_risk_differences(first, second, shares)
        self._add_g(first, second)

    def add_placed(self, first: Array, second: Array) -> None:
        """Counts in all categories of the scale."""
        if not len(first):
            return

        def data(row: int) -> DataSet:
            return _counts(first[row]), _counts(second[row])

        self.seen += len(first) if self.printed.only_p else 0
        self._take("PS", _superiority(first, second), data)
        for rows, collapsed in _collapsed(first, second, self.printed) if self.odds else ():
            self._take("common OR", common_odds_ratios(*collapsed), _chosen(data, rows))
        self._count_envelope(first, second)
        if self.printed.step is None:
            return
        shares = first / self.printed.n1 - second / self.printed.n2
        for name, weights in self._weights().items():
            self._take(name, shares @ weights, data)
        for cut in range(1, self.printed.categories):
            self._take(f"RD>={cut}", shares[:, cut:].sum(axis=1), data)
        places = np.arange(self.printed.categories)[None, :]
        self._take("g", self._standardised(first, second, places)[:, 0], data)

    def _take(self, measure: str, values: Floats, data: Callable[[int], DataSet]) -> None:
        if not len(values):
            return
        least, most = np.argmin(values), np.argmax(values)
        if np.isnan(values[least]):  # what is not a number comes before all others
            known = np.flatnonzero(~np.isnan(values))
            if not len(known):
                return
            least, most = known[np.argmin(values[known])], known[np.argmax(values[known])]
        if measure not in self.low or values[least] < self.low[measure][0] - 1e-12:
            self.low[measure] = float(values[least]), data(int(least))
        if measure not in self.high or values[most] > self.high[measure][0] + 1e-12:
            self.high[measure] = float(values[most]), data(int(most))

    def _weights(self) -> dict[str, Floats]:
        points = np.arange(self.printed.categories, dtype=np.float64)
        weights: dict[str, Floats] = {"MD": points * float(self.printed.step or 1)}
        if self.printed.utilities:
            weights["utility"] = np.array(self.printed.utilities)
            weights[REVERSED] = weights["utility"][::-1]
        return weights

    def _at_worst(self, first: Array, second: Array, row: int) -> DataSet:
        empty = (0,) * (self.printed.categories - first.shape[1])
        return (*_counts(first[row]), *empty), (*_counts(second[row]), *empty)

    def _placed(self, first: Array, second: Array) -> Iterator[tuple[Array, Array]]:
        """Every placing on the scale that has what else was printed of either arm."""
        places = placings(first.shape[1], self.printed.categories, max(1, 2 * CHUNK // len(first)))
        self.thinned |= len(places) < math.comb(self.printed.categories, first.shape[1])
        for place in places:
            arms = []
            for counts in (first, second):
                rows = np.zeros((len(counts), self.printed.categories), np.int64)
                rows[:, place] = counts
                arms.append(rows)
            fits = fits_print(self.printed, 0, arms[0]) & fits_print(self.printed, 1, arms[1])
            yield arms[0][fits], arms[1][fits]

    def _add_risk_differences(self, first: Array, second: Array, shares: Floats) -> None:
        """At a cut, any number of categories that leaves room for the others on either side can lie at it or better."""
        occupied, categories = first.shape[1], self.printed.categories
        better = np.cumsum(shares[:, ::-1], axis=1)[:, ::-1]
        for cut in range(1, categories):
            for worse in range(max(0, occupied - (categories - cut)), min(cut, occupied) + 1):
                values = better[:, worse] if worse < occupied else np.zeros(len(shares))
                place = np.array(
                    [*range(worse), *range(categories - (occupied - worse), categories)], np.int64
                )
                self._take(f"RD>={cut}", values, _placed_row(first, second, place[None, :], categories))

    def _add_g(self, first: Array, second: Array) -> None:
        others, categories = first.shape[1] - 1, self.printed.categories
        if not others or self.printed.total < 4:
            return
        most = max(1, 2 * CHUNK // len(first))
        first, second = self._beyond_g(first, second)
        if not len(first):
            return
        # Moved along the scale together the categories give the same g, so the first stands at the worst point.
        behind = placings(others, categories - 1, most) + 1
        self.thinned |= len(behind) < math.comb(categories - 1, others)
        places = np.pad(behind, ((0, 0), (1, 0)))
        size = max(1, CHUNK // len(first))
        for start in range(0, len(places), size):
            some = places[start : start + size]
            values = self._standardised(first, second, some).ravel()
            self._take("g", values, _placed_row(first, second, some, categories))

    def _beyond_g(self, first: Array, second: Array) -> tuple[Array, Array]:
        """The rows whose g may lie beyond those seen, wherever their categories stand."""
        if "g" not in self.low:
            return first, second
        low, high = g_limits(first, second)
        may = (low < self.low["g"][0]) | (high > self.high["g"][0])
        return first[may], second[may]

    def _standardised(self, first: Array, second: Array, places: Array) -> Floats:
        """Hedges' g of each row at each placing; infinite where no arm has any spread, nothing where all are alike."""
        df = self.printed.total - 2
        g = np.full((len(first), len(places)), np.nan)
        if df < 2:
            return g
        # A few rows at a time, so that what is computed on the way stays near the processor.
        rows, points = max(1, NEAR // len(places)), places.astype(float).T
        arms = first.astype(float), second.astype(float)
        with np.errstate(divide="ignore", invalid="ignore"):
            for start in range(0, len(first), rows):
                few = slice(start, start + rows)
                self._write_standardised(g[few], arms[0][few], arms[1][few], points)
        return g

    def _write_standardised(self, g: Floats, first: Floats, second: Floats, points: Floats) -> None:
        n1, n2, df = self.printed.n1, self.printed.n2, self.printed.total - 2
        means = first @ points / n1, second @ points / n2
        within = (first + second) @ points**2 - n1 * means[0] ** 2 - n2 * means[1] ** 2
        difference = means[0] - means[1]
        alike = within <= NO_SPREAD
        within[alike] = 0
        within /= df
        np.divide(hedges_correction(df) * difference, np.sqrt(within, out=within), out=g)
        g[alike & (np.abs(difference) < NO_SPREAD)] = np.nan

    def _widen_envelope(self, first: Array, second: Array) -> None:
        """What the categories can hold when occupied ones move along the scale; any is empty where not all are."""
        occupied, categories = first.shape[1], self.printed.categories
        free = occupied < categories
        for arm, counts in enumerate((first, second)):
            least, most = counts.min(axis=0), counts.max(axis=0)
            for at in range(categories):
                held = [k for k in range(occupied) if k <= at and occupied - 1 - k <= categories - 1 - at]
                lower = 0 if free else int(min(least[k] for k in held))
                self._note_count(arm, at, lower, max((int(most[k]) for k in held), default=0))

    def _count_envelope(self, first: Array, second: Array) -> None:
        for arm, counts in enumerate((first, second)):
            for at in range(counts.shape[1]):
                self._note_count(arm, at, int(counts[:, at].min()), int(counts[:, at].max()))

    def _note_count(self, arm: int, at: int, least: int, most: int) -> None:
        if not self.envelope:
            largest = self.printed.total
            self.envelope = [[(largest, 0)] * self.printed.categories for _ in range(2)]
        low, high = self.envelope[arm][at]
        self.envelope[arm][at] = min(low, least), max(high, most)


def _counts(row: Array) -> tuple[int, ...]:
    return tuple(int(count) for count in row)


def _superiority(first: Array, second: Array) -> Floats:
    """PS of each row: shares of arm 2 in worse categories, and half of those in the same."""
    worse = np.cumsum(second, axis=1) - second / 2
    sizes = first.sum(axis=1) * second.sum(axis=1)
    return np.asarray((first * worse).sum(axis=1) / sizes)


def _best_placing(shares: Floats, weights: Floats) -> tuple[Floats, Callable[[int], Array]]:
    """The greatest Σ share·weight over all placings of each row's categories on the scale, and where they then stand.

    By dynamic programming along the scale, for all rows at once; the placing is traced for one row when asked for.
    """
    occupied = shares.shape[1]
    best = np.full((len(shares), occupied + 1), -np.inf)
    best[:, 0] = 0
    for weight in weights:
        for at in range(occupied, 0, -1):
            np.maximum(best[:, at], best[:, at - 1] + shares[:, at - 1] * weight, out=best[:, at])
    return best[:, occupied], lambda row: _traced_placing(shares[row], weights)


def _traced_placing(shares: Floats, weights: Floats) -> Array:
    occupied = len(shares)
    table = np.full((len(weights) + 1, occupied + 1), -np.inf)
    table[:, 0] = 0
    for point, weight in enumerate(weights):
        for at in range(1, occupied + 1):
            table[point + 1, at] = max(table[point, at], table[point, at - 1] + shares[at - 1] * weight)
    places, at = [], occupied
    for point in range(len(weights), 0, -1):
        if at and table[point, at] != table[point - 1, at]:
            places.append(point - 1)
            at -= 1
    return np.array(places[::-1], np.int64)


def _placed_row(first: Array, second: Array, places: Array, categories: int) -> Callable[[int], DataSet]:
    """The data set of a place in the products of rows and placings."""

    def data(at: int) -> DataSet:
        row, place = divmod(at, len(places))
        arms = []
        for counts in (first[row], second[row]):
            full = np.zeros(categories, np.int64)
            full[places[place]] = counts
            arms.append(_counts(full))
        return arms[0], arms[1]

    return data


def _traced_row(
    first: Array, second: Array, place: Callable[[int], Array], categories: int
) -> Callable[[int], DataSet]:
    """The data set of a row at its own placing."""
    return lambda row: _placed_row(
        first[row : row + 1], second[row : row + 1], place(row)[None, :], categories
    )(0)


def _chosen(data: Callable[[int], DataSet], rows: Array) -> Callable[[int], DataSet]:
    """The data set of a row of some chosen ones."""
    return lambda row: data(int(rows[row]))


def _collapsed(first: Array, second: Array, printed: Printed) -> Iterator[tuple[Array, tuple[Array, Array]]]:
    """Different rows by their number of occupied categories, without the empty ones: an odds ratio is of these."""
    empty = (first + second) == 0
    order = np.argsort(empty, axis=1, kind="stable")
    occupied = (~empty).sum(axis=1)
    for size in np.unique(occupied[occupied > 1]):
        rows = np.flatnonzero(occupied == size)
        keep = order[rows][:, :size]
        arms = np.take_along_axis(first[rows], keep, 1), np.take_along_axis(second[rows], keep, 1)
        base = (printed.n1 + 1) * (printed.n2 + 1)
        if base ** int(size) < 2**62:
            code = (arms[0] * (printed.n2 + 1) + arms[1]) @ base ** np.arange(size)
            _, different = np.unique(code, return_index=True)
            rows, arms = rows[different], (arms[0][different], arms[1][different])
        yield rows, arms
