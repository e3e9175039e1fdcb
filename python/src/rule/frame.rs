//! `Frame`.

use arrow_array::RecordBatch;
use pyo3::prelude::*;
use tagloom::rule::Frame;
use tagloom::source::Table;
use tagloom::time::{Timestamp, Zone};

use crate::instant::AsOf;
use crate::{error, tables};

/// Columns that are coded once for any number of rules.
#[pyclass(frozen, module = "tagloom", name = "Frame")]
pub(crate) struct PyFrame(pub(crate) Frame);

#[pymethods]
impl PyFrame {
    #[new]
    #[pyo3(signature = (data, *, as_of = None, timezone = "UTC"))]
    fn new(data: &Bound<'_, PyAny>, as_of: Option<AsOf>, timezone: &str) -> PyResult<Self> {
        let (instant, zone) = moment(as_of, timezone)?;
        let frame = read(data, &zone)?;
        Ok(Self(match instant {
            Some(instant) => frame.at(instant, &zone),
            None => frame,
        }))
    }

    #[getter]
    fn columns(&self) -> Vec<String> {
        self.0.columns().map(|(name, _)| name.to_owned()).collect()
    }

    #[getter]
    fn types(&self) -> Vec<(String, String)> {
        self.0.columns().map(|(name, column)| (name.to_owned(), column.data_type().to_string())).collect()
    }

    fn __len__(&self) -> usize {
        self.0.len()
    }

    fn __repr__(&self) -> String {
        format!("Frame({} rows, {} columns)", self.0.len(), self.0.columns().len())
    }
}

/// An instant and a zone as Python says them.
pub(super) fn moment(as_of: Option<AsOf>, timezone: &str) -> PyResult<(Option<Timestamp>, Zone)> {
    let zone = Zone::named(timezone).map_err(|error| error::new("run.timezone", &error.to_string()))?;
    let instant = match as_of {
        Some(AsOf(text)) => {
            Some(zone.parse(&text).map_err(|error| error::new("run.as_of", &error.to_string()))?)
        }
        None => None,
    };
    Ok((instant, zone))
}

/// A `Frame` as it is, or anything that tables can be, at an instant.
pub(super) fn of(data: &Bound<'_, PyAny>, at: &(Option<Timestamp>, Zone)) -> PyResult<Frame> {
    if let Ok(frame) = data.cast::<PyFrame>() {
        let frame = frame.get().0.clone();
        return Ok(match (frame.as_of(), at) {
            (None, (Some(instant), zone)) => frame.at(*instant, zone),
            _ => frame,
        });
    }
    let frame = read(data, &at.1)?;
    Ok(match at.0 {
        Some(instant) => frame.at(instant, &at.1),
        None => frame,
    })
}

/// As [`of`], with an instant and a zone as Python says them.
pub(super) fn at(data: &Bound<'_, PyAny>, as_of: Option<AsOf>, timezone: &str) -> PyResult<Frame> {
    of(data, &moment(as_of, timezone)?)
}

pub(crate) fn read(data: &Bound<'_, PyAny>, zone: &Zone) -> PyResult<Frame> {
    let Table::Batches { schema, batches } = tables::of("data", data)? else {
        return Err(error::wrong_type("data: found a path; wanted a frame, a table or a dict of columns"));
    };
    let batches = if batches.is_empty() { vec![RecordBatch::new_empty(schema)] } else { batches };
    data.py().detach(|| Frame::from_batches_in(&batches, zone)).map_err(error::to_python)
}
