//! The first tags of three customers: from orders to a membership level and a rule, and why.
//!
//! `cargo run -p tagloom-examples --example 01_first_tags`
#![expect(clippy::print_stdout, reason = "an example shows something")]

use std::sync::Arc;

use arrow_array::{ArrayRef, Float64Array, RecordBatch, StringArray};
use tagloom::{Catalog, Dataset};

const CATALOGUE: &str = r#"
tagloom: 1
name: café
timezone: Asia/Shanghai
identifiers: {member: {}}
sources:
  orders: {kind: events, identifiers: {member: member_id}, time: paid_at, columns: {amount: float64, drink: string}}
tags:
  spend_90d:       {layer: fact, title: 近90天消费, unit: CNY, events: orders, sum: amount, window: 90d}
  favourite_drink: {layer: fact, title: 最爱饮品, events: orders, mode: drink}
  level:           {layer: model, title: 会员等级, tier: {by: spend_90d, levels: {普通会员: 0, 金卡会员: 100}}}
  invite:          {layer: business, title: 邀请品鉴, rule: "level = '金卡会员' AND favourite_drink = 'espresso'"}
"#;

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let catalog = Catalog::parse(CATALOGUE)?;
    let orders = RecordBatch::try_from_iter([
        ("member_id", text(&["a", "b", "a", "c", "a"])),
        ("paid_at", text(&["2026-05-01", "2026-05-02", "2026-05-03 08:30:00", "2026-01-05", "2026-05-20"])),
        ("amount", Arc::new(Float64Array::from(vec![60.0, 20.0, 70.0, 300.0, 18.5])) as ArrayRef),
        ("drink", text(&["espresso", "latte", "espresso", "mocha", "latte"])),
    ])?;

    let profiles = catalog.build(&Dataset::new().with("orders", orders), "2026-06-01")?;
    for row in 0..profiles.len() {
        let profile = profiles.profile(row);
        println!("{:?}", profile.identifiers);
        for (name, tag) in profile.layers.iter().flat_map(|layer| &layer.tags) {
            println!("  {name} = {}", tag.value);
        }
    }

    let row = profiles.find("member", "a")?;
    println!("\nWhy is member a invited?\n{}", profiles.explain(row, "invite")?);
    println!("\nInvited: {}", profiles.audience("invite")?.len());
    Ok(())
}

fn text(values: &[&str]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}
