//! Where in a catalogue a value stands.

use std::fmt;

/// The way from the top to a value, held on the stack while the tree is walked and written only for a problem.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Path<'p> {
    Root,
    Key(&'p Path<'p>, &'p str),
    Index(&'p Path<'p>, usize),
}

impl Path<'_> {
    /// The name that the value goes by, for messages.
    pub(crate) fn name(&self) -> &str {
        match self {
            Path::Root => "catalogue",
            Path::Key(_, name) => name,
            Path::Index(path, _) => path.name(),
        }
    }
}

/// As `tags.age.window`, `identifiers.phone.block[2]`.
impl fmt::Display for Path<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Path::Root => Ok(()),
            Path::Key(Path::Root, name) => write!(f, "{}", Shortened(name, 128)),
            Path::Key(path, name) => write!(f, "{path}.{}", Shortened(name, 128)),
            Path::Index(path, index) => write!(f, "{path}[{index}]"),
        }
    }
}

/// The beginning of a text, at most so many characters, on one line.
pub(crate) struct Shortened<'a>(pub(crate) &'a str, pub(crate) usize);

impl fmt::Display for Shortened<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(text, longest) = self;
        for (count, c) in text.chars().enumerate() {
            if count == *longest {
                return f.write_str("…");
            }
            fmt::Write::write_char(f, if c.is_control() { ' ' } else { c })?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn written() {
        let phone = Path::Key(&Path::Root, "phone");
        let block = Path::Key(&phone, "block");
        assert_eq!(Path::Index(&block, 2).to_string(), "phone.block[2]");
        assert_eq!(Path::Index(&block, 2).name(), "block");
        assert_eq!(Path::Key(&Path::Root, &"长".repeat(1000)).to_string().chars().count(), 129);
        assert_eq!(Shortened("a\nb", 3).to_string(), "a b");
    }
}
