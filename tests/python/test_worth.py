"""Value tiers, memberships, loyalty and gaps, against pandas and DuckDB where those can say."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest

from real_data import real_data
from tagloom import marketing as mk
from tagloom.errors import ParamsError, TagloomError


def cdnow() -> pd.DataFrame:
    path = real_data("cdnow/CDNOW_master.txt")
    names = ["customer", "day", "n", "amount"]
    orders = pd.read_csv(
        path, sep=r"\s+", names=names, header=0, dtype={"customer": str, "day": str}
    )
    orders["day"] = pd.to_datetime(orders["day"], format="%Y%m%d")
    return orders


def test_concentration_of_cdnow_agrees_with_numpy() -> None:
    spend = cdnow().groupby("customer")["amount"].sum()
    found = mk.concentration(spend)
    x = np.sort(spend.to_numpy())
    n = len(x)
    gini = (2 * np.arange(1, n + 1) - n - 1) @ x / (n * x.sum())
    assert found.gini == pytest.approx(gini, rel=1e-12)
    assert found.gini_corrected == pytest.approx(gini * n / (n - 1), rel=1e-12)
    k = n // 5
    assert found.top_share(k / n) == pytest.approx(x[::-1][:k].sum() / x.sum(), rel=1e-9)
    # Classes: the share of strictly better customers decides, so equal values are together.
    better = spend.map(
        spend.groupby(spend).sum().sort_index(ascending=False).cumsum().shift(1, fill_value=0)
    )
    share = (better / spend.sum()).to_numpy()
    wanted = np.where(spend <= 0, "C", np.where(share < 0.8, "A", np.where(share < 0.95, "B", "C")))
    abc = mk.AbcClasses().fit(spend)
    assert abc.transform(spend)["class"].to_list() == wanted.tolist()
    rank = spend.rank(method="min", ascending=False) - 1
    assert abc.transform(spend)["group"].to_list() == (rank * 10 // n + 1).astype(int).tolist()


@pytest.mark.parametrize(
    "table", [{"1": [2.0]}, pd.DataFrame({"1": [2.0]}), pl.DataFrame({"1": [2.0]})]
)
def test_a_table_is_no_column_of_values(table: Any) -> None:
    """Its columns' names would be read as numbers, where they look like some."""
    for read in (mk.concentration, mk.AbcClasses().fit):
        with pytest.raises(ParamsError, match="a table; wanted one column"):
            read(table)


def test_levels_of_cdnow_agree_with_a_walk_in_pandas() -> None:
    """All customers, no returns, no grace: each customer by a loop over days as plain as can be."""
    orders = cdnow()
    levels: dict[str, Any] = {"basic": 0.0, "silver": 100.0, "gold": (300.0, 200.0)}
    options: dict[str, Any] = {
        "customer": "customer",
        "time": "day",
        "amount": "amount",
        "window": "180d",
    }
    found = mk.membership(orders, levels=levels, as_of="1998-07-01", **options)
    standing = dict(
        zip(found.standing["customer"].to_list(), found.standing["level"].to_list(), strict=True)
    )
    end, length = pd.Timestamp("1998-07-01"), pd.Timedelta(days=180)
    reach, keep = [0.0, 100.0, 300.0], [0.0, 100.0, 200.0]
    checked = 0
    for customer, own in list(orders.groupby("customer"))[::7]:
        days = own.groupby("day")["amount"].sum()
        level, until = 0, None

        def between(start: pd.Timestamp, stop: pd.Timestamp, days: pd.Series = days) -> float:
            return round(float(days[(days.index > start) & (days.index <= stop)].sum()), 6)

        day = pd.Timedelta(days=1)
        for today in [*days.index, end]:
            while until is not None and until <= today:
                amount = between(until - length, until - day)
                if amount >= keep[level]:
                    until += length
                else:
                    level = max(i for i in range(level) if keep[i] <= amount)
                    until = until + length if level else None
            if today < end:
                amount = between(today - length, today)
                up = max(i for i in range(3) if reach[i] <= amount)
                if up > level:
                    level, until = up, today + length
        assert standing[customer] == ["basic", "silver", "gold"][level], customer
        checked += 1
    assert checked > 3_000


def test_gaps_agree_with_duckdb() -> None:
    duckdb = pytest.importorskip("duckdb")
    random = np.random.default_rng(5)
    rows = pd.DataFrame(
        {
            "who": random.integers(0, 200, 3000).astype(str),
            "what": random.choice(["food", "toys", "wine", "wool"], 3000, p=[0.6, 0.2, 0.15, 0.05]),
            "paid": random.gamma(2.0, 10.0, 3000).round(2),
        }
    )
    found = mk.CategoryGaps(min_penetration=0).fit(
        rows, customer="who", category="what", amount="paid"
    )
    ours = found.transform(rows).to_pandas()
    wanted = duckdb.sql("""
        WITH spent AS (SELECT who, what, sum(paid) AS money FROM rows GROUP BY ALL),
             own AS (SELECT who, sum(money) AS total FROM spent GROUP BY who),
             pairs AS (SELECT own.who, c.what, total, coalesce(money, 0) AS money
                       FROM own CROSS JOIN (SELECT DISTINCT what FROM rows) c
                       LEFT JOIN spent USING (who, what)),
             peers AS (SELECT what, avg(money / total) AS expected FROM pairs GROUP BY what)
        SELECT who, what, expected * total - money AS gap FROM pairs JOIN peers USING (what)
        WHERE expected * total - money > 1e-9 * total ORDER BY who, gap DESC
    """).df()
    assert ours["customer"].tolist() == wanted["who"].tolist()
    assert ours["category"].tolist() == wanted["what"].tolist()
    assert ours["gap"].to_numpy() == pytest.approx(wanted["gap"].to_numpy(), rel=1e-9)


def test_order_of_rows_does_not_show() -> None:
    orders = cdnow().head(5000)
    other = orders.sample(frac=1, random_state=3)
    options: dict[str, Any] = {"customer": "customer", "time": "day", "amount": "amount"}
    options |= {"as_of": "1998-07-01", "levels": {"basic": 0, "gold": 100}, "window": "90d"}
    one, two = (mk.membership(table, **options, grace="14d") for table in (orders, other))
    assert one.standing.to_dict() == two.standing.to_dict()
    assert one.changes.to_dict() == two.changes.to_dict()
    spread, again = (mk.concentration(table["amount"]) for table in (orders, other))
    assert (spread.gini, spread.total) == (again.gini, again.total)


@pytest.mark.parametrize(
    ("call", "code"),
    [
        (lambda: mk.AbcClasses({"A": 0.8}).fit([1.0]), "value_tier.incomplete"),
        (lambda: mk.AbcClasses().transform([1.0]), "marketing.not_fitted"),
        (lambda: mk.Loyalty(behaviour=[{"of": "x"}], attitude=[]), "marketing.argument"),
        (
            lambda: mk.Loyalty(behaviour=[{"of": "x", "to": 1}], attitude=[]).assess({"x": [1.0]}),
            "loyalty.no_components",
        ),
        (
            lambda: mk.membership(
                {"c": ["a"], "t": ["2025-01-01"], "m": [1.0]},
                customer="c",
                time="t",
                amount="m",
                levels={"a": (1, 2)},
                window="12mo",
                as_of="2026-01-01",
            ),
            "membership.keep_above_reach",
        ),
    ],
)
def test_what_is_wrong_has_a_code(call: object, code: str) -> None:
    with pytest.raises(TagloomError) as error:
        call()  # type: ignore[operator]
    assert error.value.code == code


def test_pictures_are_whole(tmp_path: Path) -> None:
    survey = {
        "fast": ["I like it", "I like it", "2"],
        "slow": ["I can live with it", "I dislike it", "5"],
    }
    kano = mk.kano(
        survey, functional={"Speed & <care>": "fast"}, dysfunctional={"Speed & <care>": "slow"}
    )
    orders = {"c": ["a", "b"], "t": ["2025-01-01", "2025-02-01"], "m": [10.0, 1.0]}
    levels = mk.membership(
        orders,
        customer="c",
        time="t",
        amount="m",
        levels={"basic": 0, "gold": 5},
        window="30d",
        as_of="2025-06-01",
    )
    even, none = mk.concentration([1, 2, 3]), mk.concentration([])
    for number, plot in enumerate([kano.plot(), levels.plot(), even.plot(), none.plot()]):
        assert isinstance(plot, mk.Plot)
        plot.save(tmp_path / f"{number}.svg")
        picture = (tmp_path / f"{number}.svg").read_text(encoding="utf-8")
        assert picture == plot.to_svg() == plot._repr_svg_()
        root = ET.fromstring(picture)  # noqa: S314 - our own picture
        assert root.tag == "{http://www.w3.org/2000/svg}svg"
        assert "NaN" not in picture
        assert "inf" not in picture
    assert "Speed &amp; &lt;care&gt;" in kano.plot().to_svg()
    assert "how they stay" in levels.plot().labelled(title="how they stay").to_svg()
    assert mk.concentration([70, 15, 8, 4, 3]).plot().title == "Lorenz curve, Gini 0.580"
