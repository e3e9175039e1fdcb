//! Sources, checked.

use crate::catalog::did_you_mean;
use crate::catalog::model::{CatalogFile, ColumnSpec, SourceDef, SourceKind};
use crate::engine::plan::names::source_column;
use crate::engine::plan::problems::Problems;
use crate::expr::{self, Field, Schema};
use crate::time::Zone;
use crate::value::DataType;

/// A source, checked.
#[derive(Debug)]
pub(crate) struct SourcePlan {
    pub(crate) name: String,
    pub(crate) def: SourceDef,
    /// The names of the declared columns, in order.
    pub(crate) columns: Vec<String>,
    pub(crate) types: Vec<DataType>,
    /// All filters over the source's rows: over the columns, and the time where it is not one of them.
    pub(crate) filters: expr::Program,
}

impl SourcePlan {
    /// The position of a declared column.
    pub(crate) fn column(&self, name: &str) -> Option<usize> {
        self.columns.iter().position(|column| column == name)
    }

    /// Whether what a row says was known at its time, or never changes.
    pub(crate) fn is_point_in_time(&self) -> bool {
        self.def.time.is_some() || self.def.timeless
    }
}

/// Checks a source.
pub(super) fn source(
    file: &CatalogFile,
    name: &str,
    def: &SourceDef,
    problems: &mut Problems<'_>,
) -> SourcePlan {
    check_keys(file, name, def, problems);
    let mut schema = Schema::new();
    for (column, column_def) in &def.columns {
        if let Some(spec) = column_def.spec() {
            check_column(file, name, column, spec, &schema, problems);
        }
        let required = column_def.spec().is_some_and(|spec| spec.required);
        schema.push(Field { name: column.clone(), data_type: column_def.data_type(), nullable: !required });
    }
    if let Some(time) = def.time.as_ref().filter(|time| !def.columns.contains_key(*time)) {
        let nullable = def.kind != SourceKind::Events;
        schema.push(Field { name: time.clone(), data_type: DataType::Timestamp, nullable });
    }
    SourcePlan {
        name: name.to_owned(),
        def: def.clone(),
        columns: def.columns.keys().cloned().collect(),
        types: def.columns.values().map(crate::catalog::model::ColumnDef::data_type).collect(),
        filters: expr::Program::new(schema),
    }
}

fn check_keys(file: &CatalogFile, name: &str, def: &SourceDef, problems: &mut Problems<'_>) {
    for kind in def.identifiers.keys().filter(|kind| !file.identifiers.contains_key(*kind)) {
        let help = did_you_mean(kind, file.identifiers.keys().map(String::as_str));
        let message = format!("unknown kind of identifier `{kind}`");
        problems.add(&["sources", name, "identifiers", kind], "catalog.unknown_identifier", message, help);
    }
    let mut missing = |what: &str| {
        let message = format!("missing {what}");
        problems.add(&["sources", name], "catalog.missing_field", message, None);
    };
    if def.kind == SourceKind::Lookup {
        if def.key.is_none() {
            missing("`key`, the column that names its rows");
        }
    } else if def.identifiers.is_empty() {
        missing("`identifiers`, at least one, such as {member: member_id}");
    }
    if def.kind == SourceKind::Events && def.time.is_none() {
        missing("`time`, the column with the time of the events");
    }
    if def.timezone.as_deref().is_some_and(|zone| Zone::named(zone).is_err()) {
        let zone = def.timezone.as_deref().unwrap_or_default();
        let message = format!("unknown time zone `{zone}`; wanted an IANA name such as Asia/Shanghai");
        problems.add(&["sources", name, "timezone"], "catalog.unknown_timezone", message, None);
    }
}

fn check_column(
    file: &CatalogFile,
    source: &str,
    column: &str,
    spec: &ColumnSpec,
    before: &Schema,
    problems: &mut Problems<'_>,
) {
    let at = ["sources", source, "columns", column];
    let ways = [spec.from.is_some(), spec.value.is_some(), spec.lookup.is_some()];
    if ways.iter().filter(|way| **way).count() > 1 {
        let message = "has more than one of `from`, `value` and `lookup`";
        problems.add(&at, "catalog.contradiction", message, None);
    }
    if let Some(value) = &spec.value {
        let path = ["sources", source, "columns", column, "value"];
        let mut program = expr::Program::new(before.clone());
        match program.add(value) {
            Err(errors) => problems.add_expression(&path, &errors),
            Ok(root) => {
                let (wanted, found) = (spec.data_type, program.data_type(root));
                let widens = wanted == DataType::Float && found.is_numeric();
                let decimals = matches!(wanted, DataType::Decimal { .. }) && found.is_numeric();
                if wanted != found && !widens && !decimals {
                    let message = format!("the column is declared {wanted}, its expression gives {found}");
                    problems.add(&path, "catalog.wrong_type", message, None);
                }
            }
        }
    }
    if let Some(reference) = &spec.lookup {
        check_lookup(file, source, column, spec, reference, problems);
    }
}

fn check_lookup(
    file: &CatalogFile,
    source: &str,
    column: &str,
    spec: &ColumnSpec,
    reference: &str,
    problems: &mut Problems<'_>,
) {
    let at = ["sources", source, "columns", column, "lookup"];
    let who = format!("looks up `{reference}`");
    let target = source_column(reference)
        .and_then(|(source, field)| Some((file.sources.get(source)?, field)))
        .filter(|(source, _)| source.kind == SourceKind::Lookup);
    match target {
        None => {
            let message = format!("{who}; wanted `source.column` of a source of kind lookup");
            problems.add(&at, "catalog.unknown_source", message, None);
        }
        Some((lookup, field)) => match lookup.columns.get(field) {
            None => {
                let help = did_you_mean(field, lookup.columns.keys().map(String::as_str));
                problems.add(
                    &at,
                    "catalog.unknown_column",
                    format!("{who}, which is not declared there"),
                    help,
                );
            }
            Some(found) if found.data_type() != spec.data_type => {
                let (wanted, found) = (spec.data_type, found.data_type());
                problems.add(
                    &at,
                    "catalog.wrong_type",
                    format!("{who}, which is {found}, not {wanted}"),
                    None,
                );
            }
            Some(_) => {}
        },
    }
    if spec.by.is_none() {
        let message = format!("{who} without `by`, the column of this table that holds the key");
        problems.add(&at[..4], "catalog.missing_field", message, None);
    }
}
