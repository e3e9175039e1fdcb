//! Tables of any kind (Arrow, Parquet, CSV) as the columns that a model wants.

use std::sync::Arc;

use arrow_array::{Array, TimestampMicrosecondArray};
use indexmap::IndexMap;

use crate::catalog::model::{ColumnDef, ColumnSpec, SourceDef, SourceKind};
use crate::source::{Lookups, SourceError, SourceReport, Table, read};
use crate::time::{Timestamp, Zone};
use crate::value::{Column, DataType, StringColumn};

/// A table that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// It cannot be read, or lacks a column.
    #[error(transparent)]
    Source(#[from] SourceError),
    /// Values that cannot be read; where each row of the result stands for a row of the table, none may be left out.
    #[error("{count} rows cannot be used, the first is row {row}: {}`{value}`: {reason}", .column.as_ref().map_or(String::new(), |c| format!("column `{c}`, ")))]
    Rejected {
        /// How many rows.
        count: u64,
        /// The column, where it is one.
        column: Option<String>,
        /// The first of the rows, from 0.
        row: u64,
        /// What was found.
        value: String,
        /// What is wrong with it.
        reason: String,
    },
}

impl InputError {
    /// The code, which never changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::Source(error) => error.code(),
            Self::Rejected { .. } => "input.rejected",
        }
    }
}

/// Which columns of a table of transactions hold what.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderColumns {
    /// Who bought.
    pub customer: String,
    /// When. Times without a zone are wall-clock times, and days the start of the day.
    pub time: String,
    /// The amount, where it is wanted; rows without one are left out.
    pub money: Option<String>,
    /// Which order a row belongs to, where an order may have several rows; otherwise every row is an order.
    pub order: Option<String>,
}

/// Rows of transactions.
#[derive(Debug, Clone)]
pub struct Orders {
    pub(super) customers: StringColumn,
    pub(super) times: TimestampMicrosecondArray,
    pub(super) money: Option<Column>,
    pub(super) order_ids: Option<StringColumn>,
}

impl Orders {
    /// Reads the columns of a table. Rows that cannot be used (no customer, no time, no amount, values that cannot be
    /// read) are left out and reported.
    ///
    /// # Errors
    /// [`SourceError`]: a file that cannot be read, a column that is missing or of another type.
    pub fn read(
        table: &Table,
        columns: &OrderColumns,
        zone: &Zone,
    ) -> Result<(Self, SourceReport), SourceError> {
        let mut identifiers = IndexMap::from([("customer".to_owned(), columns.customer.clone())]);
        if let Some(order) = &columns.order {
            identifiers.insert("order".to_owned(), order.clone());
        }
        let declared = columns.money.iter().map(|name| (name.clone(), column(DataType::Float, true, None)));
        let mut def = definition(SourceKind::Events, identifiers, declared.collect());
        def.time = Some(columns.time.clone());
        let (mut rows, report) = read("transactions", &def, zone, table, &Lookups::new(), Timestamp::MAX)?;
        // A row may have an order and yet nobody who made it.
        let nulls = rows.identifiers[0].1.codes().nulls();
        if let Some(nulls) = nulls.filter(|nulls| nulls.null_count() > 0) {
            let known: Vec<u32> = nulls.valid_indices().map(|row| row as u32).collect();
            rows = rows.take(&known);
        }
        let order_ids = columns.order.is_some().then(|| rows.identifiers.swap_remove(1).1);
        let money = rows.columns.pop().map(|(_, column)| column);
        let times = rows.time.unwrap_or_else(|| TimestampMicrosecondArray::from(Vec::<i64>::new()));
        let (_, customers) = rows.identifiers.swap_remove(0);
        Ok((Self { customers, times, money, order_ids }, report))
    }

    /// How many rows.
    pub fn len(&self) -> usize {
        self.times.len()
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The amount of a row; `None` where amounts were not asked for.
    pub(super) fn money(&self, row: usize) -> Option<f64> {
        self.money.as_ref()?.f64(row)
    }

    /// The number of a row's order, in the byte order of their names; `None` where it is an order by itself.
    pub(super) fn order(&self, row: usize) -> Option<u32> {
        let codes = self.order_ids.as_ref()?.codes();
        codes.is_valid(row).then(|| codes.value(row))
    }

    /// The customers, once each, in the byte order of their text, and for each row of them the place there.
    pub(super) fn customers(&self) -> (StringColumn, &[u32]) {
        // That is how the reader gives out identifiers; every row has one.
        let values = self.customers.values();
        let all = (0..values.len() as u32).collect::<Vec<u32>>();
        (StringColumn::new(all.into(), Arc::clone(values)), self.customers.codes().values())
    }
}

/// Reads columns of a table, each as its type and every row of them.
///
/// # Errors
/// [`InputError::Source`], and [`InputError::Rejected`] where a value cannot be read.
pub fn read_columns(table: &Table, wanted: &[(&str, DataType)]) -> Result<Vec<Column>, InputError> {
    // Every row needs an identifier: the same for all of them, under a name that no table has.
    let constant = ("\u{1}row".to_owned(), column(DataType::String, false, Some("'row'")));
    let declared =
        wanted.iter().map(|(name, data_type)| ((*name).to_owned(), column(*data_type, false, None)));
    let declared: IndexMap<String, ColumnDef> = declared.chain([constant]).collect();
    let identifiers = IndexMap::from([("row".to_owned(), "\u{1}row".to_owned())]);
    let def = definition(SourceKind::Records, identifiers, declared);
    let (rows, report) = read("table", &def, &Zone::utc(), table, &Lookups::new(), Timestamp::MAX)?;
    if let Some((group, sample)) = report.rejected.iter().find_map(|g| Some((g, g.samples.first()?))) {
        return Err(InputError::Rejected {
            count: report.rejected_rows(),
            column: group.column.clone(),
            row: sample.row,
            value: sample.value.clone(),
            reason: group.reason.clone(),
        });
    }
    Ok(wanted.iter().filter_map(|(name, _)| rows.column(name).cloned()).collect())
}

fn column(data_type: DataType, required: bool, value: Option<&str>) -> ColumnDef {
    ColumnDef::Spec(Box::new(ColumnSpec {
        data_type,
        from: None,
        value: value.map(str::to_owned),
        lookup: None,
        by: None,
        required,
        personal: false,
        title: None,
        description: None,
        unit: None,
    }))
}

fn definition(
    kind: SourceKind,
    identifiers: IndexMap<String, String>,
    columns: IndexMap<String, ColumnDef>,
) -> SourceDef {
    SourceDef {
        kind,
        identifiers,
        time: None,
        timezone: None,
        event_id: None,
        timeless: false,
        key: None,
        columns,
        parse: None,
        csv: None,
        title: None,
        description: None,
    }
}
