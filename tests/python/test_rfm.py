"""RFM from transactions."""

from __future__ import annotations

import pickle
from typing import Any

import pandas as pd
import pytest

import tagloom as tl
from real_data import real_data
from tagloom import marketing as mk

ORDERS = {
    "who": ["a", "a", "b", "c", "c", "c", "d"],
    "no": ["1", "1", "2", "3", "4", "5", "6"],
    "day": [
        "2026-05-01",
        "2026-05-30",
        "2026-01-03",
        "2026-05-02",
        "2026-05-03",
        "2026-04-01",
        "2026-05-09",
    ],
    "amount": [20.0, 15.0, 5.0, 50.0, 80.0, 10.0, -2.0],
}
COLUMNS = {"customer": "who", "time": "day", "money": "amount", "as_of": "2026-06-01"}


def test_measures_and_scores() -> None:
    rfm = mk.Rfm(weights=(1, 0, 1)).fit(ORDERS, **COLUMNS)
    scored = rfm.transform(ORDERS).to_dict()
    assert scored["customer"] == ["a", "b", "c", "d"]
    assert scored["recency_days"] == [2.0, 149.0, 29.0, None]
    assert scored["frequency"] == [2.0, 1.0, 3.0, None]
    assert scored["monetary"] == [35.0, 5.0, 140.0, None]
    assert scored["code"] == ["533", "111", "355", None]
    assert scored["segment"] == ["Potential Loyalist", "Lost", "Loyal", None]
    assert scored["weighted"] == [4.0, 1.0, 4.0, None]
    assert any("fewer" in text or "3 customers" in text for text in rfm.diagnostics)
    again = pickle.loads(pickle.dumps(rfm))
    assert again.transform(ORDERS).to_dict() == scored
    assert set(rfm.thresholds) == {"recency", "frequency", "monetary"}
    by_order = mk.Rfm().fit(ORDERS, order="no", **COLUMNS)
    assert by_order.transform(ORDERS)["frequency"].to_list() == [1.0, 1.0, 3.0, None]


def test_frozen_thresholds_score_at_another_date() -> None:
    rfm = mk.Rfm(
        score={"fixed": {"recency_days": [30], "frequency": [2], "monetary": [100]}},
        segments="eight",
    )
    rfm.fit(ORDERS, **COLUMNS)
    now, before = rfm.transform(ORDERS), rfm.transform(ORDERS, as_of="2026-05-01")
    assert now["code"].to_list() == ["221", "111", "222", None]
    assert before["code"].to_list() == [None, "111", "211", None]
    moves = mk.migration(before, now).to_dict()
    assert moves == {
        "from": [None, None, "General develop", "General win-back"],
        "to": [None, "General value", "Key value", "General win-back"],
        "customers": [1, 1, 1, 1],
    }


def test_classes_of_near_values() -> None:
    orders = {
        "who": [f"c{i}" for i in range(6)],
        "day": ["2026-05-31", "2026-05-30", "2026-04-01", "2026-04-02", "2025-06-01", "2025-06-02"],
        "amount": [10.0, 11.0, 12.0, 900.0, 100.0, 110.0],
    }
    scored = mk.Rfm(score={"kmeans": 3}, segments=None).fit(orders, **COLUMNS).transform(orders)
    assert scored["r"].to_list() == [3, 3, 2, 2, 1, 1]
    assert scored["m"].to_list() == [1, 1, 1, 3, 2, 2]
    # Everybody bought once: the middle score.
    assert scored["f"].to_list() == [2] * 6


def test_own_segments_cover_each_code_once() -> None:
    own: dict[str, Any] = {"best": ["55*", "4[4-5]*"], "rest": None}
    rfm = mk.Rfm(segments=own).fit(ORDERS, **COLUMNS)
    assert rfm.transform(ORDERS)["segment"].to_list() == ["rest", "rest", "rest", None]
    with pytest.raises(tl.FitError):
        mk.Rfm(segments={"best": ["55*"]}).fit(ORDERS, **COLUMNS)
    with pytest.raises(tl.FitError):
        mk.Rfm(segments={"a": ["55*"], "b": ["555"], "c": None}).fit(ORDERS, **COLUMNS)


@pytest.mark.parametrize(
    "options",
    [
        {"score": {"quantile": 1}},
        {"score": {"kmeans": 11}},
        {"score": {"quantile": "five"}},
        {"score": {"fixed": {"recency_days": [30, 10], "frequency": [1], "monetary": [1]}}},
        {"score": "median_split"},
        {"segments": "twelve"},
        {"ties": "best"},
    ],
)
def test_what_cannot_be(options: dict[str, Any]) -> None:
    with pytest.raises(tl.TagloomError):
        mk.Rfm(**options).fit(ORDERS, **COLUMNS)
    with pytest.raises(tl.ParamsError, match="not fitted"):
        mk.Rfm().transform(ORDERS)


def test_cdnow() -> None:
    path = real_data("cdnow/CDNOW_master.txt")
    frame = pd.read_csv(
        path, sep=r"\s+", header=None, skiprows=1, names=["id", "day", "cds", "dollars"]
    )
    frame["day"] = pd.to_datetime(frame["day"].astype(str), format="%Y%m%d")
    rfm = mk.Rfm().fit(frame, customer="id", time="day", money="dollars", as_of="1998-07-01")
    scored = rfm.transform(frame).to_pandas()
    assert len(scored) == 23_570
    assert rfm.about["n_zero_orders"] == 80
    by_id = frame.groupby(frame["id"].astype(str))["dollars"]
    found = dict(zip(scored["customer"].astype(str), scored["monetary"], strict=True))
    assert found == pytest.approx(by_id.sum().to_dict(), rel=1e-12)
    counts = dict(zip(scored["customer"].astype(str), scored["frequency"], strict=True))
    assert counts == by_id.size().to_dict()
    best = scored[scored["frequency"] == scored["frequency"].max()]
    assert (best["f"].min(), best["m"].min()) == (5, 5)
    for measure, score in (("frequency", "f"), ("monetary", "m")):
        assert scored.groupby(measure)[score].nunique().max() == 1
        assert scored.sort_values(measure)[score].is_monotonic_increasing
