"""Rules without a catalogue: checks, explanations, a decision table, and what a change of a rule would do.

python examples/python/rules_alone.py
"""

from __future__ import annotations

from typing import Any

import tagloom as tl

customers: dict[str, list[Any]] = {
    "name": ["安", "贝", "陈", "丁", "艾"],
    "tier": ["金卡", "金卡", "银卡", None, "普通"],
    "spend_90d": [820.0, 2400.0, 1500.0, 90.0, 30.0],
    "risk": [0.7, 0.65, 0.2, 0.9, None],
    "channels": [["app", "sms"], ["app"], [], None, ["sms"]],
}

# A rule is checked against the table: all errors at once, each with its place.
try:
    tl.Rule("teir = '金卡' AND spend_90d > '1000'").apply(customers)
except tl.RuleError as error:
    for found in error.diagnostics:
        print(f"{found['message']}; {found['help']}")

# What can hardly be meant is said, too.
doubtful = tl.Rule("tier = '金卡会员' OR (risk > 0.5 AND risk < 0.3)").apply(customers)
for warning in doubtful.report["warnings"]:
    print(f"{warning['message']}; {warning['help']}")

# One customer: the answer, and what would have to change.
rule = tl.Rule("tier = '金卡' AND risk >= 0.6 AND spend_90d >= 1000")
first = {name: values[0] for name, values in customers.items()}
change = rule.changes(first)
print(rule.test(first), [(c["text"], c["distance"]) for c in change or []])

# All customers: how many each condition lets through, and who a new rule would bring in.
funnel = rule.funnel(customers)
print([(step["text"], step["passed"]) for step in funnel["children"]])
new = tl.Rule("tier IN ('金卡', '银卡') AND (risk >= 0.6 OR spend_90d >= 1500)")
difference = rule.diff(new, customers)
print(
    "enter:", [customers["name"][row] for row in difference["enter"]], "leave:", difference["leave"]
)

# A decision table as business people keep it, with its gaps.
care = tl.DecisionTable(
    {
        "hit": "first",
        "inputs": ["tier", "risk"],
        "outputs": ["care"],
        "rows": [
            ["金卡", ">= 0.6", "打电话"],
            ["金卡, 银卡", "-", "发短信"],
            ["-", ">= 0.8", "送券"],
        ],
    }
)
print(care.apply(customers).to_arrow().to_pydict())
gaps = care.findings({"tier": "string", "risk": "float64"})
print([gap["when"] for gap in gaps if gap["kind"] == "gap"])

# The same rule where the data are.
print(rule.to_sql("duckdb"))
