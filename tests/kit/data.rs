//! The way to real data, which no test needs: a machine that has it runs some more tests.

use std::path::{Path, PathBuf};

/// The folder of real data: `TAGLOOM_DATA`, or `shared/data` beside the workspace, where there is one.
pub fn data_dir() -> Option<PathBuf> {
    let named = std::env::var_os("TAGLOOM_DATA").filter(|value| !value.is_empty()).map(PathBuf::from);
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).parent()?;
    named.or_else(|| Some(workspace.parent()?.join("shared/data"))).filter(|dir| dir.is_dir())
}

/// A file or folder of real data by its path within [`data_dir`]; `None`, with a printed reason, where this machine
/// has none, and the test ends there:
///
/// ```no_run
/// let Some(path) = tagloom_testkit::real_data("cdnow/master.txt") else { return };
/// ```
pub fn real_data(path: &str) -> Option<PathBuf> {
    let found = data_dir().map(|dir| dir.join(path)).filter(|path| path.exists());
    if found.is_none() {
        #[expect(clippy::print_stderr, reason = "a skipped test says why")]
        {
            eprintln!("skipped: no `{path}` on this machine (set TAGLOOM_DATA to the folder of real data)");
        }
    }
    found
}
