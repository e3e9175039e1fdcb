//! What a build says of everybody.

use tagloom::Profiles;
use tagloom::value::Value;

/// The values of everybody by the name of the customer, in the order of the names.
pub(crate) fn values(profiles: &Profiles) -> Vec<(String, Vec<Value>)> {
    let columns: Vec<_> = profiles.columns().map(|what| profiles.column(&what.name).unwrap()).collect();
    let of = |row: usize| {
        let (_, who) = profiles.identifiers(row).next().unwrap();
        (who.to_owned(), columns.iter().map(|column| column.value(row)).collect())
    };
    let mut all: Vec<(String, Vec<Value>)> = (0..profiles.len()).map(of).collect();
    all.sort_by(|a, b| a.0.cmp(&b.0));
    all
}
