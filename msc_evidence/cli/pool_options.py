"""Options of `pool`, some of which `plot` has too, each under the heading of its group."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from msc_evidence.cli.completion import (
    complete_arms,
    complete_definitions,
    complete_intervals,
    complete_measures,
    complete_medians,
    complete_models,
    complete_prediction_df,
    one_of,
)
from msc_evidence.cli.filtering import FIELDS, complete_attributes
from msc_evidence.cli.options import complete_outcomes, complete_trials

#: The headings of the help's groups of options.
_HOW, _RESULTS, _GROUPS = "How to pool", "Which results", "Groups and moderators"
_BESIDE, _OWN = "Beside the pool", "Data of your own"

OutcomeId = Annotated[
    str | None,
    typer.Argument(
        metavar="OUTCOME", help="Outcome of the registry to pool.", autocompletion=complete_outcomes
    ),
]
MeasureName = Annotated[
    str | None,
    typer.Option(
        "--measure",
        metavar="MEASURE",
        autocompletion=complete_measures,
        help="OR RR RD PETO HR IRR MD SMD ROM PS COR (common odds ratio) GEN. Default: by outcome, or the data.",
        rich_help_panel=_HOW,
    ),
]
ModelName = Annotated[
    str | None,
    typer.Option(
        "--model",
        metavar="MODEL",
        autocompletion=complete_models,
        help="common MH peto DL PM REML ML EB SJ HE HS bayes. Default: REML.",
        rich_help_panel=_HOW,
    ),
]
Models = Annotated[
    str,
    typer.Option(
        "--models",
        metavar="WHICH",
        autocompletion=one_of("usual", "all"),
        help="On the screen: usual, of one or two studies only what matters of them; or all.",
        rich_help_panel=_HOW,
    ),
]
Interval = Annotated[
    str,
    typer.Option(
        "--ci",
        metavar="METHOD",
        autocompletion=complete_intervals,
        help="z, t, hk (Hartung–Knapp) or hk-adhoc.",
        rich_help_panel=_HOW,
    ),
]
Level = Annotated[
    float,
    typer.Option("--level", help="Confidence level in per cent, of --information too.", rich_help_panel=_HOW),
]
ZeroCells = Annotated[
    str | None,
    typer.Option(
        "--zero-cells",
        metavar="TO",
        autocompletion=one_of("none", "only", "all"),
        help="Tables to whose cells something is added: none, only (those with an empty cell) or all."
        " Default: only for OR and RR, none for RD, where nothing needs it.",
        rich_help_panel=_HOW,
    ),
]
Added = Annotated[
    float | None,
    typer.Option("--cc", metavar="VALUE", help="What is added. Default: 0.5.", rich_help_panel=_HOW),
]
DoubleZero = Annotated[
    str | None,
    typer.Option(
        "--double-zero",
        metavar="WHAT",
        autocompletion=one_of("keep", "drop"),
        help="keep or drop studies without events in either arm, or in everyone."
        " Default: drop for OR and RR, keep for RD.",
        rich_help_panel=_HOW,
    ),
]
PriorScale = Annotated[
    float | None,
    typer.Option(
        "--prior-scale",
        metavar="SCALE",
        help="Scale of the half-normal prior on τ. Default: 0.5 and 1 for log ratios and SMD, no Bayesian row else.",
        rich_help_panel=_HOW,
    ),
]
PredictionDegrees = Annotated[
    str,
    typer.Option(
        "--prediction-df",
        metavar="DF",
        autocompletion=complete_prediction_df,
        help="Of the interval for a new study: k-2 or k-1.",
        rich_help_panel=_HOW,
    ),
]
Definition = Annotated[
    str | None,
    typer.Option(
        "--definition",
        metavar="TEXT",
        autocompletion=complete_definitions,
        help="Only results so defined ('mRS 0-2'), not the scale itself.",
        rich_help_panel=_RESULTS,
    ),
]
Arms = Annotated[
    str,
    typer.Option(
        "--arms",
        metavar="HOW",
        autocompletion=complete_arms,
        help="Several treatment arms: combine them, split the control among them, or the name of the one to take.",
        rich_help_panel=_RESULTS,
    ),
]
Excluded = Annotated[
    list[str] | None,
    typer.Option(
        "--exclude",
        metavar="TRIAL",
        help="Leave out a trial.",
        autocompletion=complete_trials,
        rich_help_panel=_RESULTS,
    ),
]
DataFile = Annotated[
    Path | None,
    typer.Option(
        "--data",
        metavar="FILE",
        help="Pool a CSV file in metafor's columns instead, medians, SE, CI, t or p for SDs too; - for standard input.",
        rich_help_panel=_OWN,
    ),
]
By = Annotated[
    str | None,
    typer.Option(
        "--by",
        metavar="FIELD",
        help=f"A pool per value and the test between them: {FIELDS}; with --data a column.",
        autocompletion=complete_attributes,
        rich_help_panel=_GROUPS,
    ),
]
Batch = Annotated[
    str | None,
    typer.Option(
        "--batch",
        metavar="COLUMN",
        help="With --data: many pools at once, one row each.",
        rich_help_panel=_OWN,
    ),
]
Moderators = Annotated[
    list[str] | None,
    typer.Option(
        "--moderators",
        metavar="FIELD",
        help="Meta-regression on an attribute of trials, with --data a column; repeatable.",
        autocompletion=complete_attributes,
        rich_help_panel=_GROUPS,
    ),
]
Categories = Annotated[
    list[str] | None,
    typer.Option(
        "--categories",
        metavar="FIELD",
        help="The same on one whose numbers are codes; repeatable.",
        autocompletion=complete_attributes,
        rich_help_panel=_GROUPS,
    ),
]
Medians = Annotated[
    str,
    typer.Option(
        "--medians",
        metavar="METHOD",
        autocompletion=complete_medians,
        help="With --data: how medians become means: luo-wan, as of normal data, or mcgrath, by the best fit.",
        rich_help_panel=_OWN,
    ),
]
Bias = Annotated[
    bool,
    typer.Option(
        "--bias", help="Egger, Begg, trim and fill; refused below ten studies.", rich_help_panel=_BESIDE
    ),
]
Force = Annotated[
    bool,
    typer.Option("--force", help="With --bias: test fewer than ten studies too.", rich_help_panel=_BESIDE),
]
LeaveOneOut = Annotated[
    bool, typer.Option("--leave-one-out", help="Also without each study in turn.", rich_help_panel=_BESIDE)
]
Cumulative = Annotated[
    str | None,
    typer.Option(
        "--cumulative",
        metavar="FIELD",
        help="Also study by study, by year, dose, … or given: the order of the file; with --data a column.",
        autocompletion=complete_attributes,
        rich_help_panel=_BESIDE,
    ),
]
Influence = Annotated[
    bool,
    typer.Option(
        "--influence",
        help="What each study does to the pool: residual, Cook's distance, …",
        rich_help_panel=_BESIDE,
    ),
]
Studies = Annotated[
    bool,
    typer.Option(
        "--studies",
        help="In csv and tsv: a row per study, not per pool; json has both.",
        rich_help_panel=_BESIDE,
    ),
]
Evidence = Annotated[
    bool,
    typer.Option(
        "--information",
        help="Whether the evidence is enough: size needed, sequential boundary, new trial that would change it.",
        rich_help_panel=_BESIDE,
    ),
]
Detect = Annotated[
    float | None,
    typer.Option(
        "--detect",
        metavar="EFFECT",
        help="With --information: the effect to detect, a ratio for ratio measures; default: the pooled one.",
        rich_help_panel=_BESIDE,
    ),
]
