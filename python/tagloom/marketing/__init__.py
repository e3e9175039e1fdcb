"""Marketing models: value, loyalty, churn, needs.

>>> from tagloom import marketing as mk

Models take any table (pandas, Polars, pyarrow, DuckDB, a path, a dict of columns) and give a
`Table` or a `Column`, which go out with `to_pandas()`, `to_polars()` or `to_arrow()`.
"""

from __future__ import annotations

from tagloom._tagloom import Plot, Table
from tagloom.marketing._btyd import (
    BgBb,
    BgNbd,
    BtydModel,
    BtydSummary,
    GammaGamma,
    MbgNbd,
    ParetoNbd,
    btyd_summary,
    choose_btyd,
    lifetime_value,
)
from tagloom.marketing._churn import Lifecycle, Silence, churn_kind, rhythm
from tagloom.marketing._contract import ShiftedBetaGeometric
from tagloom.marketing._fitted import FittedModel
from tagloom.marketing._kano import KanoResult, kano
from tagloom.marketing._loyalty import CategoryGaps, Loyalty
from tagloom.marketing._membership import MembershipResult, membership
from tagloom.marketing._persona import Persona
from tagloom.marketing._reported import ReportedTable
from tagloom.marketing._rfm import Rfm, migration, plot_migration
from tagloom.marketing._scorecard import Scorecard, psi
from tagloom.marketing._survival import KaplanMeier, LogRank, log_rank, plot_survival
from tagloom.marketing._value import AbcClasses, Concentration, concentration

__all__ = [
    "AbcClasses",
    "BgBb",
    "BgNbd",
    "BtydModel",
    "BtydSummary",
    "CategoryGaps",
    "Concentration",
    "FittedModel",
    "GammaGamma",
    "KanoResult",
    "KaplanMeier",
    "Lifecycle",
    "LogRank",
    "Loyalty",
    "MbgNbd",
    "MembershipResult",
    "ParetoNbd",
    "Persona",
    "Plot",
    "ReportedTable",
    "Rfm",
    "Scorecard",
    "ShiftedBetaGeometric",
    "Silence",
    "Table",
    "btyd_summary",
    "choose_btyd",
    "churn_kind",
    "concentration",
    "kano",
    "lifetime_value",
    "log_rank",
    "membership",
    "migration",
    "plot_migration",
    "plot_survival",
    "psi",
    "rhythm",
]
