//! W1 from Rust: a Parquet file of events to tags, through the catalogue; one build, for an outside stopwatch.
//! `benches/python/w1.py` makes the file and the catalogue, and runs this.
//!
//! `w1 catalogue.json events.parquet as-of [memory limit in bytes] [threads] [where to write the tags]`

use std::num::NonZeroUsize;
use std::process::ExitCode;

use tagloom::value::Column;
use tagloom::{Catalog, Dataset, RunOptions, Table};

type Error = Box<dyn std::error::Error>;

fn run(arguments: &[String]) -> Result<(), Error> {
    let [catalogue, events, as_of, rest @ ..] = arguments else {
        return Err("wanted: catalogue.json events.parquet as-of [memory limit in bytes] [threads]".into());
    };
    let mut options = RunOptions::default();
    if let Some(limit) = rest.first().filter(|limit| !limit.is_empty()) {
        options = options.with_memory_limit(limit.parse()?);
    }
    if let Some(threads) = rest.get(1) {
        options = options.with_threads(threads.parse::<NonZeroUsize>()?);
    }
    let catalogue = Catalog::load(catalogue)?;
    let tables = Dataset::new().with("events", Table::path(events)?);
    let profiles = catalogue.build_with(&tables, as_of, &options)?;
    if let Some(out) = rest.get(2) {
        profiles.write_parquet(out)?;
    }
    let sum = |name: &str| match profiles.column(name) {
        Some(Column::Float(column)) => column.iter().flatten().sum(),
        Some(Column::Int(column)) => column.iter().flatten().sum::<i64>() as f64,
        _ => f64::NAN,
    };
    #[expect(clippy::print_stdout, reason = "what the outside reads")]
    {
        println!(r#"{{"profiles": {}, "n": {}, "amount": {:.2}}}"#, profiles.len(), sum("n"), sum("amount"));
    }
    Ok(())
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match run(&arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            #[expect(clippy::print_stderr, reason = "there is nobody else to tell")]
            {
                eprintln!("{error}");
            }
            ExitCode::FAILURE
        }
    }
}
