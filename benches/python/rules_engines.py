"""W2 in tagloom and in its peers, each written by somebody who wants it to win.

Columnar engines answer all rules over a table, `plain` over what comes, `coded` over numbers and bit masks made
beforehand; others answer all rules for one row.
"""

from __future__ import annotations

import datetime
from typing import TYPE_CHECKING, Any

from rules_data import CONDITIONS, RULES, SETS, TEXTS, Condition, number, values_of

if TYPE_CHECKING:
    from collections.abc import Callable

# Columnar engines: each gives a function that answers all rules.


def tagloom_coded(table: Any, _threads: int) -> Callable[[], list[Any]]:
    import tagloom as tl

    rules = tl.RuleSet(
        {"name": "w2", "rules": {f"r{at}": {"when": rule} for at, rule in enumerate(RULES)}}
    )
    frame = tl.Frame(table)
    return lambda: rules.apply(frame).to_arrow().columns


def tagloom_plain(table: Any, _threads: int) -> Callable[[], list[Any]]:
    import tagloom as tl

    rules = tl.RuleSet(
        {"name": "w2", "rules": {f"r{at}": {"when": rule} for at, rule in enumerate(RULES)}}
    )
    return lambda: rules.apply(table).to_arrow().columns


def polars_plain(table: Any, _threads: int) -> Callable[[], list[Any]]:
    import polars as pl

    def expression(condition: Condition) -> Any:
        kind, name, *rest = condition
        if kind in {"and", "or"}:
            parts = [expression(part) for part in condition[1:]]
            return pl.all_horizontal(parts) if kind == "and" else pl.any_horizontal(parts)
        column = pl.col(name)
        match kind:
            case "in":
                return column.is_in(rest[0])
            case "not in":
                return ~column.is_in(rest[0])
            case "is":
                return column if rest[0] else ~column
            case "any" | "all":
                parts = [column.list.contains(item) for item in rest[0]]
                return pl.all_horizontal(parts) if kind == "all" else pl.any_horizontal(parts)
        return column.is_between(*rest) if kind == "between" else compared(column, kind, rest[0])

    return polars_answers(pl.DataFrame(table), [expression(condition) for condition in CONDITIONS])


def polars_coded(table: Any, _threads: int) -> Callable[[], list[Any]]:
    """Texts as one-byte codes, lists as bit masks, dates as days."""
    import polars as pl

    frame = pl.DataFrame(table)
    words = {name: values_of(*known) for name, known in (TEXTS | SETS).items()}
    for name in TEXTS:
        codes = {word: at for at, word in enumerate(words[name])}
        frame = frame.with_columns(pl.col(name).replace_strict(codes, return_dtype=pl.UInt8))
    for name in SETS:
        masks = {word: 1 << at for at, word in enumerate(words[name])}
        masked = (
            pl.col(name)
            .list.eval(pl.element().replace_strict(masks, return_dtype=pl.UInt32))
            .list.sum()
        )
        frame = frame.with_columns(masked.cast(pl.UInt32))
    for name in ["last_order", "joined"]:
        frame = frame.with_columns(pl.col(name).cast(pl.Int32))

    def expression(condition: Condition) -> Any:
        kind, name, *rest = condition
        if kind in {"and", "or"}:
            first, *others = (expression(part) for part in condition[1:])
            for other in others:
                first = first & other if kind == "and" else first | other
            return first
        column = pl.col(name)
        match kind:
            case "in" | "not in":
                first, *others = (column == words[name].index(word) for word in rest[0])
                for other in others:
                    first = first | other
                return first if kind == "in" else ~first
            case "is":
                return column if rest[0] else ~column
            case "between":
                return (column >= number(rest[0])) & (column <= number(rest[1]))
            case "any" | "all":
                mask = pl.lit(sum(1 << words[name].index(word) for word in rest[0]), pl.UInt32)
                return (column & mask) != 0 if kind == "any" else (column & mask) == mask
        return compared(column, kind, number(rest[0]))

    return polars_answers(frame, [expression(condition) for condition in CONDITIONS])


def polars_answers(frame: Any, expressions: list[Any]) -> Callable[[], list[Any]]:
    named = [expression.alias(f"r{at}") for at, expression in enumerate(expressions)]
    return lambda: frame.select(named).to_arrow().columns


def compared(column: Any, op: str, constant: Any) -> Any:
    match op:
        case "=":
            return column == constant
        case "<":
            return column < constant
        case "<=":
            return column <= constant
        case ">":
            return column > constant
    return column >= constant


def duckdb_plain(table: Any, threads: int) -> Callable[[], list[Any]]:
    return duckdb_answers(table, threads, "SELECT * FROM people")


def duckdb_coded(table: Any, threads: int) -> Callable[[], list[Any]]:
    """Texts as enums."""
    enums = ", ".join(f"{name}::kind_{name} AS {name}" for name in TEXTS)
    return duckdb_answers(table, threads, f"SELECT * REPLACE ({enums}) FROM people")


def duckdb_answers(table: Any, threads: int, source: str) -> Callable[[], list[Any]]:
    import duckdb

    def text(words: list[str]) -> str:
        return ", ".join(f"'{word}'" for word in words)

    def sql(condition: Condition) -> str:
        kind, name, *rest = condition
        match kind:
            case "and" | "or":
                return "(" + f" {kind} ".join(sql(part) for part in condition[1:]) + ")"
            case "in" | "not in":
                return f"{name} {kind} ({text(rest[0])})"
            case "is":
                return name if rest[0] else f"not {name}"
            case "between":
                return f"{name} between {rest[0]} and {rest[1]}"
            case "any" | "all":
                return f"list_has_{kind}({name}, [{text(rest[0])}])"
        constant = f"DATE '{rest[0]}'" if isinstance(rest[0], datetime.date) else rest[0]
        return f"{name} {kind} {constant}"

    con = duckdb.connect(config={"threads": threads})
    con.register("people", table)
    for name, known in TEXTS.items():
        con.execute(f"CREATE TYPE kind_{name} AS ENUM ({text(values_of(*known))})")
    con.execute(f"CREATE TABLE customers AS {source}")
    asked = ", ".join(f"{sql(condition)} AS r{at}" for at, condition in enumerate(CONDITIONS))
    return lambda: con.sql(f"SELECT {asked} FROM customers").to_arrow_table().columns


# Engines that take one row at a time: each gives a function from a row to the answers.


def guarded(condition: Condition, joint: dict[str, str], leaf: Callable[[Condition], str]) -> str:
    """A condition that asks first whether there is a value."""
    if condition[0] in {"and", "or"}:
        parts = [guarded(part, joint, leaf) for part in condition[1:]]
        return "(" + f" {joint[condition[0]]} ".join(parts) + ")"
    name = joint["name"].format(condition[1])
    there = joint["there"].format(name=name)
    return f"({there} {joint['and']} {leaf((condition[0], name, *condition[2:]))})"


def infix(words: dict[str, str], member: str) -> Callable[[Condition], str]:
    """The words of an engine for a condition on a value that there is."""

    def quoted(items: list[str]) -> str:
        return "[" + ", ".join(f"'{item}'" for item in items) + "]"

    def leaf(condition: Condition) -> str:
        kind, name, *rest = condition
        match kind:
            case "in":
                return f"{name} in {quoted(rest[0])}"
            case "not in":
                return f"{words['not']}({name} in {quoted(rest[0])})"
            case "is":
                return name if rest[0] else f"{words['not']}({name})"
            case "between":
                low, high = (words["float"] if is_float(name) else "{}" for _ in range(2))
                return f"({name} >= {low.format(rest[0])} {words['and']} {name} <= {high.format(rest[1])})"
            case "any" | "all":
                joint = words["or"] if kind == "any" else words["and"]
                return (
                    "("
                    + f" {joint} ".join(member.format(name=name, item=item) for item in rest[0])
                    + ")"
                )
        constant = (words["float"] if is_float(name) else "{}").format(number(rest[0]))
        return f"{name} {'==' if kind == '=' else kind} {constant}"

    return leaf


def is_float(name: str) -> bool:
    return name.rpartition(".")[2] in {"spend_365d", "churn_risk"}


NULLS = {"name": "{}", "there": "{name} != null"}
PLAIN_WORDS = {"not": "not ", "and": "and", "or": "or", "float": "{}"} | NULLS
CEL_WORDS = {"not": "!", "and": "&&", "or": "||", "float": "double({})"} | NULLS
#: That engine compares nothing with null; what is null is left out.
CELPY_WORDS = CEL_WORDS | {"name": "row.{}", "there": "has({name})"}


def zen(_rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], list[bool]]:
    import zen as engine

    leaf = infix(PLAIN_WORDS, "'{item}' in {name}")
    each = [guarded(condition, PLAIN_WORDS, leaf) for condition in CONDITIONS]
    compiled = engine.compile_expression("[" + ", ".join(each) + "]")
    return compiled.evaluate  # type: ignore[no-any-return]


def cel_text(words: dict[str, str]) -> str:
    leaf = infix(words, "('{item}' in {name})")
    return "[" + ", ".join(guarded(condition, words, leaf) for condition in CONDITIONS) + "]"


def cel(_rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], list[bool]]:
    import cel as engine

    program = engine.compile(cel_text(CEL_WORDS))
    return program.execute  # type: ignore[no-any-return]


def celpy(_rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], list[bool]]:
    import celpy as engine

    environment = engine.Environment()
    program = environment.program(environment.compile(cel_text(CELPY_WORDS)))

    def answer(row: dict[str, Any]) -> list[bool]:
        known = {name: value for name, value in row.items() if value is not None}
        return [bool(found) for found in program.evaluate({"row": engine.json_to_cel(known)})]

    return answer


def datalogic(_rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], list[bool]]:
    import json

    import datalogic_py

    def logic(condition: Condition) -> Any:
        kind, name, *rest = condition
        if kind in {"and", "or"}:
            return {kind: [logic(part) for part in condition[1:]]}
        var = {"var": name}

        def leaf() -> Any:
            match kind:
                case "in":
                    return {"in": [var, rest[0]]}
                case "not in":
                    return {"!": [{"in": [var, rest[0]]}]}
                case "is":
                    return var if rest[0] else {"!": [var]}
                case "between":
                    return {"<=": [rest[0], var, rest[1]]}
                case "any" | "all":
                    return {
                        "or" if kind == "any" else "and": [{"in": [item, var]} for item in rest[0]]
                    }
            return {"==" if kind == "=" else kind: [var, number(rest[0])]}

        return {"and": [{"!==": [var, None]}, leaf()]}

    compiled = datalogic_py.Engine().compile([logic(condition) for condition in CONDITIONS])
    return lambda row: answers_of(compiled.evaluate(row), json)


def answers_of(found: Any, json: Any) -> list[bool]:
    return json.loads(found) if isinstance(found, str) else found  # type: ignore[no-any-return]


def rule_engine(_rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], list[bool]]:
    import rule_engine as engine

    leaf = infix(PLAIN_WORDS, "'{item}' in {name}")
    context = engine.Context(default_value=None)
    rules = [
        engine.Rule(guarded(condition, PLAIN_WORDS, leaf), context=context)
        for condition in CONDITIONS
    ]
    return lambda row: [rule.matches(row) for rule in rules]


def tagloom_rows(_rows: list[dict[str, Any]]) -> Callable[[dict[str, Any]], list[bool]]:
    import tagloom as tl

    fields = {"age": "int64", "orders_90d": "int64", "visits_30d": "int64", "spend_365d": "float64"}
    fields |= {
        "churn_risk": "float64",
        "last_order": "date",
        "joined": "date",
        "vip": "bool",
        "email_ok": "bool",
    }
    fields |= dict.fromkeys(TEXTS, "string") | dict.fromkeys(SETS, "set<string>")
    rules = {f"r{at}": {"when": rule} for at, rule in enumerate(RULES)}
    compiled = tl.RuleSet({"name": "w2", "fields": fields, "rules": rules})
    return lambda row: [bool(value) for value in compiled.test(row).values()]


TABLES: dict[str, tuple[str, Callable[[Any, int], Callable[[], list[Any]]]]] = {
    "tagloom, coded": ("tagloom", tagloom_coded),
    "tagloom, plain": ("tagloom", tagloom_plain),
    "Polars, coded by hand": ("polars", polars_coded),
    "Polars, plain": ("polars", polars_plain),
    "DuckDB, enums": ("duckdb", duckdb_coded),
    "DuckDB, plain": ("duckdb", duckdb_plain),
}
ROWS: dict[
    str, tuple[str, Callable[[list[dict[str, Any]]], Callable[[dict[str, Any]], list[bool]]]]
] = {
    "tagloom, a dict": ("tagloom", tagloom_rows),
    "zen": ("zen", zen),
    "cel": ("cel", cel),
    "cel-python": ("celpy", celpy),
    "datalogic": ("datalogic_py", datalogic),
    "rule-engine": ("rule_engine", rule_engine),
}
