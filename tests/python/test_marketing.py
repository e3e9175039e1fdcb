"""The marketing models from Python."""

from __future__ import annotations

import doctest
import importlib
import math
import pickle
import pkgutil
import re
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tagloom as tl
from real_data import real_data
from tagloom import marketing as mk

FLAGS = doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE
MODULES = [f"tagloom.marketing.{module.name}" for module in pkgutil.iter_modules(mk.__path__)]

ORDERS = {
    "who": ["a", "a", "a", "b", "b", "c"],
    "day": ["2026-01-01", "2026-01-08", "2026-01-22", "2026-01-05", "2026-02-10", "2026-01-02"],
    "amount": [10.0, 20.0, 30.0, 5.0, 7.0, -3.0],
}
BG = {"r": 0.243, "alpha": 4.414, "a": 0.793, "b": 2.426}
PARETO = {"r": 0.553, "alpha": 10.578, "s": 0.606, "beta": 11.669}


@pytest.mark.parametrize("name", MODULES)
def test_examples_run(name: str) -> None:
    result = doctest.testmod(importlib.import_module(name), optionflags=FLAGS)
    assert result.failed == 0


def test_everything_public_is_documented() -> None:
    assert all(getattr(mk, name).__doc__ for name in mk.__all__)


def tables() -> list[Any]:
    frame = pd.DataFrame(ORDERS)
    frame["day"] = pd.to_datetime(frame["day"])
    return [ORDERS, frame, pl.DataFrame(ORDERS), pa.table(ORDERS)]


@pytest.mark.parametrize("table", tables(), ids=["dict", "pandas", "polars", "arrow"])
def test_any_table_will_do(table: Any) -> None:
    s = mk.btyd_summary(
        table,
        customer="who",
        time="day",
        money="amount",
        end="2026-02-01",
        holdout_end="2026-03-01",
    )
    assert s["customer"].to_list() == ["a", "b"]
    assert s["x"].to_list() == [2.0, 0.0]
    assert s["T"].to_list() == [31.0, 27.0]
    assert s["m"].to_list() == [25.0, None]
    assert s["holdout"].to_list() == [0, 1]
    assert (s.unit, s.left_out, s.holdout_length) == ("1d", 1, 28.0)
    assert s.report["rows_read"] == 6
    model = mk.ParetoNbd(params=PARETO, unit="1d")
    wanted = model.p_alive(s).to_list()
    for form in (s.to_pandas(), s.to_polars(), s.to_arrow(), s.to_dict(), s.table):
        assert model.p_alive(form).to_list() == wanted
    assert len(s) == len(s.table) == 2
    assert s.columns == ["customer", "x", "t_x", "T", "m", "n", "holdout"]
    with pytest.raises(KeyError):
        s["y"]


def test_horizons_are_numbers_or_text() -> None:
    one = {"x": [2], "t_x": [30.43], "T": [38.86], "m": [22.35]}
    weeks = mk.BgNbd(params=BG, unit="7d")
    assert (
        weeks.expected_purchases(one, horizon="70d")[0]
        == weeks.expected_purchases(one, horizon=10)[0]
    )
    assert weeks.p_alive(one, horizon="7d")[0] == weeks.p_alive(one, horizon=1)[0]
    with pytest.raises(tl.ParamsError, match="does not know its unit"):
        mk.BgNbd(params=BG).expected_purchases(one, horizon="70d")
    with pytest.raises(tl.ParamsError, match="horizon"):
        weeks.expected_purchases(one, horizon="soon")
    spend = mk.GammaGamma(params={"p": 6.25, "q": 3.74, "v": 15.44})
    value = mk.lifetime_value(weeks, spend, one, horizon="39w", margin=0.5)[0]
    expected = weeks.expected_purchases(one, horizon=39)[0]
    assert value == pytest.approx(expected * spend.expected_spend(one)[0] * 0.5, rel=1e-12)
    less = mk.lifetime_value(weeks, spend, one, horizon=39, annual_discount_rate=0.1, margin=0.5)[0]
    assert value / 1.1 < less < value
    with pytest.raises(tl.ParamsError, match="knows its unit"):
        mk.lifetime_value(mk.BgNbd(params=BG), spend, one, horizon=39, annual_discount_rate=0.1)


def test_models_say_what_they_are() -> None:
    model = mk.BgNbd(params=BG)
    assert repr(model) == "BgNbd(r=0.243, alpha=4.414, a=0.793, b=2.426)"
    assert pickle.loads(pickle.dumps(model)).params == BG
    with pytest.raises(tl.ParamsError, match="no parameters yet"):
        _ = mk.BgNbd().params
    with pytest.raises(tl.ParamsError, match="was not fitted"):
        _ = model.aic
    with pytest.raises(tl.ParamsError, match="`b`"):
        mk.BgNbd(params={"r": 1, "alpha": 1, "a": 1}).p_alive({"x": [0], "t_x": [0], "T": [1]})
    with pytest.raises(tl.ParamsError, match="wanted a finite number above 0"):
        mk.BgNbd(params={**BG, "a": -1}).p_alive({"x": [0], "t_x": [0], "T": [1]})


@pytest.mark.parametrize(
    ("table", "match"),
    [
        ({"x": [1], "t_x": [2]}, "no column `T`"),
        ({"x": [1], "t_x": [2], "T": [1]}, "row 0: t_x is 2"),
        ({"x": [0, 1], "t_x": [0, 1], "T": [1, None]}, "row 1: T is NaN"),
        ({"x": [1, 0.5], "t_x": [1, 1], "T": [1, 1]}, "row 1: x is 0.5"),
        ({"x": ["one"], "t_x": [1], "T": [1]}, "column `x`"),
    ],
)
def test_customers_that_cannot_be(table: dict[str, Any], match: str) -> None:
    with pytest.raises(tl.TagloomError, match=match):
        mk.ParetoNbd(params=PARETO).p_alive(table)
    with pytest.raises(tl.TagloomError, match=match):
        mk.ParetoNbd().fit(table)


def test_nobody_to_learn_from() -> None:
    with pytest.raises(tl.FitError, match="no customers"):
        mk.BgNbd().fit({"x": [], "t_x": [], "T": []})
    with pytest.raises(tl.FitError, match="bought again"):
        mk.MbgNbd().fit({"x": [0, 0], "t_x": [0, 0], "T": [3, 4]})


def test_probabilities_and_times() -> None:
    some = {"x": [2, 0], "t_x": [30.43, 0.0], "T": [38.86, 38.86], "n": [38, 38]}
    for model in (mk.BgNbd(params=BG), mk.ParetoNbd(params=PARETO)):
        chances = [model.purchase_probability(some, n=n, horizon=5) for n in range(40)]
        mean = sum(n * column[0] for n, column in enumerate(chances))
        assert mean == pytest.approx(model.expected_purchases(some, horizon=5)[0], rel=1e-6)
        soon = model.time_to_next(some, probability=0.3)[0]
        none = model.purchase_probability(some, n=0, horizon=soon)[0]
        assert none == pytest.approx(0.7)
        left = model.time_to_leave(some)[0]
        assert model.p_alive(some, horizon=left)[0] == pytest.approx(0.5)
        assert all(value < 0 for value in model.log_likelihoods(some))
        counts = model.count_table(some, last=3).to_dict()
        assert counts["actual"] == [1.0, 0.0, 1.0, 0.0]
        assert math.fsum(counts["expected"]) == pytest.approx(2)
    with pytest.raises(tl.ParamsError, match="length"):
        model.holdout_table(some)
    with pytest.raises(tl.FitError, match="whole opportunities"):
        mk.BgBb(params={"alpha": 1, "beta": 1, "gamma": 1, "delta": 1}).time_to_next(
            {"x": [1], "t_x": [2], "n": [3]}
        )


def test_cdnow() -> None:
    path = real_data("cdnow/CDNOW_sample.txt")
    frame = pd.read_csv(path, sep=r"\s+", header=None, names=["_", "id", "day", "cds", "dollars"])
    frame["day"] = pd.to_datetime(frame["day"].astype(str), format="%Y%m%d")
    s = mk.btyd_summary(
        frame,
        customer="id",
        time="day",
        money="dollars",
        unit="7d",
        end="1997-09-30",
        holdout_end="1998-06-30",
    )
    # Fader, Hardie and Lee (2005), as in tests/it/btyd.rs.
    model = mk.BgNbd().fit(s)
    assert model.log_likelihood == pytest.approx(-9582.4292067, abs=1e-6)
    assert model.converged
    assert not model.degenerate
    assert model.unit == "7d"
    assert "converged in" in model.summary()
    errors, intervals = model.standard_errors, model.intervals
    assert errors is not None
    assert intervals is not None
    for name, value in model.params.items():
        assert intervals[name][0] < value - errors[name] < value + errors[name] < intervals[name][1]
    table, totals = model.holdout_table(s)
    assert totals["actual"] == 1882
    assert sum(table["customers"]) == 2357
    best = mk.choose_btyd(s)
    assert type(best[0][0]) is mk.ParetoNbd
    assert best[0][0].params == mk.ParetoNbd().fit(s).params


def test_the_documentation_runs() -> None:
    page = Path(__file__).parents[2] / "core" / "docs" / "marketing.md"
    blocks = re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)
    rows = [
        # Every third customer comes back, at a pace and for an amount of their own, until they leave.
        {
            "customer_id": who,
            "date": pd.Timestamp("2025-01-01") + pd.Timedelta(days=day),
            "amount": amount,
        }
        for who in range(300)
        for day, amount in [
            (who % 60 + nth * (5 + who % 37), 5.0 + who * who % 83 + nth % 7)
            for nth in range(1 + (who % 3 == 0) * (1 + who % 11))
        ]
    ]
    # Frequent customers in one town, rare ones in another; of the rare ones most are lost.
    people = pd.DataFrame(
        {
            "spend_365d": [(40.0 if who % 2 else 900.0) + who * 7 % 61 for who in range(300)],
            "orders_90d": [(1 if who % 2 else 9) + who * 5 % 3 for who in range(300)],
            "city": ["北京" if who % 2 else "上海" for who in range(300)],
            "is_member": [who % 2 == 0 for who in range(300)],
            "lost": [who * 11 % 10 < (7 if who % 2 else 2) for who in range(300)],
        }
    )
    namespace: dict[str, Any] = {
        "profiles": people,
        "later": people.iloc[:200],
        "orders": pd.DataFrame(rows),
        "table": {"gone": [True, True], "payment_failed": [True, None], "complaints": [0, 1]},
        "contracts": {
            "months": [3.0, 5.0, 8.0],
            "ended": [True, False, True],
            "plan": ["monthly", "monthly", "yearly"],
        },
    }
    for code in blocks:
        exec(code, namespace)  # noqa: S102
    assert 0 < min(namespace["alive"]) <= max(namespace["alive"]) <= 1
    assert len(namespace["value"]) == 300
    assert min(namespace["value"]) > 0
    assert len(namespace["judged"]) == len(namespace["stages"]) == 300
    assert namespace["kinds"]["kind"].to_list() == ["involuntary", "unhappy"]
    assert namespace["curve"].median == 8.0
    # By hand: at 3 one of three leaves, a monthly one of two (variance 2/9); at 8 there is only one left to leave.
    assert namespace["test"].chi_square == pytest.approx((1 - 2 / 3) ** 2 / (2 / 9))
    assert len(namespace["persona"].names) == 2
    assert len(namespace["given"]) == len(namespace["scored"]) == 300
