"""Pooling in-process beside its peers, in one run: metafor (R), PyMARE and statsmodels where they are installed.

`pip install pymare statsmodels` and R with metafor add the peers; without them their columns are empty.
Every program gets the same numbers, put into its own form before the clock starts; the τ² that each returns is
compared with ours. Times are medians of milliseconds of CPU.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from itertools import product
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from measure import table
from numpy.typing import NDArray

from msc_evidence.statistics.pooling.pooling import fit, pool, pool_many

Array = NDArray[np.float64]
SINGLE = (10, 100, 1_000, 10_000)
BATCH, STUDIES = 10_000, 10
MODELS = ("DL", "REML")
WHAT = ("estimate", "everything")
#: Meta-analyses of the batch that R is given; its loop is linear, and its time is scaled up.
IN_R = 1_000
#: Once an array of this size was freed, malloc keeps smaller ones: without it whoever runs first pays in page faults.
ALLOCATED = 3_900_000
MANY = f"{BATCH:,} × {STUDIES}"

#: metafor at k = 10,000 holds matrices of k × k: DL takes a quarter of a minute, REML and Q-profile as much per step.
R_SCRIPT = r"""
suppressMessages({library(metafor); library(jsonlite)})
input <- fromJSON(commandArgs(TRUE)[1], simplifyMatrix = TRUE)
milliseconds <- function(f) {
  taken <- function(run) sum(system.time(run)[c("user.self", "sys.self")])
  once <- taken(f())
  if (once > 1) return(1000 * once)
  n <- ceiling(0.1 / max(once, 0.001))
  median(replicate(5, taken(for (i in 1:n) f()))) * 1000 / n
}
out <- list()
for (name in names(input)) for (m in c("DL", "REML")) for (what in c("estimate", "everything")) {
  yi <- as.matrix(input[[name]]$yi); vi <- as.matrix(input[[name]]$vi)
  if (nrow(yi) > 1000 && (m == "REML" || what == "everything")) next
  tau2 <- numeric(ncol(yi))
  run <- function(control = list()) for (j in seq_len(ncol(yi))) {
    found <- rma.uni(yi[, j], vi[, j], method = m, control = control)
    if (what == "everything") { confint(found); predict(found) }
    tau2[j] <<- found$tau2
  }
  ms <- milliseconds(run)
  if (m == "REML" && what == "estimate") run(list(threshold = 1e-12, maxiter = 10000))
  out[[paste(name, m, what)]] <- list(ms = ms, tau2 = I(tau2))
}
cat(toJSON(out, auto_unbox = TRUE, digits = NA))
"""


class Measured(NamedTuple):
    """Milliseconds per call, and the τ² it gave."""

    ms: float
    tau2: Array


def studies(k: int, seed: int) -> tuple[Array, Array]:
    """Effects and variances as trials of 20 to 400 participants would have, τ = 0.2."""
    random = np.random.default_rng(seed)
    vi = 4 / random.integers(20, 400, k)
    return random.normal(0.3, np.sqrt(vi + 0.04)), vi


def milliseconds(run: Callable[[], Any]) -> Measured:
    """Median time of a call, as many calls as fit into half a second, after one that is not counted."""
    tau2 = np.asarray(run(), dtype=float).ravel()
    spent: list[float] = []
    while sum(spent) < 0.5 and len(spent) < 2_000:
        start = time.process_time()
        run()
        spent.append(time.process_time() - start)
    return Measured(1000 * statistics.median(spent), tau2)


def ours(y: Array, v: Array, model: str, what: str) -> Callable[[], Any]:
    """Of ours: estimate, standard error and τ² alone, or everything that is reported."""
    if what == "estimate":
        return lambda: fit(y, v, model).tau2
    if y.ndim == 1:
        return lambda: pool(y, v, model).tau2
    group, long = np.repeat(np.arange(y.shape[1]), len(y)), (y.T.ravel(), v.T.ravel())
    return lambda: pool_many(*long, group, model)["tau2"]


def pymare(y: Array, v: Array, model: str, what: str) -> Callable[[], Any]:
    """PyMARE's fit, with its normal standard errors; with every statistic that its results offer."""
    from pymare import Dataset
    from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator

    def estimator() -> Any:
        if model == "DL":
            return DerSimonianLaird(small_sample_correction="wald")
        return VarianceBasedLikelihoodEstimator(method="REML", small_sample_correction="wald")

    y, v, x = y.reshape(len(y), -1), v.reshape(len(v), -1), np.ones((len(y), 1))
    dataset = Dataset(y=y, v=v, X=x, add_intercept=False)

    def everything() -> Any:
        result = estimator().fit_dataset(dataset).summary()
        result.get_fe_stats(), result.get_heterogeneity_stats()
        return result.get_re_stats()["tau^2"]

    return everything if what == "everything" else lambda: estimator().fit(y, v, x).params_["tau2"]


def statsmodels(y: Array, v: Array, model: str, what: str) -> Callable[[], Any]:
    """statsmodels' DerSimonian–Laird; everything is intervals, Q with its p, I² and H²: τ² has no interval there."""
    from statsmodels.stats.meta_analysis import combine_effects

    if model != "DL" or y.ndim > 1:
        raise NotImplementedError

    def everything() -> Any:
        result = combine_effects(y, v, method_re="dl")
        result.conf_int(), result.test_homogeneity(), result.i2, result.h2
        return result.tau2

    return everything if what == "everything" else lambda: combine_effects(y, v, method_re="dl").tau2


def metafor(inputs: Mapping[str, tuple[Array, Array]]) -> dict[str, Measured]:
    """metafor's times by input, model and what is computed; nothing without R."""
    if not shutil.which("Rscript"):
        return {}
    first = {name: [x[:, :IN_R] if x.ndim > 1 else x for x in both] for name, both in inputs.items()}
    data = {name: {"yi": y.tolist(), "vi": v.tolist()} for name, (y, v) in first.items()}
    with tempfile.TemporaryDirectory() as folder:
        file, script = Path(folder) / "in.json", Path(folder) / "time.R"
        file.write_text(json.dumps(data))
        script.write_text(R_SCRIPT)
        done = subprocess.run(["Rscript", str(script), str(file)], capture_output=True, text=True, check=True)
    return {
        key: Measured(found["ms"] * (BATCH / IN_R if key.startswith(MANY) else 1), np.array(found["tau2"]))
        for key, found in json.loads(done.stdout).items()
    }


def measured(inputs: Mapping[str, tuple[Array, Array]]) -> dict[str, dict[str, Measured]]:
    """By program what was measured, by input, model and what is computed."""
    found: dict[str, dict[str, Measured]] = {
        "ours": {},
        "PyMARE": {},
        "statsmodels": {},
        "metafor": metafor(inputs),
    }
    for (name, (y, v)), model, what in product(inputs.items(), MODELS, WHAT):
        for program, prepare in (("ours", ours), ("PyMARE", pymare), ("statsmodels", statsmodels)):
            with suppress(ImportError, NotImplementedError):
                found[program][f"{name} {model} {what}"] = milliseconds(prepare(y, v, model, what))
    return found


def main() -> None:
    """Prints the milliseconds per call, peers' with the ratio to ours, and how far each peer's τ² is from ours."""
    warnings.simplefilter("ignore")
    np.ones(ALLOCATED)
    inputs = {f"{k:,}": studies(k, k) for k in SINGLE}
    y, v = (x.reshape(BATCH, STUDIES).T.copy() for x in studies(BATCH * STUDIES, 1))
    found = measured(inputs | {MANY: (y, v)})
    for what in WHAT:
        rows = [("k", "model", *found)]
        for name, model in product((*inputs, MANY), MODELS):
            key = f"{name} {model} {what}"
            rows.append(
                (name, model, *(_cell(times.get(key), found["ours"][key]) for times in found.values()))
            )
        print(f"\n{what}, ms\n\n{table(rows)}")
    print(f"\nlargest difference of τ² from ours\n\n{table(list(_differences(found)))}")


def _cell(timed: Measured | None, own: Measured) -> str:
    if timed is None:
        return "–"
    ratio = timed.ms / own.ms
    return _rounded(timed.ms) + ("" if timed is own else f" ({ratio:,.{1 if ratio < 100 else 0}f}×)")


def _rounded(ms: float) -> str:
    return f"{ms:,.{3 if ms < 1 else 2 if ms < 100 else 0}f}"


def _differences(found: Mapping[str, Mapping[str, Measured]]) -> Iterator[tuple[str, ...]]:
    own = found["ours"]
    yield "program", *MODELS
    for program, times in found.items():
        if program != "ours":
            yield program, *(_largest(own, times, f" {model} estimate") for model in MODELS)


def _largest(own: Mapping[str, Measured], times: Mapping[str, Measured], ending: str) -> str:
    shared = [(own[key].tau2, timed.tau2) for key, timed in times.items() if key.endswith(ending)]
    apart = [float(np.max(np.abs(ours[: len(theirs)] - theirs))) for ours, theirs in shared]
    return f"{max(apart):.1e}" if apart else "–"


if __name__ == "__main__":
    main()
