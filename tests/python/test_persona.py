"""Personas and score cards, against scikit-learn's numbers and by what they promise."""

from __future__ import annotations

import pickle
from typing import Any

import pandas as pd
import pytest

import tagloom as tl
from tagloom import marketing as mk

PEOPLE: dict[str, list[Any]] = {
    "spend": [10.0, 12.0, 11.0, None, 900.0, 950.0, 980.0, 940.0],
    "visits": [1, 2, 1, 1, 9, 8, 9, 9],
    "city": ["Oslo", "Oslo", "Oslo", "Oslo", "Lyon", "Lyon", None, "Lyon"],
    "app": [False, False, True, False, True, True, True, True],
}


def test_personas() -> None:
    persona = mk.Persona(k=2).fit(PEOPLE, titles={"spend": "Spend"})
    assert sorted(p["size"] for p in persona.personas) == [4, 4]
    assert any("high Spend" in name or "high visits" in name for name in persona.names)
    given = persona.transform(PEOPLE).to_dict()
    assert list(given) == ["persona", "distance", "typical", "next", "margin"]
    assert len(set(given["persona"][:4])) == len(set(given["persona"][4:])) == 1
    why = persona.explain(PEOPLE, 0)
    assert why is not None
    assert {part["feature"] for part in why["contributions"]} == set(PEOPLE)
    frame = pd.DataFrame(PEOPLE)
    assert persona.transform(frame).to_dict() == given
    again = pickle.loads(pickle.dumps(persona))
    assert again.transform(PEOPLE).to_dict() == given
    turned = mk.Persona(k=2).fit({name: cells[::-1] for name, cells in PEOPLE.items()})
    assert [p["size"] for p in turned.personas] == [p["size"] for p in persona.personas]
    page = persona.to_html()
    assert page.startswith("<!doctype html>")
    assert "Spend" in page
    left_out = mk.Persona(k=2, missing="leave_out").fit(PEOPLE).transform(PEOPLE)
    assert left_out["persona"].null_count == 2


def test_how_many_personas() -> None:
    numbers = [i * 37 % 101 / 10 + 20 * (i % 3) for i in range(90)]
    others = [i * 53 % 97 / 8 - 15 * (i % 3 == 1) for i in range(90)]
    more = [i * 17 % 29 / 3 for i in range(90)]
    persona = mk.Persona(scale="none").fit({"a": numbers, "b": others, "c": more})
    # KMeans(3, n_init=50).inertia_, silhouette_score: scikit-learn 1.9.1
    assert len(persona.personas) == 3
    assert persona.inertia == pytest.approx(2583.989539351852, rel=1e-12)
    assert persona.silhouette == pytest.approx(0.7064208105820694, rel=1e-12)
    assert persona.choice["k"].to_list() == [2, 3, 4, 5, 6, 7, 8]
    assert persona.stability is not None
    assert persona.stability > 0.95


def test_what_personas_cannot_be() -> None:
    with pytest.raises(tl.ParamsError, match="not fitted"):
        mk.Persona().transform(PEOPLE)
    with pytest.raises(tl.ParamsError):
        mk.Persona(k=0).fit(PEOPLE)
    with pytest.raises(tl.ParamsError, match="no column"):
        mk.Persona().fit(PEOPLE, tags=["spent"])
    with pytest.raises(tl.FitError):
        mk.Persona().fit({"a": []})


def people() -> tuple[dict[str, list[Any]], list[bool]]:
    x = [i * 37 % 101 + 0.5 * (i * 53 % 7) for i in range(400)]
    z = [i * 61 % 83 / 83 for i in range(400)]
    y = [
        ((a - 30) / 70 + b * 0.9 < 0.75) != (i % 13 == 0)
        for i, (a, b) in enumerate(zip(x, z, strict=False))
    ]
    return {"x": x, "z": z}, y


def test_score_card() -> None:
    table, label = people()
    card = mk.Scorecard().fit(table, label)
    bins = card.table.to_dict()
    assert sum(bins["count"]) == 800
    assert set(bins["characteristic"]) == {"x", "z"}
    scored = card.transform(table, reasons=1).to_dict()
    for row in (0, 1, 2):
        why = card.explain(table, row)
        assert why is not None
        assert sum(part["points"] for part in why["parts"]) == scored["score"][row]
    assert scored["reasons"][0] == ["x"]
    assert card.measure(table, label) == card.measures
    assert card.measures["gini"] > 0.7
    shift = card.shift(table)
    assert shift is not None
    assert (shift["score"], shift["verdict"]) == (0.0, "stable")
    with_label = pd.DataFrame({**table, "lost": [int(flag) for flag in label]})
    again = mk.Scorecard().fit(with_label, "lost")
    assert again.transform(with_label)["score"].to_list() == scored["score"]
    assert card.to_html().startswith("<!doctype html>")
    assert pickle.loads(pickle.dumps(card)).transform(table)["score"].to_list() == scored["score"]


def test_what_score_cards_cannot_be() -> None:
    table, label = people()
    with pytest.raises(tl.FitError, match="events"):
        mk.Scorecard().fit(table, [True] * 400)
    with pytest.raises(tl.FitError, match="label"):
        mk.Scorecard().fit(table, [None, *label[1:]])
    with pytest.raises(tl.ParamsError):
        mk.Scorecard(pdo=0.0).fit(table, label)
    with pytest.raises(tl.ParamsError, match="not fitted"):
        _ = mk.Scorecard().table
