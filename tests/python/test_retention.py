"""Customers with contracts as a tag, and what else is judged by groups or by own cut points."""

from __future__ import annotations

import datetime as dt

import pytest

import tagloom as tl
from tagloom import marketing as mk

CATALOGUE = {
    "tagloom": 1,
    "name": "contracts",
    "timezone": "Asia/Shanghai",
    "identifiers": {"member": {"max_per_profile": 1}},
    "sources": {
        "contracts": {
            "kind": "records",
            "identifiers": {"member": "member"},
            "columns": {"starts": "date", "ends": "date"},
        }
    },
    "tags": {
        "kept": {
            "layer": "model",
            "retention": {
                "contracts": "contracts",
                "start": "starts",
                "end": "ends",
                "horizon": "100d",
                "act_below": 0.8,
            },
        }
    },
}


def test_chances_by_hand() -> None:
    first = dt.date(2025, 1, 1)

    def day(n: int) -> dt.date:
        return first + dt.timedelta(days=n)

    # Days since the first: start and end. As of day 516, ends before that are known. At day 100
    # five of seven stay (one is known for 99 days only), at 200 three of four, at 300 two of three.
    spans = [(0, 100), (0, 100), (0, 200), (0, 300), (0, None), (0, 516), (316, None), (416, None)]
    contracts = {
        "member": [f"m{n}" for n in range(len(spans))],
        "starts": [day(start) for start, _ in spans],
        "ends": [None if end is None else day(end) for _, end in spans],
    }
    profiles = tl.Catalog(CATALOGUE).build({"contracts": contracts}, as_of="2026-06-01")
    table = profiles.to_pandas().set_index("member")
    assert table.loc["m7", "kept"] == pytest.approx(5 / 7)
    assert table.loc["m7", "kept.expected_days"] == pytest.approx(1 + 99 * 5 / 7)
    assert (table.loc["m7", "kept.age_days"], table.loc["m7", "kept.act_in_days"]) == (100, 0)
    assert table.loc["m6", "kept"] == pytest.approx(3 / 4)
    states = table["kept.state"].to_list()
    assert states == ["ended"] * 4 + ["running"] * 4
    text = str(profiles.explain(member="m6", tag="kept"))
    assert "now: S = 0.7143 on day 199 (2 of 7 left at the last step)" in text


def test_a_model_of_renewals_says_what_is_wrong() -> None:
    wrong = {**CATALOGUE["tags"]["kept"]["retention"], "method": "shifted_beta_geometric"}  # type: ignore[index]
    tags = {"kept": {"layer": "model", "retention": wrong}}
    with pytest.raises(tl.CatalogError, match="no `period`"):
        tl.Catalog({**CATALOGUE, "tags": tags})


def test_silence_is_judged_by_peers() -> None:
    # By hand: the place .95 * 21 = 19.95 of the gaps 1 to 20; of all 22, .95 * 23 = 21.85.
    gaps = [*range(1, 21), 40, 50]
    days = [dt.date(2026, 5, 2) - dt.timedelta(days=gap) for gap in gaps]
    orders = {
        "who": [f"c{n:02}" for n in range(22)] * 2,
        "day": [*days, *[dt.date(2026, 5, 2)] * 22],
    }
    rhythms = mk.rhythm(orders, customer="who", time="day", as_of="2026-06-01")
    peers = ["web"] * 20 + ["shop"] * 2
    silence = mk.Silence().fit(rhythms, peers=peers)
    assert silence.groups == {"web": {"days": pytest.approx(19.95), "customers": 20}}
    judged = silence.apply(rhythms, peers=peers)
    assert judged["basis"].to_list() == ["peers"] * 20 + ["population"] * 2
    assert judged["limit_days"].to_list()[20] == pytest.approx(48.5)
    assert silence.apply(rhythms)["basis"].to_list() == ["population"] * 22
    with pytest.raises(tl.errors.ParamsError, match="`peers` has 3 rows"):
        mk.Silence().fit(rhythms, peers=["web"] * 3)


def test_score_cards_take_own_cut_points() -> None:
    rows = range(400)
    people = {"silent_days": [i * 7 % 100 for i in rows]}
    lost = [i * 31 % 100 < d for i, d in zip(rows, people["silent_days"], strict=True)]
    card = mk.Scorecard(cuts={"silent_days": [10, 20, 200]}).fit(people, lost)
    bins = ["< 10", "10 to 20", "20 to 200", ">= 200", "missing"]
    assert card.table["bin"].to_list() == bins
    with pytest.raises(tl.errors.TagloomError, match="found 20 before 10"):
        mk.Scorecard(cuts={"silent_days": [20, 10]}).fit(people, lost)
    with pytest.raises(tl.errors.TagloomError, match="none of the characteristics"):
        mk.Scorecard(cuts={"age": [20]}).fit(people, lost)


def test_migration_is_drawn() -> None:
    before = {"customer": ["a", "b", "c"], "segment": ["新客户", "新客户", None]}
    after = {"customer": ["a", "b", "c"], "segment": ["忠诚客户", "新客户", "新客户"]}
    svg = mk.plot_migration(mk.migration(before, after)).labelled(x="六月").to_svg()
    assert "新客户 → 忠诚客户: 1 of 2 (50%)" in svg
    assert "六月 →" in svg
    with pytest.raises(tl.errors.TagloomError, match="a count from 0 on"):
        mk.plot_migration({"from": ["a"], "to": ["b"], "customers": [-1]})
