//! The files of the workspace.

use std::fs;
use std::path::{Path, PathBuf};

/// The top folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the tests are a folder of the workspace")
}

/// All files under a folder of the workspace, by path within the workspace, sorted; what is built or installed there
/// is left out.
pub(crate) fn files(folder: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    walk(&root().join(folder), &mut found);
    found.sort();
    found.into_iter().map(|path| path.strip_prefix(root()).unwrap().to_owned()).collect()
}

fn walk(folder: &Path, found: &mut Vec<PathBuf>) {
    let Ok(entries) = fs::read_dir(folder) else { return };
    for entry in entries {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        if path.is_dir() {
            let built = ["target", "dist", "__pycache__", "demo-output", "node_modules"].contains(&&*name);
            if !built && !name.starts_with('.') {
                walk(&path, found);
            }
        } else {
            found.push(path);
        }
    }
}

/// The text of a file by its path within the workspace; `None` where it is not there or no text.
pub(crate) fn text(path: impl AsRef<Path>) -> Option<String> {
    fs::read_to_string(root().join(path)).ok()
}

/// Compares a file that is kept in the workspace with what it should be, or writes it where `TAGLOOM_UPDATE` is set.
pub(crate) fn check_kept(path: &str, wanted: &str, make_target: &str) {
    let kept = text(path).unwrap_or_default();
    if kept == wanted {
        return;
    }
    if std::env::var_os("TAGLOOM_UPDATE").is_some() {
        fs::write(root().join(path), wanted).unwrap();
        return;
    }
    panic!(
        "`{path}` is not up to date; look whether you want the change, then run `make {make_target}`\n{}",
        difference(&kept, wanted)
    );
}

/// The lines that only one of two texts has.
fn difference(old: &str, new: &str) -> String {
    let gone =
        old.lines().filter(|line| !new.lines().any(|other| other == *line)).map(|line| format!("- {line}\n"));
    let added =
        new.lines().filter(|line| !old.lines().any(|other| other == *line)).map(|line| format!("+ {line}\n"));
    gone.chain(added).collect()
}
