//! Cases written down as JSON, run here and from Python with the same expectations.

use std::fs;
use std::path::PathBuf;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray};
use serde_json::{Map, Value as Json};
use tagloom::{Catalog, Dataset, Profiles};

use crate::mistakes::is_mistake;

fn case(name: &str) -> Json {
    let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("cases/golden").join(name);
    serde_json::from_str(&fs::read_to_string(path).unwrap()).unwrap()
}

fn column(cells: &[Json]) -> ArrayRef {
    let first = cells.iter().find(|cell| !cell.is_null());
    match first {
        Some(Json::Number(_)) if cells.iter().all(|c| c.is_null() || c.is_i64()) => {
            Arc::new(cells.iter().map(Json::as_i64).collect::<Int64Array>())
        }
        Some(Json::Number(_)) => Arc::new(cells.iter().map(Json::as_f64).collect::<Float64Array>()),
        Some(Json::Bool(_)) => Arc::new(cells.iter().map(Json::as_bool).collect::<BooleanArray>()),
        _ => Arc::new(cells.iter().map(Json::as_str).collect::<StringArray>()),
    }
}

fn table(columns: &Json) -> RecordBatch {
    let columns = columns.as_object().unwrap();
    RecordBatch::try_from_iter(
        columns.iter().map(|(name, cells)| (name.as_str(), column(cells.as_array().unwrap()))),
    )
    .unwrap()
}

fn build(case: &Json) -> Profiles {
    let catalog = Catalog::parse(&case["catalog"].to_string()).unwrap_or_else(|e| panic!("{}", e.render()));
    let tables = case["tables"].as_object().unwrap();
    let dataset = tables.iter().fold(Dataset::new(), |all, (name, columns)| all.with(name, table(columns)));
    catalog.build(&dataset, case["as_of"].as_str().unwrap()).unwrap()
}

fn same(ours: &Json, wanted: &Json) -> bool {
    match (ours.as_f64(), wanted.as_f64()) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-12 * b.abs().max(1.0),
        _ => ours == wanted,
    }
}

fn check_profiles(profiles: &Profiles, expected: &Map<String, Json>) {
    for (who, tags) in expected {
        let (kind, value) = who.split_once('=').unwrap();
        let row = profiles.find(kind, value).unwrap_or_else(|e| panic!("{e}"));
        for (tag, wanted) in tags.as_object().unwrap() {
            let column = profiles.column(tag).unwrap_or_else(|| panic!("no column {tag}"));
            let ours = serde_json::to_value(column.value(row)).unwrap();
            assert!(same(&ours, wanted), "{who} {tag}: {ours}, wanted {wanted}");
        }
    }
}

fn check(name: &str) {
    let case = case(name);
    let profiles = build(&case);
    let expect = &case["expect"];
    check_profiles(&profiles, expect["profiles"].as_object().unwrap());
    for (expression, members) in expect["audiences"].as_object().into_iter().flatten() {
        let audience = profiles.audience(expression).unwrap();
        let found: Vec<&str> = audience
            .rows()
            .filter_map(|row| profiles.identifiers(row as usize).next())
            .map(|(_, v)| v)
            .collect();
        let wanted: Vec<&str> = members.as_array().unwrap().iter().filter_map(Json::as_str).collect();
        assert_eq!(found, wanted, "{expression}");
    }
    let report = serde_json::to_value(profiles.report()).unwrap();
    for (source, wanted) in expect["report"].as_object().into_iter().flatten() {
        let ours = report["sources"].as_array().unwrap().iter().find(|s| s["source"] == **source).unwrap();
        for (what, n) in wanted.as_object().unwrap() {
            let found = if what == "n_rejected" {
                ours["rejected"].as_array().unwrap().iter().filter_map(|group| group["count"].as_u64()).sum()
            } else {
                ours[what].as_u64().unwrap()
            };
            assert_eq!(found, n.as_u64().unwrap(), "{source} {what}: {}", ours["rejected"]);
        }
    }
    if let Some(n) = expect["n_profiles"].as_u64() {
        assert_eq!(profiles.len() as u64, n);
    }
    if let Some(n) = expect["n_conflicts"].as_u64() {
        assert_eq!(report["identity"]["n_conflicts"].as_u64(), Some(n), "{}", report["identity"]);
    }
}

#[test]
fn facts() {
    check("facts.json");
}

#[test]
fn derived_facts() {
    check("derived_facts.json");
}

#[test]
fn fact_errors() {
    let case = case("fact_errors.json");
    let part = |name: &str| case[name].as_str().unwrap();
    assert!(Catalog::parse(&format!("{}{}", part("head"), part("tail"))).is_ok());
    for wrong in case["cases"].as_array().unwrap() {
        let [tag, code, path] = [0, 1, 2].map(|i| wrong[i].as_str().unwrap());
        let text = format!("{}  x: {{layer: fact, {tag}}}\n{}", part("head"), part("tail"));
        let problems = Catalog::parse(&text).unwrap_err().problems;
        let wanted = if path.is_empty() { "tags.x".to_owned() } else { format!("tags.x.{path}") };
        let found: Vec<_> = problems.iter().map(|p| (p.code, p.path.as_str(), p.line)).collect();
        assert!(
            found.contains(&(code, &wanted, Some(9))),
            "{tag}: found {found:?}, wanted {code} at {wanted}"
        );
    }
}

#[test]
fn model_errors() {
    let case = case("model_errors.json");
    for wrong in case["cases"].as_array().unwrap() {
        let [tag, code, path] = [0, 1, 2].map(|i| wrong[i].as_str().unwrap());
        is_mistake(case["head"].as_str().unwrap(), &format!("{{{tag}}}"), code, &format!("tags.x.{path}: "));
    }
}

#[test]
fn bad_rows() {
    check("bad_rows.json");
}

#[test]
fn identity() {
    check("identity.json");
}

#[test]
fn models() {
    check("models.json");
}

#[test]
fn definition_errors() {
    let case = case("definition_errors.json");
    let mut text = case["text"].as_str().unwrap().to_owned();
    let found = |text: &str| {
        let error = Catalog::parse(text).unwrap_err();
        serde_json::to_value(&error.problems).unwrap()
    };
    let check = |found: &Json, wanted: &Json| {
        for wanted in wanted["problems"].as_array().unwrap() {
            let matches = |problem: &Json| wanted.as_object().unwrap().iter().all(|(k, v)| problem[k] == *v);
            assert!(found.as_array().unwrap().iter().any(matches), "wanted {wanted} among {found:#}");
        }
    };
    check(&found(&text), &case["expect"]);
    for pair in case["mend"].as_array().unwrap() {
        text = text.replace(pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
    }
    check(&found(&text), &case["expect_mended"]);
    for pair in case["mend_cycle"].as_array().into_iter().flatten() {
        text = text.replace(pair[0].as_str().unwrap(), pair[1].as_str().unwrap());
    }
    check(&found(&text), &case["expect_typed"]);
}
