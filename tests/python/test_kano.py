"""Kano surveys from Python, and four of them against a count of our own in pandas."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest

import tagloom as tl
from real_data import real_data
from tagloom import marketing as mk

# Rows functional, columns dysfunctional; like, must be, neutral, live with, dislike.
TABLES = {
    "classic": ["QAAAO", "RIIIM", "RIIIM", "RIIIM", "RRRRQ"],
    "modified": ["QAAAO", "RQIIM", "RIIIM", "RIIQM", "RRRRQ"],
}
COHORTS = {
    1: [
        "I like it that way",
        "I must be that way",
        "I am neutral",
        "I can live with it that way",
        "I dislike it that way",
    ],
    2: [
        "I enjoy it that way",
        "It is a basic necessity or I expect it that way",
        "I am neutral",
        "I dislike it, but I can live with it that way",
        "I dislike it, and I can’t accept it",
    ],
    3: [
        "This would be very helpful to me",
        "This is a basic requirement for me",
        "This would not affect me",
        "This would be a minor inconvenience",
        "This would be a major problem for me",
    ],
    4: ["I like it", "I expect it", "I’m neutral", "I can tolerate it", "I dislike it"],
}


@pytest.mark.parametrize("cohort", COHORTS)
@pytest.mark.parametrize("table", ["classic", "modified"])
def test_surveys_of_four_wordings(cohort: int, table: Any) -> None:
    frame = pd.read_csv(real_data(f"kano/storage--cohort{cohort}-clean.csv"))
    functional = {f"F{n}": f"F{n}_functional" for n in range(1, 6)}
    dysfunctional = {f"F{n}": f"F{n}_dysfunctional" for n in range(1, 6)}
    found = mk.kano(
        frame,
        functional=functional,
        dysfunctional=dysfunctional,
        audience="Gender",
        table=table,
    )
    place = {text: at for at, text in enumerate(COHORTS[cohort])}
    rows = found.features.to_pandas()
    for feature in functional:
        there = frame[functional[feature]].map(place)
        missing = frame[dysfunctional[feature]].map(place)
        pairs = zip(there, missing, strict=True)
        letters = pd.Series([TABLES[table][int(f)][int(d)] for f, d in pairs])
        for audience, members in [(None, letters), *letters.groupby(frame["Gender"])]:
            of = rows["audience"].isna() if audience is None else rows["audience"] == audience
            [row] = rows[(rows["feature"] == feature) & of].to_dict("records")
            counts = {letter: int((members == letter).sum()) for letter in "MOAIRQ"}
            assert {letter: row[letter] for letter in "MOAIRQ"} == counts
            assert row["n"] == len(members)
            assert counts[row["category"][0].upper()] == max(counts.values())
            told = counts["A"] + counts["O"] + counts["M"] + counts["I"]
            if told:
                assert row["better"] == pytest.approx((counts["A"] + counts["O"]) / told)
                assert row["worse"] == pytest.approx(-(counts["O"] + counts["M"]) / told)
    assert len(found.categories) == len(frame)


ANSWERS = {"f": ["gut", "egal"], "d": ["schlecht", "egal"]}


def test_own_words() -> None:
    words = {"gut": "like", "egal": "neutral", "schlecht": "dislike"}
    found = mk.kano(ANSWERS, functional=["f"], dysfunctional=["d"], wording=words)
    assert found.categories.to_dict() == {"f": ["one_dimensional", "indifferent"]}
    assert found.features["policy"].to_list() == ["by_tier"]
    assert found.features["distinct"].to_list() == [False]
    assert repr(found) == "KanoResult(1 features, 2 people)"
    five = ["gut", "muss", "egal", "geht", "schlecht"]
    again = mk.kano(ANSWERS, functional={"x": "f"}, dysfunctional={"x": "d"}, wording=five)
    assert again.categories.columns == ["x"]


@pytest.mark.parametrize(
    ("options", "error", "match"),
    [
        ({}, tl.FitError, "column `f`, row 0: `gut` is no known answer"),
        ({"wording": ["gut"]}, tl.ParamsError, "wanted 5"),
        ({"wording": {"gut": "love"}}, tl.ParamsError, "wording"),
        ({"dysfunctional": ["d", "d"]}, tl.ParamsError, "1 functional columns, 2"),
        ({"functional": {"a": "f"}, "dysfunctional": {"b": "d"}}, tl.ParamsError, "a, b"),
        ({"functional": "g"}, tl.SchemaError, "no column `g`"),
        ({"functional": [], "dysfunctional": []}, tl.FitError, "no features"),
        ({"table": "new"}, tl.ParamsError, "table"),
        ({"category": "new"}, tl.ParamsError, "category"),
    ],
)
def test_what_cannot_be(options: dict[str, Any], error: type[Exception], match: str) -> None:
    arguments: dict[str, Any] = {"functional": "f", "dysfunctional": "d", **options}
    with pytest.raises(error, match=match):
        mk.kano(ANSWERS, **arguments)
