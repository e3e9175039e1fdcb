//! Cells of Python columns, and what kinds of them go together.

use pyo3::intern;
use pyo3::prelude::*;
use pyo3::types::{
    PyBool, PyDate, PyDateTime, PyDelta, PyFloat, PyFrozenSet, PyInt, PyList, PySet, PyString, PyTuple,
};
use tagloom::value::Decimal;

use crate::value::{ORDINAL_OF_1970, epoch_utc};

/// One cell.
pub(crate) enum Cell {
    Null,
    Bool(bool),
    Int(i64),
    Float(f64),
    Decimal(Decimal),
    Text(String),
    /// Days since 1970.
    Date(i32),
    /// Microseconds since 1970 as a wall clock.
    Wall(i64),
    /// Microseconds since 1970 in UTC.
    Instant(i64),
    Texts(Vec<String>),
}

/// What the cells of a column are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Only missing values so far.
    Unknown,
    Bool,
    Int,
    Float,
    Decimal,
    Text,
    Date,
    Wall,
    Instant,
    Texts,
}

impl Kind {
    /// The kind that holds both, where there is one.
    pub(crate) fn join(self, other: Self) -> Option<Self> {
        match (self, other) {
            (a, b) if a == b => Some(a),
            (Self::Unknown, known) | (known, Self::Unknown) => Some(known),
            (Self::Int, Self::Float) | (Self::Float, Self::Int) => Some(Self::Float),
            (Self::Int, Self::Decimal) | (Self::Decimal, Self::Int) => Some(Self::Decimal),
            _ => None,
        }
    }

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Unknown => "None",
            Self::Bool => "bool",
            Self::Int => "int",
            Self::Float => "float",
            Self::Decimal => "Decimal",
            Self::Text => "str",
            Self::Date => "date",
            Self::Wall => "datetime without time zone",
            Self::Instant => "datetime with time zone",
            Self::Texts => "list of str",
        }
    }
}

impl Cell {
    pub(crate) fn kind(&self) -> Kind {
        match self {
            Self::Null => Kind::Unknown,
            // "No number" stands for a missing value of any kind in frames of pandas.
            Self::Float(n) if n.is_nan() => Kind::Unknown,
            Self::Bool(_) => Kind::Bool,
            Self::Int(_) => Kind::Int,
            Self::Float(_) => Kind::Float,
            Self::Decimal(_) => Kind::Decimal,
            Self::Text(_) => Kind::Text,
            Self::Date(_) => Kind::Date,
            Self::Wall(_) => Kind::Wall,
            Self::Instant(_) => Kind::Instant,
            Self::Texts(_) => Kind::Texts,
        }
    }

    pub(crate) fn bool(&self) -> Option<bool> {
        if let Self::Bool(b) = self { Some(*b) } else { None }
    }

    pub(crate) fn int(&self) -> Option<i64> {
        if let Self::Int(n) = self { Some(*n) } else { None }
    }

    /// The float, or the int where a float holds it exactly.
    pub(crate) fn float(&self) -> Option<f64> {
        match self {
            Self::Float(n) => Some(*n),
            Self::Int(n) => Some(*n as f64).filter(|float| *float as i128 == i128::from(*n)),
            _ => None,
        }
    }

    pub(crate) fn decimal(&self) -> Option<Decimal> {
        match self {
            Self::Decimal(decimal) => Some(*decimal),
            Self::Int(n) => Some(Decimal::new(i128::from(*n), 0)),
            _ => None,
        }
    }

    pub(crate) fn text(&self) -> Option<&str> {
        if let Self::Text(text) = self { Some(text) } else { None }
    }

    pub(crate) fn date(&self) -> Option<i32> {
        if let Self::Date(days) = self { Some(*days) } else { None }
    }

    pub(crate) fn micros(&self) -> Option<i64> {
        if let Self::Wall(micros) | Self::Instant(micros) = self { Some(*micros) } else { None }
    }

    pub(crate) fn texts(&self) -> Option<&[String]> {
        if let Self::Texts(texts) = self { Some(texts) } else { None }
    }
}

/// Reads cells.
pub(crate) struct Reader<'py> {
    decimal: Bound<'py, PyAny>,
    epoch: Bound<'py, PyDateTime>,
    epoch_utc: Bound<'py, PyDateTime>,
    microsecond: Bound<'py, PyDelta>,
}

impl<'py> Reader<'py> {
    pub(crate) fn new(py: Python<'py>) -> PyResult<Self> {
        Ok(Self {
            decimal: py.import("decimal")?.getattr("Decimal")?,
            epoch: PyDateTime::new(py, 1970, 1, 1, 0, 0, 0, 0, None)?,
            epoch_utc: epoch_utc(py)?,
            microsecond: PyDelta::new(py, 0, 0, 1, false)?,
        })
    }

    /// Reads a cell; the inner error says what is wrong with the value.
    pub(crate) fn cell(&self, value: &Bound<'py, PyAny>) -> PyResult<Result<Cell, String>> {
        let py = value.py();
        if value.is_none() {
            return Ok(Ok(Cell::Null));
        }
        if let Ok(text) = value.cast::<PyString>() {
            return Ok(text
                .to_str()
                .map(|text| Cell::Text(text.to_owned()))
                .map_err(|error| error.to_string()));
        }
        // A `bool` is an `int`, too, and a `datetime` a `date`.
        if value.is_instance_of::<PyBool>() {
            return Ok(Ok(Cell::Bool(value.extract()?)));
        }
        if value.is_instance_of::<PyInt>() {
            let too_large = |_| format!("found {value}, an int of more than 64 bits");
            return Ok(value.extract().map(Cell::Int).map_err(too_large));
        }
        if value.is_instance_of::<PyFloat>() {
            return Ok(Ok(Cell::Float(value.extract()?)));
        }
        if value.is_instance_of::<PyDateTime>() {
            return self.time(value).map(Ok);
        }
        if value.is_instance_of::<PyDate>() {
            let ordinal: i32 = value.call_method0(intern!(py, "toordinal"))?.extract()?;
            return Ok(Ok(Cell::Date(ordinal - ORDINAL_OF_1970)));
        }
        if value.is_instance(&self.decimal)? {
            // Without exponent: 1E+3 is 1000.
            let digits: String = value.call_method1(intern!(py, "__format__"), ("f",))?.extract()?;
            return Ok(digits
                .parse()
                .map(Cell::Decimal)
                .map_err(|_| format!("found {value}, no finite decimal")));
        }
        if let Some(texts) = texts(value) {
            return texts.map(|texts| texts.ok_or_else(|| "found a list of other than str".to_owned()));
        }
        // A scalar of numpy gives the Python object that it stands for; one that gives itself has none.
        if value.hasattr(intern!(py, "dtype"))? && value.hasattr(intern!(py, "item"))? {
            let item = value.call_method0(intern!(py, "item"))?;
            if !item.hasattr(intern!(py, "dtype"))? {
                return self.cell(&item);
            }
        }
        let found = value.get_type().qualname()?;
        let wanted = "bool, int, float, Decimal, str, date, datetime, list of str or None";
        Ok(Err(format!("found `{found}`; wanted {wanted}")))
    }

    fn time(&self, value: &Bound<'py, PyAny>) -> PyResult<Cell> {
        // "No time" of pandas is a `datetime` that is not equal to itself.
        if value.ne(value)? {
            return Ok(Cell::Null);
        }
        let is_wall = value.call_method0(intern!(value.py(), "utcoffset"))?.is_none();
        let epoch = if is_wall { &self.epoch } else { &self.epoch_utc };
        let micros: i64 = value.sub(epoch)?.floor_div(&self.microsecond)?.extract()?;
        Ok(if is_wall { Cell::Wall(micros) } else { Cell::Instant(micros) })
    }
}

/// The texts of a list, tuple or set; `None` within where an item is something else.
fn texts(value: &Bound<'_, PyAny>) -> Option<PyResult<Option<Cell>>> {
    let is_list = value.is_instance_of::<PyList>()
        || value.is_instance_of::<PyTuple>()
        || value.is_instance_of::<PySet>()
        || value.is_instance_of::<PyFrozenSet>();
    is_list.then(|| {
        let items: Vec<Bound<'_, PyAny>> = value.try_iter()?.collect::<PyResult<_>>()?;
        let texts: Option<Vec<String>> =
            items.iter().map(|item| item.cast::<PyString>().ok()?.extract().ok()).collect();
        Ok(texts.map(Cell::Texts))
    })
}
