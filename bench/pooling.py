"""Pooling in-process beside its peers, in one run: metafor (R), PyMARE and statsmodels where they are installed.

`pip install pymare statsmodels` and R with metafor add the peers; without them their rows are left out.
Times are medians of wall-clock milliseconds without start-up; every peer gets the same numbers.
"""

from __future__ import annotations

import json
import shutil
import statistics
import subprocess
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import numpy as np
from measure import table

from msc_evidence.statistics.pooling import pool, pool_many
from msc_evidence.statistics.weighting import fit

SINGLE = (10, 100, 1_000, 10_000)
BATCH, STUDIES = 10_000, 10
MODELS = ("DL", "REML")
Run = Callable[[np.ndarray, np.ndarray], object]

R_SCRIPT = r"""
suppressMessages({library(metafor); library(jsonlite)})
input <- fromJSON(commandArgs(TRUE)[1])
timed <- function(f, n) median(replicate(n, system.time(f())[["elapsed"]]) * 1000)
out <- list()
for (name in names(input)) { d <- input[[name]]
  for (m in c("DL", "REML")) { reps <- if (length(d$yi) <= 100) 50 else if (m == "REML" && length(d$yi) > 1000) 0 else 3
    if (reps > 0) { g <- function() for (i in 1:(if (reps == 50) 20 else 1)) rma.uni(d$yi, d$vi, method = m)
      out[[paste(name, m)]] <- timed(g, min(reps, 5)) / (if (reps == 50) 20 else 1) } } }
cat(toJSON(out, auto_unbox = TRUE, digits = NA))
"""


def studies(k: int, seed: int) -> tuple[np.ndarray, np.ndarray]:
    """Effects and variances as trials of 20 to 400 participants would have, τ = 0.2."""
    random = np.random.default_rng(seed)
    vi = 4 / random.integers(20, 400, k)
    return random.normal(0.3, np.sqrt(vi + 0.04)), vi


def milliseconds(run: Callable[[], object]) -> float:
    """Median time of a call, as many calls as fit into a second or so."""
    run()
    spent = []
    while sum(spent) < 0.5 and len(spent) < 200:
        start = time.perf_counter()
        run()
        spent.append(time.perf_counter() - start)
    return 1000 * statistics.median(spent)


def ours() -> Iterator[tuple[str, Callable[[str], Run]]]:
    """What of ours is timed: estimate and τ² alone, and everything that is reported."""
    yield "ours, estimate and τ²", lambda model: lambda y, v: fit(y, v, model)
    yield "ours, everything", lambda model: lambda y, v: pool(y, v, model)


def peers() -> Iterator[tuple[str, Callable[[str], Run]]]:
    """The Python peers that can be imported."""
    try:
        from pymare.estimators import DerSimonianLaird, VarianceBasedLikelihoodEstimator

        def pymare(model: str) -> Run:
            make = (
                DerSimonianLaird if model == "DL" else lambda: VarianceBasedLikelihoodEstimator(method="REML")
            )
            return lambda y, v: make().fit(y.reshape(len(y), -1), v.reshape(len(v), -1), np.ones((len(y), 1)))

        yield "PyMARE", pymare
    except ImportError:
        pass
    try:
        from statsmodels.stats.meta_analysis import combine_effects

        yield "statsmodels", lambda model: lambda y, v: combine_effects(y, v, method_re="dl")
    except ImportError:
        pass


def metafor() -> dict[str, float]:
    """metafor's times by `k model`, nothing without R."""
    if not shutil.which("Rscript"):
        return {}
    data = {str(k): dict(zip(("yi", "vi"), map(list, studies(k, k)), strict=True)) for k in SINGLE}
    with tempfile.TemporaryDirectory() as folder:
        file, script = Path(folder) / "in.json", Path(folder) / "time.R"
        file.write_text(json.dumps(data))
        script.write_text(R_SCRIPT)
        done = subprocess.run(["Rscript", str(script), str(file)], capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def main() -> None:
    """Prints milliseconds per call, and the ratio to ours with everything reported."""
    warnings.simplefilter("ignore")
    in_r = metafor()
    rows = [("k", "model", "program", "ms", "× ours, everything")]
    for k in SINGLE:
        y, v = studies(k, k)
        for model in MODELS:
            times = {name: milliseconds(partial(make(model), y, v)) for name, make in ours()}
            for name, make in peers():
                if name != "statsmodels" or model == "DL":
                    times[name] = milliseconds(partial(make(model), y, v))
            if f"{k} {model}" in in_r:
                times["metafor"] = in_r[f"{k} {model}"]
            base = times["ours, everything"]
            rows += [(f"{k:,}", model, name, f"{ms:.3f}", f"{ms / base:.1f}") for name, ms in times.items()]
    rows += list(batch_rows())
    print(table(rows))


def batch_rows() -> Iterator[tuple[str, ...]]:
    """Ten thousand meta-analyses of ten studies in one call."""
    y, v = studies(BATCH * STUDIES, 1)
    group = np.repeat(np.arange(BATCH), STUDIES)
    wide = y.reshape(BATCH, STUDIES).T.copy(), v.reshape(BATCH, STUDIES).T.copy()
    for model in MODELS:
        times = {
            "ours, estimate and τ²": milliseconds(partial(fit, *wide, model)),
            "ours, everything": milliseconds(partial(pool_many, y, v, group, model)),
        }
        for name, make in peers():
            if name == "PyMARE":
                times[name] = milliseconds(partial(make(model), *wide))
        base = times["ours, everything"]
        for name, ms in times.items():
            yield f"{BATCH:,} × {STUDIES}", model, name, f"{ms:.2f}", f"{ms / base:.1f}"


if __name__ == "__main__":
    main()
