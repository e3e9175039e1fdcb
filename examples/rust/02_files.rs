//! Builds profiles from files with a catalogue, and explains one of them.
//!
//! ```sh
//! cargo run --release --example 02_files -- retail.yaml 2011-12-10 orders=orders.parquet members=members.csv
//! ```
//! With `--write=profiles.parquet` it writes them, too. Without arguments it shows how it is called.
#![expect(clippy::print_stdout, reason = "an example shows what it does")]

use tagloom::{Catalog, Dataset, Table};

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [catalogue, as_of, tables @ ..] = &arguments[..] else {
        println!("usage: 02_files CATALOGUE AS_OF SOURCE=PATH... [--write=PATH]");
        return Ok(());
    };
    let catalog = Catalog::load(catalogue).map_err(|error| error.render())?;
    for warning in catalog.warnings() {
        println!("warning: {warning}");
    }
    let (options, tables): (Vec<_>, Vec<_>) = tables.iter().partition(|given| given.starts_with("--"));
    let mut dataset = Dataset::new();
    for table in tables {
        let (source, path) = table.split_once('=').ok_or("a table is given as SOURCE=PATH")?;
        dataset.insert(source, Table::path(path)?);
    }
    let profiles = catalog.build(&dataset, as_of)?;

    for source in &profiles.report().sources {
        let read = &source.read;
        println!(
            "{}: {} rows read, {} used, {} rejected",
            read.source,
            read.rows_read,
            source.used,
            read.rejected_rows()
        );
        for reason in &read.rejected {
            println!("  {} rows: {} ({})", reason.count, reason.reason, reason.code);
        }
    }
    for path in options.iter().filter_map(|option| option.strip_prefix("--write=")) {
        profiles.write_parquet(path)?;
    }
    println!("{} profiles", profiles.len());
    for column in profiles.columns() {
        let values = profiles.column(&column.name).map_or(0, |values| values.len() - values.null_count());
        println!("  {:<28} {:<12} {values} values", column.name, column.data_type.to_string());
    }
    if let Some(last) = catalog.tags().last().filter(|_| !profiles.is_empty()) {
        println!("\n{}", profiles.explain(0, last)?);
    }
    Ok(())
}
