"""GBK files of a Chinese shop as they come: no prepared step, and what is rejected is explained."""

from __future__ import annotations

import csv

import tagloom as tl
from real_data import real_data

CATALOGUE = """
tagloom: 1
name: jdata
timezone: Asia/Shanghai
identifiers: {user: {max_per_profile: 1}}
sources:
  users:
    kind: records
    identifiers: {user: user_id}
    timeless: true
    parse: {nulls: ["-1", "NULL"]}
    columns: {age: string, sex: int64, level: {type: int64, from: user_lv_cd}, registered: {type: date, from: user_reg_tm}}
  actions:
    kind: events
    identifiers: {user: user_id}
    time: time
    columns: {sku: {type: string, from: sku_id}, type: int64, brand: {type: string, from: brand}}
tags:
  年龄段:      {layer: fact, record: users.age, when_missing: 未知}
  注册年数:    {layer: fact, years_since: users.registered}
  行为次数:    {layer: fact, events: actions, count: {}}
  浏览商品数:  {layer: fact, events: actions, count_distinct: sku, where: "type IN (1, 6)"}
  年长活跃:    {layer: business, rule: "年龄段 = '56岁以上' AND 行为次数 > 0"}
"""


def test_gbk_files_are_read_as_they_come() -> None:
    users, actions = real_data("jdata/JData_User.csv"), real_data("jdata/JData_Action_201602.csv")
    profiles = tl.Catalog(CATALOGUE).build({"users": users, "actions": actions}, as_of="2016-03-01")
    with users.open(encoding="gb18030", newline="") as file:
        rows = list(csv.DictReader(file))
    with actions.open(encoding="gb18030", newline="") as file:
        n_actions = sum(1 for _ in csv.DictReader(file))
    report = {source["source"]: source for source in profiles.report().to_dict()["sources"]}
    for name, n in [("users", len(rows)), ("actions", n_actions)]:
        rejected = sum(group["count"] for group in report[name]["rejected"])
        assert report[name]["rows_read"] == n
        assert report[name]["accepted"] + rejected == n
        assert all(group["samples"] and group["reason"] for group in report[name]["rejected"])
    elder = [row["user_id"] for row in rows if row["age"] == "56岁以上"]
    found = profiles.get(user=elder[0])
    assert found["年龄段"] == "56岁以上"
    # Ids of actions are written as floats (266079.0), those of users as whole numbers: they are the same people.
    active = profiles.audience("行为次数 > 0")
    assert len(active) > 0
    known = {row["user_id"] for row in rows}
    with actions.open(encoding="gb18030", newline="") as file:
        acting = {row["user_id"].removesuffix(".0") for row in csv.DictReader(file)}
    assert len(profiles) == len(known | acting)
    assert len(active) == len(acting)
