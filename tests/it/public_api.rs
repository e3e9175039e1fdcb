//! The public interface of the core, written down: a change of it is seen in review.

use std::path::PathBuf;
use std::process::Command;

use crate::workspace::{check_kept, root};

/// The format of rustdoc's JSON that the `public-api` crate of this version reads.
const FORMAT: u64 = 57;

/// rustdoc's JSON of the core; needs no more than a stable toolchain.
fn rustdoc_json() -> PathBuf {
    // Only rustdoc itself is told to allow its unstable output. Told to cargo, it would change how the dependencies
    // are built, and build them all again.
    let rustdoc = root().join("tests/rustdoc-unstable");
    let target = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).parent().unwrap().to_owned();
    let done = Command::new(env!("CARGO"))
        .args(["rustdoc", "--quiet", "--locked", "--package", "tagloom", "--lib", "--all-features"])
        .arg("--target-dir")
        .arg(&target)
        .args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"])
        .env("RUSTDOC", rustdoc)
        .env_remove("RUSTDOCFLAGS")
        .current_dir(root())
        .status()
        .unwrap();
    assert!(done.success(), "rustdoc failed: {done}");
    target.join("doc/tagloom.json")
}

#[test]
fn public_api_is_as_written_down() {
    let path = rustdoc_json();
    let json: serde_json::Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    let format = json["format_version"].as_u64();
    if format != Some(FORMAT) {
        eprintln!("skipped: this toolchain's rustdoc writes format {format:?}, the reader wants {FORMAT}");
        return;
    }
    let api = public_api::Builder::from_rustdoc_json(path)
        .omit_blanket_impls(true)
        .omit_auto_trait_impls(true)
        .omit_auto_derived_impls(true)
        .build()
        .unwrap();
    check_kept("core/public-api.txt", &api.to_string(), "update-public-api");
}
