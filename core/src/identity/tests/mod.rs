mod laws;
mod reference;
mod rules;
mod values;

use indexmap::IndexMap;

use crate::catalog::model::{IdentifierDef, Normalise, Strength};
use crate::identity::{Links, Partition, RowKeys, Rules};
use crate::value::{Column, ColumnBuilder, DataType, StringColumn};

/// A row: for each kind, by its index, a value or nothing.
type Row = Vec<Option<String>>;

fn strong() -> IdentifierDef {
    IdentifierDef::default()
}

fn weak() -> IdentifierDef {
    IdentifierDef { strength: Strength::Weak, ..IdentifierDef::default() }
}

fn rules(kinds: &[(&str, IdentifierDef)]) -> Rules {
    let definitions: IndexMap<_, _> =
        kinds.iter().map(|(name, definition)| ((*name).to_owned(), definition.clone())).collect();
    Rules::new(&definitions).unwrap()
}

/// A shop's kinds: one member number a profile, phones, e-mail addresses, devices.
fn shop() -> Rules {
    let phone = IdentifierDef {
        normalise: Normalise::CnMobile,
        max_profiles: Some(3),
        block: vec!["+86 138-0013-8000".to_owned()],
        personal: true,
        ..strong()
    };
    rules(&[
        ("member", IdentifierDef { max_per_profile: Some(1), ..strong() }),
        ("phone", phone),
        ("email", IdentifierDef { normalise: Normalise::Email, ..strong() }),
        ("device", IdentifierDef { max_profiles: Some(2), ..weak() }),
    ])
}

fn column<'a>(cells: impl Iterator<Item = Option<&'a str>>) -> StringColumn {
    let mut builder = ColumnBuilder::new(DataType::String, 0);
    for cell in cells {
        match cell {
            Some(text) => builder.push_str(text),
            None => builder.push_null(),
        }
    }
    match builder.finish() {
        Column::String(column) => column,
        other => unreachable!("a string column is built as one, not as {:?}", other.data_type()),
    }
}

/// The columns of the kinds that some of the rows have.
fn columns(rules: &Rules, rows: &[Row]) -> Vec<(usize, StringColumn)> {
    (0..rules.len())
        .filter(|&kind| rows.iter().any(|row| row[kind].is_some()))
        .map(|kind| (kind, column(rows.iter().map(|row| row[kind].as_deref()))))
        .collect()
}

fn add(links: &mut Links, rows: &[Row]) -> RowKeys {
    let columns = columns(links.rules(), rows);
    links.add_rows(&columns, rows.len()).unwrap()
}

/// Rows written as `"member=M1 phone=13912345678"`.
fn parse(rules: &Rules, rows: &[&str]) -> Vec<Row> {
    let parse_row = |row: &&str| {
        let mut cells = vec![None; rules.len()];
        for cell in row.split_whitespace() {
            let (kind, value) = cell.split_once('=').unwrap();
            cells[rules.index_of(kind).unwrap()] = Some(value.to_owned());
        }
        cells
    };
    rows.iter().map(parse_row).collect()
}

/// The partition, and the profile of each row.
fn resolve(rules: &Rules, rows: &[&str]) -> (Partition, Vec<u32>) {
    let mut links = Links::new(rules);
    let keys = add(&mut links, &parse(rules, rows));
    let partition = links.resolve();
    let profiles = partition.profiles_of(&keys);
    (partition, profiles)
}

/// Each profile's identifiers, written as rows are.
fn show(partition: &Partition) -> Vec<String> {
    let cell = |(kind, value)| format!("{}={value}", partition.rules().name(kind).unwrap());
    let profile = |number| partition.identifiers(number).map(cell).collect::<Vec<_>>().join(" ");
    (0..partition.len() as u32).map(profile).collect()
}
