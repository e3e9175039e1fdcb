"""A small shop: four members, made up."""

from __future__ import annotations

from typing import Any

import pytest

import tagloom as tl

CATALOG = """
tagloom: 1
name: shop
timezone: Asia/Shanghai
identifiers:
  member: {max_per_profile: 1}
  phone: {normalise: cn_mobile}
sources:
  orders:
    kind: events
    identifiers: {member: member_id}
    time: paid_at
    columns: {amount: float64, city: string}
  members:
    kind: records
    identifiers: {member: member_id, phone: phone}
    columns: {birthday: date, points: "decimal(12,2)", vip: bool, visits: int64, likes: "set<string>"}
tags:
  spend_90d: {layer: fact, title: 近90天消费, unit: 元, events: orders, sum: amount, window: 90d}
  last_order: {layer: fact, events: orders, last: paid_at, window: all}
  城市: {layer: fact, events: orders, last: city, window: all}
  birthday: {layer: fact, record: members.birthday}
  points: {layer: fact, record: members.points}
  vip: {layer: fact, record: members.vip}
  visits: {layer: fact, record: members.visits}
  likes: {layer: fact, record: members.likes}
  会员等级: {layer: model, tier: {by: spend_90d, levels: {普通会员: 0, 金卡会员: 100}}}
  value_segment: {layer: model, rfm: {events: orders, amount: amount, score: {mean_split: {}}, segments: eight, language: zh}}
  值得回访: {layer: business, rule: "会员等级 = '金卡会员' AND 城市 = '上海'"}
"""

AS_OF = "2026-06-01"


@pytest.fixture(scope="session")
def catalog() -> tl.Catalog:
    return tl.Catalog(CATALOG)


@pytest.fixture
def orders() -> dict[str, list[Any]]:
    return {
        "member_id": ["甲", "乙", "甲", "丙", "丁", "丙"],
        "paid_at": [
            "2026-05-01 09:30",
            "2026-05-02 10:00",
            "2026-05-03 11:15",
            "2026-01-04 12:00",
            "2026-05-31 23:59",
            "2026-06-01 00:00",
        ],
        "amount": [60.0, 20.0, 70.5, 500.0, 100.0, 9.0],
        "city": ["上海", "北京", "上海", None, "成都", "上海"],
    }


@pytest.fixture
def members() -> dict[str, list[Any]]:
    return {
        "member_id": ["甲", "乙", "丙", "丁"],
        "phone": ["138 0000 0001", "+8613800000002", None, "13800000004"],
        "birthday": ["1990-02-03", "1985-12-31", None, "2001-07-15"],
        "points": ["1200.50", "0.10", None, "33"],
        "vip": [True, False, None, True],
        "visits": [3, 1, None, 12],
        "likes": [["茶", "书"], [], None, ["茶"]],
    }


@pytest.fixture
def tables(orders: dict[str, list[Any]], members: dict[str, list[Any]]) -> dict[str, Any]:
    return {"orders": orders, "members": members}


@pytest.fixture
def profiles(catalog: tl.Catalog, tables: dict[str, Any]) -> tl.Profiles:
    return catalog.build(tables, as_of=AS_OF)
