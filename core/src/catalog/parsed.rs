//! A catalogue text that has been read: what it says and where it says it.

use std::fs::File;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

use crate::catalog::check;
use crate::catalog::model::CatalogFile;
use crate::catalog::path;
use crate::catalog::place::Lines;
use crate::catalog::problem::{CatalogError, MAX_PROBLEMS, Problem};
use crate::catalog::read::Format;
use crate::catalog::read::node::{MAX_BYTES, Node, remove_duplicates};

/// A catalogue that has been read: every field is known and has the right type. Whether the definitions fit together
/// is not checked yet; whoever checks that asks here for the place of what is wrong.
///
/// ```
/// use tagloom::catalog::{Format, Parsed};
/// let text = "
/// tagloom: 1
/// name: shop
/// identifiers: {member: {}}
/// sources: {orders: {kind: event}}
/// ";
/// let error = Parsed::read(text, Format::Yaml, Some("shop.yaml")).unwrap_err();
/// assert_eq!(
///     error.to_string(),
///     "shop.yaml:5:26: catalog.unknown_variant: `sources.orders.kind`: unknown kind `event`; \
///      wanted records, events or lookup; did you mean `events`?"
/// );
/// ```
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Parsed {
    /// What was read.
    pub file: CatalogFile,
    pub(crate) origin: Option<String>,
    pub(crate) format: Format,
    pub(crate) text: Arc<String>,
    pub(crate) lines: Lines,
    pub(crate) root: Node,
}

impl Parsed {
    /// Reads a catalogue text. `origin` is the name of the file, for messages.
    ///
    /// A byte-order mark is dropped. Texts over 4 MiB, 64 levels or 200,000 values are refused.
    ///
    /// # Errors
    /// All problems at once; of errors of syntax the first.
    pub fn read(text: &str, format: Format, origin: Option<&str>) -> Result<Self, CatalogError> {
        if text.len() > MAX_BYTES {
            return Err(CatalogError::new(origin, None, vec![too_large()]));
        }
        let text = Arc::new(text.strip_prefix('\u{feff}').unwrap_or(text).to_owned());
        let lines = Lines::of(&text);
        let mut problems = Vec::new();
        let root = format.read(&text).map(|mut root| {
            remove_duplicates(&mut root, &path::Path::Root, &mut problems);
            root
        });
        let read = root.map_err(|problem| problems.push(*problem)).ok().and_then(|root| {
            let file = check::catalogue(&root, &mut problems)?;
            Some((file, root))
        });
        match read {
            Some((file, root)) if problems.is_empty() => {
                Ok(Self { file, origin: origin.map(str::to_owned), format, text, lines, root })
            }
            _ => Err(failed(origin, text, &lines, problems)),
        }
    }

    /// Reads a catalogue file, in the notation that its ending says; with another ending, as YAML or JSON by its
    /// first character.
    ///
    /// # Errors
    /// As [`Parsed::read`], and `catalog.unreadable` where the file cannot be read, `catalog.not_utf8` where it is in
    /// another encoding.
    pub fn load(path: impl AsRef<Path>) -> Result<Self, CatalogError> {
        let (origin, text, format) = text_of_file(path.as_ref())?;
        Self::read(&text, format, Some(&origin))
    }

    /// Checks a catalogue that was built in code. Its places are those in its JSON form.
    ///
    /// # Errors
    /// As [`Parsed::read`].
    pub fn from_file(file: &CatalogFile) -> Result<Self, CatalogError> {
        let text = serde_json::to_string_pretty(file).map_err(|error| {
            let problem = Problem::of_file("catalog.invalid_value", format!("it has no JSON form: {error}"));
            CatalogError::new(None, None, vec![problem])
        })?;
        Self::read(&text, Format::Json, None)
    }

    /// The text, without a byte-order mark.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The notation of the text.
    pub fn format(&self) -> Format {
        self.format
    }

    /// The name of the file, where it is one.
    pub fn origin(&self) -> Option<&str> {
        self.origin.as_deref()
    }

    /// The error of problems that were found in this catalogue later.
    pub fn error(&self, problems: Vec<Problem>) -> CatalogError {
        CatalogError::new(self.origin(), Some(Arc::clone(&self.text)), problems)
    }
}

/// The name, text and notation of a file.
pub(crate) fn text_of_file(path: &Path) -> Result<(String, String, Format), CatalogError> {
    let origin = path.display().to_string();
    let mut bytes = Vec::new();
    File::open(path)
        .and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes))
        .map_err(|cause| CatalogError::unreadable(&origin, cause))?;
    if bytes.len() > MAX_BYTES {
        return Err(CatalogError::new(Some(&origin), None, vec![too_large()]));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        let line = error.as_bytes()[..at].split(|byte| *byte == b'\n').count();
        let problem = Problem::of_file("catalog.not_utf8", format!("line {line} is no UTF-8"))
            .with_help(Some("save the file as UTF-8".to_owned()));
        CatalogError::new(Some(&origin), None, vec![problem])
    })?;
    let format = Format::of_path(path).unwrap_or_else(|| Format::guess(&text));
    Ok((origin, text, format))
}

pub(crate) fn too_large() -> Problem {
    Problem::of_file("catalog.too_large", format!("the text is larger than {} MiB", MAX_BYTES >> 20))
}

pub(crate) fn failed(
    origin: Option<&str>,
    text: Arc<String>,
    lines: &Lines,
    mut problems: Vec<Problem>,
) -> CatalogError {
    problems.sort_by_key(|problem| problem.span.as_ref().map_or(usize::MAX, |span| span.start));
    let more = problems.len() >= MAX_PROBLEMS;
    problems.truncate(MAX_PROBLEMS);
    let mut problems: Vec<_> = problems.into_iter().map(|problem| problem.placed(&text, lines)).collect();
    if more {
        let message = format!("there may be more than these {MAX_PROBLEMS} problems");
        problems.push(Problem::of_file("catalog.too_many_problems", message));
    }
    CatalogError::new(origin, Some(text), problems)
}
