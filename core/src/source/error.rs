//! What stops a source from being read. A bad value never does; see [`SourceReport`](crate::source::SourceReport).

use std::path::PathBuf;

use crate::expr;
use crate::time::UnknownTimeZone;
use crate::value::DataType;

/// Why a source cannot be read at all.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum SourceError {
    /// A source of the catalogue has no table in the data.
    #[error("no table for source `{name}`{}", near(.nearest.as_deref()))]
    NoTable {
        /// The source.
        name: String,
        /// The table with the nearest name, where one is near.
        nearest: Option<String>,
    },
    /// A table in the data belongs to no source of the catalogue.
    #[error("table `{name}` belongs to no source of the catalogue{}", near(.nearest.as_deref()))]
    UnknownSource {
        /// The name of the table.
        name: String,
        /// The source with the nearest name, where one is near.
        nearest: Option<String>,
    },
    /// A path that says neither Parquet nor CSV.
    #[error("`{}` has an unknown extension; wanted .parquet, .csv, .tsv or .txt", .path.display())]
    UnknownExtension {
        /// The path as it was given.
        path: PathBuf,
    },
    /// A file of a kind that this build of the crate does not read.
    #[error("`{}` needs the crate feature `{feature}`", .path.display())]
    FeatureOff {
        /// The path as it was given.
        path: PathBuf,
        /// The feature of the crate that reads it.
        feature: &'static str,
    },
    /// A file that is missing, cut off, or not what its name says.
    #[error("cannot read `{}`: {reason}", .path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// What the system or the file format says.
        reason: Box<dyn std::error::Error + Send + Sync>,
    },
    /// A CSV file without a first line that names the columns.
    #[error("`{}` is empty; wanted a first line with the names of the columns", .path.display())]
    EmptyFile {
        /// The file.
        path: PathBuf,
    },
    /// A delimiter or quote that is not one ASCII character.
    #[error(
        "source `{name}`: csv {what} is {found:?}; wanted one ASCII character, not a line end, and not the other sign"
    )]
    CsvSign {
        /// The source.
        name: String,
        /// `delimiter` or `quote`.
        what: &'static str,
        /// The character that was found.
        found: char,
    },
    /// A form of dates that does not exist.
    #[error("source `{name}`: date form `{form}`: {reason}")]
    DateForm {
        /// The source.
        name: String,
        /// The form as it was given.
        form: String,
        /// What is wrong with it.
        reason: String,
    },
    /// A time zone that does not exist.
    #[error("source `{name}`: {error}")]
    TimeZone {
        /// The source.
        name: String,
        /// The name that was given.
        error: UnknownTimeZone,
    },
    /// A column that the table does not have.
    #[error("source `{name}`: no column `{column}` in the table{}; it has {}", near(.nearest.as_deref()), list(.found))]
    MissingColumn {
        /// The source.
        name: String,
        /// The column that was wanted.
        column: String,
        /// The column with the nearest name, where one is near.
        nearest: Option<String>,
        /// The columns of the table.
        found: Vec<String>,
    },
    /// A wanted name that several columns of the table have.
    #[error("source `{name}`: the table has more than one column `{column}`")]
    RepeatedColumn {
        /// The source.
        name: String,
        /// The column that was wanted.
        column: String,
    },
    /// A column whose type cannot be read as the declared one.
    #[error("source `{name}`: column `{column}` is {found}, wanted {wanted}{}", help_text(.help))]
    MistypedColumn {
        /// The source.
        name: String,
        /// The column, by its name in the table.
        column: String,
        /// The type that the catalogue declares.
        wanted: DataType,
        /// The Arrow type of the table's column.
        found: Box<str>,
        /// What to do about it; may be empty.
        help: &'static str,
    },
    /// A `lookup` that is not `source.column`, has no `by`, or names a source or column that is not there.
    #[error("source `{name}`: column `{column}` looks up `{lookup}`: {problem}{}", near(.nearest.as_deref()))]
    Lookup {
        /// The source.
        name: String,
        /// The column.
        column: String,
        /// The `lookup` as it was given.
        lookup: String,
        /// What is wrong with it.
        problem: &'static str,
        /// The nearest name, where one is near.
        nearest: Option<String>,
    },
    /// The expression of a computed column is wrong. It may name the columns of the table and the columns made before.
    #[error("source `{name}`: value of column `{column}`: {error}")]
    Expression {
        /// The source.
        name: String,
        /// The column.
        column: String,
        /// What is wrong with the expression, with the places.
        error: Box<expr::Errors>,
    },
    /// More rows than a source may have.
    #[error("source `{name}` has more than {} rows", crate::source::MAX_ROWS)]
    TooManyRows {
        /// The source.
        name: String,
    },
    /// The distinct texts of a column are more than 2 GiB together.
    #[error("source `{name}`: the distinct texts of column `{column}` are more than 2 GiB together")]
    TooMuchText {
        /// The source.
        name: String,
        /// The column.
        column: String,
    },
}

impl SourceError {
    /// All codes.
    pub const CODES: [&'static str; 16] = [
        "source.no_table",
        "source.unknown_source",
        "source.unknown_extension",
        "source.feature_off",
        "source.unreadable",
        "source.empty_file",
        "source.csv_sign",
        "source.date_form",
        "source.time_zone",
        "source.missing_column",
        "source.repeated_column",
        "source.mistyped_column",
        "source.lookup",
        "source.expression",
        "source.too_many_rows",
        "source.too_much_text",
    ];

    /// A code that stays the same when the wording changes.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NoTable { .. } => "source.no_table",
            Self::UnknownSource { .. } => "source.unknown_source",
            Self::UnknownExtension { .. } => "source.unknown_extension",
            Self::FeatureOff { .. } => "source.feature_off",
            Self::Unreadable { .. } => "source.unreadable",
            Self::EmptyFile { .. } => "source.empty_file",
            Self::CsvSign { .. } => "source.csv_sign",
            Self::DateForm { .. } => "source.date_form",
            Self::TimeZone { .. } => "source.time_zone",
            Self::MissingColumn { .. } => "source.missing_column",
            Self::RepeatedColumn { .. } => "source.repeated_column",
            Self::MistypedColumn { .. } => "source.mistyped_column",
            Self::Lookup { .. } => "source.lookup",
            Self::Expression { .. } => "source.expression",
            Self::TooManyRows { .. } => "source.too_many_rows",
            Self::TooMuchText { .. } => "source.too_much_text",
        }
    }
}

/// The name in `names` that is most like `wanted`, where one is like it at all; of equals the first.
pub(super) fn nearest<'a>(wanted: &str, names: impl IntoIterator<Item = &'a str>) -> Option<String> {
    let wanted = wanted.trim().to_lowercase();
    let mut best: Option<(f64, &str)> = None;
    for name in names {
        let likeness = strsim::normalized_damerau_levenshtein(&wanted, &name.trim().to_lowercase());
        if likeness >= 0.5 && best.is_none_or(|(so_far, _)| likeness > so_far) {
            best = Some((likeness, name));
        }
    }
    best.map(|(_, name)| name.to_owned())
}

fn near(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; the nearest name is `{name}`")).unwrap_or_default()
}

fn help_text(help: &str) -> String {
    if help.is_empty() { String::new() } else { format!("; {help}") }
}

/// The first names, and of these the first characters: a file that is no CSV may give any number of either.
fn list(names: &[String]) -> String {
    const SHOWN: usize = 20;
    const CHARS: usize = 60;
    if names.is_empty() {
        return "no columns".to_owned();
    }
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| format!("`{name:.CHARS$}`")).collect();
    let rest = names.len().saturating_sub(SHOWN);
    let more = if rest > 0 { format!(" and {rest} more") } else { String::new() };
    format!("{}{more}", shown.join(", "))
}
