"""Staying and leaving from Python: survival curves, rhythms, stages, kinds of churn, plots."""

from __future__ import annotations

import pickle
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pandas as pd
import polars as pl
import pyarrow as pa
import pytest

import tagloom as tl
from real_data import real_data
from tagloom import marketing as mk

SVG = "{http://www.w3.org/2000/svg}"
DAYS = ["2026-01-01", "2026-01-08", "2026-01-15", "2026-01-22", "2026-01-01", "2026-02-20"]
ORDERS = {"who": ["a", "a", "a", "a", "b", "b"], "day": DAYS, "amount": [5.0, 6, 7, 8, 9, -1]}
MBG = {"r": 0.525, "alpha": 6.183, "a": 0.891, "b": 1.614}


def tables() -> list[Any]:
    return [ORDERS, pd.DataFrame(ORDERS), pl.DataFrame(ORDERS), pa.table(ORDERS)]


@pytest.mark.parametrize("table", tables(), ids=["dict", "pandas", "polars", "arrow"])
def test_rhythms_of_any_table(table: Any) -> None:
    r = mk.rhythm(table, customer="who", time="day", money="amount", as_of="2026-03-01")
    assert r.to_dict() == {
        "customer": ["a", "b"],
        "purchases": [4.0, 1.0],
        "age_days": [59.0, 59.0],
        "silence_days": [38.0, 59.0],
        "usual_gap_days": [7.0, None],
        "long_gap_days": [7.0, None],
        "last_gap_days": [7.0, None],
        "early_purchases": [3.0, 0.0],
        "late_purchases": [0.0, 0.0],
    }
    every_row = mk.rhythm(table, customer="who", time="day", as_of="2026-03-01")
    assert every_row["silence_days"].to_list() == [38.0, 9.0]


def test_tags_and_functions_agree() -> None:
    catalog = {
        "tagloom": 1,
        "name": "shop",
        "identifiers": {"who": {"max_per_profile": 1}},
        "sources": {
            "orders": {
                "kind": "events",
                "identifiers": {"who": "who"},
                "time": "day",
                "columns": {"amount": "float64"},
            }
        },
        "tags": {
            "quiet": {
                "layer": "model",
                "churn": {"events": "orders", "by": {"silence": {"min_gaps": 2}}},
            },
            "stage": {"layer": "model", "lifecycle": {"events": "orders"}},
        },
    }
    profiles = tl.Catalog(catalog).build({"orders": ORDERS}, as_of="2026-03-01")
    r = mk.rhythm(ORDERS, customer="who", time="day", as_of="2026-03-01")
    judged = mk.Silence(min_gaps=2).fit(r).apply(r)
    placed = mk.Lifecycle().fit(r).apply(r)
    for who, row in (("a", 0), ("b", 1)):
        profile = profiles.get(who=who)
        for tag, column in (
            ("quiet", judged["churned"]),
            ("quiet.limit_days", judged["limit_days"]),
            ("quiet.basis", judged["basis"]),
            ("quiet.days_left", judged["days_left"]),
            ("stage", placed["stage"]),
            ("stage.usual_gap_days", placed["usual_gap_days"]),
            ("stage.days_left", placed["days_left"]),
        ):
            assert profile[tag] == column[row], (who, tag)
    assert "usual gap 7 days" in str(profiles.explain(who="a", tag="stage"))


def test_learnt_rules_can_be_pickled_and_say_what_they_learnt() -> None:
    r = mk.rhythm(ORDERS, customer="who", time="day", as_of="2026-03-01")
    silence = mk.Silence(min_gaps=2).fit(r)
    again = pickle.loads(pickle.dumps(silence))
    assert again.apply(r).to_dict() == silence.apply(r).to_dict()
    assert (silence.population_days, silence.customers) == (50.0, 2)
    with pytest.raises(tl.errors.ParamsError, match="not fitted"):
        mk.Lifecycle().apply(r)
    with pytest.raises(tl.errors.ParamsError, match="`share` is 1, wanted a number"):
        mk.Silence(share=1.0).fit(r)
    with pytest.raises(tl.errors.ParamsError, match="`lost_after` is 2"):
        mk.Lifecycle(lost_after=2.0).fit(r)


def test_kinds_of_churn_are_conditions_over_any_frame() -> None:
    frame = pl.DataFrame(
        {"left": [True, True, None], "csat": [2, 9, 1], "done": [False, True, True]}
    )
    found = mk.churn_kind(
        frame, churned="left", goal_reached="done", falling_satisfaction="csat < 5"
    )
    assert found.to_dict() == {
        "kind": ["unhappy", "happy", None],
        "evidence": ["falling_satisfaction", "goal_reached", None],
    }
    with pytest.raises(tl.errors.RuleError, match="nosuch"):
        mk.churn_kind(frame, churned="nosuch")


# Weeks of remission of children with leukaemia (Freireich 1963), and who relapsed then.
WEEKS = [6, 6, 6, 6, 7, 9, 10, 10, 11, 13, 16, 17, 19, 20, 22, 23, 25, 32, 32, 34, 35]
ENDED = [bool(e) for e in [1, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1, 0, 0, 0, 1, 1, 0, 0, 0, 0, 0]]
PLACEBO = [1, 1, 2, 2, 3, 4, 4, 5, 5, 8, 8, 8, 8, 11, 11, 12, 12, 15, 17, 22, 23]


def test_survival_curves_agree_with_lifelines() -> None:
    """Remission under 6-mercaptopurine; numbers of lifelines 0.30.3."""
    table = pd.DataFrame({"weeks": WEEKS, "ended": ENDED})
    curve = mk.KaplanMeier().fit(table, time="weeks", left="ended")
    assert curve.survival(23) == pytest.approx(0.448179271709, abs=1e-12)
    assert curve.interval(10) == pytest.approx((0.503199510800, 0.889361835169), abs=1e-11)
    assert (curve.median, curve.median_interval) == (23.0, (13.0, None))
    assert curve.restricted_mean(30) == pytest.approx(21.04649859943977)
    assert repr(curve) == "KaplanMeier(21 customers, median 23.0)"
    now = {"elapsed": [10.0, None, 40.0]}
    assert curve.time_to_leave(now, share=0.25).to_list() == [12.0, None, None]
    assert curve.survival_after(now, more=12.0)[0] == pytest.approx(0.537815126050 / 0.752941176471)
    with pytest.raises(tl.errors.FitError, match="row 0: `time` is -1"):
        mk.KaplanMeier().fit({"time": [-1.0], "left": [True]})
    with pytest.raises(tl.errors.FitError, match="no spells"):
        mk.KaplanMeier().fit(table.iloc[:0], time="weeks", left="ended")


def test_log_rank_is_the_published_one() -> None:
    # Under 6-mercaptopurine and a placebo: Kleinbaum and Klein 2012, chapter 2
    # (chi-square 16.79, expected 19.25 and 10.75); all digits from lifelines 0.30.3.
    table = pd.DataFrame(
        {
            "weeks": WEEKS + PLACEBO,
            "ended": ENDED + [True] * 21,
            "drug": ["6-MP"] * 21 + ["placebo"] * 21,
        }
    )
    what: dict[str, Any] = {"group": "drug", "time": "weeks", "left": "ended"}
    test = mk.log_rank(table, **what)
    assert test.chi_square == pytest.approx(16.792940989216547, rel=1e-12)
    assert test.p_value == pytest.approx(4.168809109334511e-05, rel=1e-9)
    assert test.groups["6-MP"] == pytest.approx({"n": 21, "observed": 9, "expected": 19.25}, 1e-3)
    assert test.curves["6-MP"].median == 23.0
    assert repr(test) == "LogRank(2 groups, chi-square 16.79, 1 df, p 4.169e-05)"
    gehan = mk.log_rank(table.sample(frac=1, random_state=1), **what, weighting="wilcoxon")
    assert gehan.chi_square == pytest.approx(13.457852049631065, rel=1e-12)
    said = names(test.plot().to_svg())
    assert "Customers who stay (log-rank p = 4.2e-05)" in said
    assert {"6-MP", "placebo"} <= set(said)
    with pytest.raises(tl.errors.FitError, match="1 groups, wanted two or more"):
        mk.log_rank(table.iloc[:21], **what)
    with pytest.raises(tl.errors.TagloomError, match="weighting"):
        mk.log_rank(table, **what, weighting="tarone")  # type: ignore[arg-type]


def names(svg: str) -> list[str]:
    root = ET.fromstring(svg)  # noqa: S314
    assert root.tag == f"{SVG}svg"
    assert root.get("aria-label")
    return [text.text or "" for text in root.iter(f"{SVG}text")]


def test_plots_are_pictures_that_can_be_saved(tmp_path: Path) -> None:
    model = mk.MbgNbd(params=MBG, unit="7d")
    table, plot = model.p_alive_over_time([2.0, 5.0], until=30)
    chances = dict(zip(table["time"].to_list(), table["p_alive"].to_list(), strict=True))
    assert chances[5.0] > chances[2.0]
    assert table["p_alive"][-1] < 0.5
    at = sorted(chances)
    before = at[at.index(5.0) - 1]
    assert chances[before] < chances[5.0]
    assert "weeks" in names(plot.labelled(x="weeks").to_svg())
    plot.save(tmp_path / "one.svg")
    assert (tmp_path / "one.svg").read_text(encoding="utf-8") == plot._repr_svg_()
    curve = mk.KaplanMeier().fit({"time": [1.0, 2.0], "left": [True, False]})
    assert {"a & b", "c"} <= set(names(mk.plot_survival({"a & b": curve, "c": curve}).to_svg()))
    assert "Customers who stay" in names(curve.plot().to_svg())


def test_tracking_of_cdnow(tmp_path: Path) -> None:
    path = real_data("cdnow/CDNOW_sample.txt")
    rows = [line.split() for line in path.read_text().splitlines()]
    orders = {
        "who": [row[1] for row in rows],
        "day": [f"{row[2][:4]}-{row[2][4:6]}-{row[2][6:]}" for row in rows],
    }
    columns: dict[str, Any] = {"customer": "who", "time": "day"}
    ends: dict[str, Any] = {"end": "1997-09-30", "holdout_end": "1998-06-30"}
    s = mk.btyd_summary(orders, **columns, unit="7d", **ends)
    model = mk.ParetoNbd().fit(s)
    course, plot = model.tracking(orders, **columns, **ends, points=78)
    # All repeat purchases: those of the summary and those of its hold-out.
    assert course["actual"][-1] == sum(s["x"].to_list()) + sum(s["holdout"].to_list()) == 4339
    # Figure 1 of Fader, Hardie and Lee (2005): the model is a few percent low at the end.
    assert course["expected"][-1] == pytest.approx(4339, rel=0.06)
    assert {"actual", "expected", "hold-out"} <= set(names(plot.to_svg()))
    for number, picture in enumerate((plot, model.plot_counts(s), model.plot_holdout(s))):
        picture.save(tmp_path / f"{number}.svg")
        assert names(picture.to_svg())
