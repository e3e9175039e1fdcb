//! Building markup: whatever is put in as text or as an attribute is escaped, so nothing can break out.

use std::fmt::{self, Display, Write};

/// An element with its content.
#[derive(Debug, Clone)]
pub(super) struct Element {
    name: &'static str,
    attributes: String,
    content: String,
}

/// Starts an element.
pub(super) fn el(name: &'static str) -> Element {
    Element { name, attributes: String::new(), content: String::new() }
}

/// Starts a `div` of a class.
pub(super) fn div(class: &str) -> Element {
    el("div").class(class)
}

/// A `span` of a class with a text.
pub(super) fn span(class: &str, text: impl Display) -> Element {
    el("span").class(class).text(text)
}

impl Element {
    /// Adds an attribute.
    pub(super) fn attr(mut self, name: &str, value: impl Display) -> Self {
        // Writing to a string cannot fail.
        let _ = write!(self.attributes, " {name}=\"{}\"", Escaped(value));
        self
    }

    /// Adds the attribute `class`.
    pub(super) fn class(self, class: &str) -> Self {
        self.attr("class", class)
    }

    /// Adds text.
    pub(super) fn text(mut self, text: impl Display) -> Self {
        let _ = write!(self.content, "{}", Escaped(text));
        self
    }

    /// Adds an element.
    pub(super) fn with(mut self, child: Element) -> Self {
        let Self { name, attributes, content } = child;
        // Writing to a string cannot fail.
        let _ = write!(self.content, "<{name}{attributes}>{content}</{name}>");
        self
    }

    /// Adds elements.
    pub(super) fn with_all(self, children: impl IntoIterator<Item = Element>) -> Self {
        children.into_iter().fold(self, Self::with)
    }

    /// Adds markup of our own that is not escaped: style sheets.
    pub(super) fn with_own_markup(mut self, markup: &'static str) -> Self {
        self.content.push_str(markup);
        self
    }
}

impl Display for Element {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<{0}{1}>{2}</{0}>", self.name, self.attributes, self.content)
    }
}

/// A text with the signs that mean something in HTML replaced.
struct Escaped<T>(T);

impl<T: Display> Display for Escaped<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escaper(f), "{}", self.0)
    }
}

struct Escaper<'a, 'b>(&'a mut fmt::Formatter<'b>);

impl Write for Escaper<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for c in text.chars() {
            match c {
                '&' => self.0.write_str("&amp;")?,
                '<' => self.0.write_str("&lt;")?,
                '>' => self.0.write_str("&gt;")?,
                '"' => self.0.write_str("&quot;")?,
                '\'' => self.0.write_str("&#39;")?,
                // Control characters are not allowed in HTML, and could hide what stands after them.
                c if c.is_control() && !matches!(c, '\n' | '\t') => self.0.write_char('\u{fffd}')?,
                // Neither may text turn around what is written after it.
                '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => self.0.write_char('\u{fffd}')?,
                c => self.0.write_char(c)?,
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_breaks_out() {
        let hostile = "</p><script>alert('1\" & 2')</script>\u{0}\u{202e}";
        let markup = el("p").attr("title", hostile).text(hostile).with(span("a", hostile)).to_string();
        let safe = "&lt;/p&gt;&lt;script&gt;alert(&#39;1&quot; &amp; 2&#39;)&lt;/script&gt;\u{fffd}\u{fffd}";
        let wanted = format!("<p title=\"{safe}\">{safe}<span class=\"a\">{safe}</span></p>");
        assert_eq!(markup, wanted);
    }
}
