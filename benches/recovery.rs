//! Prints what fits to made-up customers find of the parameters that they were made with: the bias in standard errors,
//! and how often the intervals of 95 % hold the truth.
//!
//! `cargo run --release -p tagloom-benches --example recovery -- 200 2000`: samples and customers of each.

#![expect(clippy::print_stdout, reason = "a program that prints a table")]

#[path = "../tests/it/recovery/measure.rs"]
mod measure;

fn main() {
    let number = |at: usize, default: u64| {
        std::env::args().nth(at).map_or(default, |text| text.parse().expect("a whole number"))
    };
    let (samples, customers) = (number(1, 200), number(2, 2_000));
    println!("{samples} samples of {customers} customers each");
    println!(
        "{:<12} {:<10} {:>8} {:>8} {:>8} {:>8} {:>9} {:>8}",
        "model", "parameter", "truth", "median", "mean z", "sd z", "coverage", "samples"
    );
    for found in measure::recover(samples, customers as usize) {
        println!("{found}");
    }
}
