"""From three small tables to explained tags: a shop with made-up customers."""

from __future__ import annotations

import tagloom as tl

CATALOG = """
tagloom: 1
name: 小店
timezone: Asia/Shanghai
currency: CNY

identifiers:
  会员号: {max_per_profile: 1}
  手机号: {normalise: cn_mobile, personal: true}

sources:
  订单:
    kind: events
    identifiers: {会员号: 会员号}
    time: 付款时间
    event_id: 订单号
    columns: {金额: "decimal(12,2)", 城市: string}
  会员:
    kind: records
    identifiers: {会员号: 会员号, 手机号: 手机号}
    columns: {生日: date}

tags:
  近90天消费: {layer: fact, unit: 元, events: 订单, sum: 金额, window: 90d, when_missing: 0}
  常去城市: {layer: fact, events: 订单, mode: 城市, window: 1y}
  年龄: {layer: fact, unit: 岁, years_since: 会员.生日}
  会员等级: {layer: model, tier: {by: 近90天消费, levels: {普通会员: 0, 银卡会员: 500, 金卡会员: 1000}}}
  值得回访:
    layer: business
    title: 值得店员打个电话
    rule: 会员等级 = '金卡会员' AND 常去城市 = '上海' AND 年龄 < 40
"""

ORDERS = {
    "订单号": ["D1", "D2", "D3", "D4", "D5"],
    "会员号": ["M1", "M2", "M1", "M3", "M1"],
    "付款时间": ["2026-03-20 10:12", "2026-04-02 18:30", "2026-04-11 09:05", "2026-05-01 20:00", "2026-05-20 12:45"],
    "金额": ["399.00", "88.50", "650.00", "1200.00", "128.00"],
    "城市": ["上海", "北京", "上海", "成都", "杭州"],
}
MEMBERS = {
    "会员号": ["M1", "M2", "M3"],
    "手机号": ["138 0000 0001", "+86 13800000002", "13800000003"],
    "生日": ["1991-08-15", "1975-01-30", None],
}


def main() -> None:
    """Builds the profiles, looks at one, and picks whom to call."""
    catalog = tl.Catalog(CATALOG)
    profiles = catalog.build({"订单": ORDERS, "会员": MEMBERS}, as_of="2026-06-01")
    print(profiles)
    print(profiles.report(), end="\n\n")

    customer = profiles.get(手机号="13800000001")
    print(customer)
    print(profiles.explain(会员号="M1", tag="值得回访"))

    to_call = profiles.audience("值得回访")
    gold = profiles.audience("会员等级 = '金卡会员'")
    print(to_call, gold - to_call, sep="\n")
    assert customer in to_call


if __name__ == "__main__":
    main()
