//! From text to tokens.

use std::ops::Range;

use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

use super::code;
use super::diagnostic::Sink;

#[derive(Debug, Clone, PartialEq)]
pub(super) enum Token {
    /// A bare word that is not reserved.
    Word(String),
    /// `"…"` or `` `…` ``, always a name.
    Quoted(String),
    Keyword(Keyword),
    /// Digits, perhaps with a point and an exponent; the text is the span's.
    Number,
    Text(String),
    Symbol(Symbol),
    /// Something that was reported already.
    Bad,
    End,
}

/// The words that cannot be bare names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Keyword {
    And,
    Or,
    Not,
    In,
    Between,
    Like,
    Is,
    Has,
    Null,
    True,
    False,
    Case,
    When,
    Then,
    Else,
    End,
}

pub(super) const KEYWORDS: [(&str, Keyword); 16] = [
    ("AND", Keyword::And),
    ("OR", Keyword::Or),
    ("NOT", Keyword::Not),
    ("IN", Keyword::In),
    ("BETWEEN", Keyword::Between),
    ("LIKE", Keyword::Like),
    ("IS", Keyword::Is),
    ("HAS", Keyword::Has),
    ("NULL", Keyword::Null),
    ("TRUE", Keyword::True),
    ("FALSE", Keyword::False),
    ("CASE", Keyword::Case),
    ("WHEN", Keyword::When),
    ("THEN", Keyword::Then),
    ("ELSE", Keyword::Else),
    ("END", Keyword::End),
];

pub(super) fn keyword(word: &str) -> Option<Keyword> {
    KEYWORDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(word)).map(|(_, keyword)| *keyword)
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Symbol {
    Eq,
    Ne,
    Lt,
    Le,
    Gt,
    Ge,
    Plus,
    Minus,
    Star,
    Slash,
    Open,
    Close,
    Comma,
    Dot,
}

/// Whether a bare name can start with `c`.
pub(super) fn starts_name(c: char) -> bool {
    c == '_' || c.is_alphabetic()
}

/// Whether a bare name can go on with `c`; marks and joiners are needed by Indic scripts, Persian and others.
pub(super) fn continues_name(c: char) -> bool {
    c == '_' || c.is_alphanumeric() || is_combining_mark(c) || matches!(c, '\u{200c}' | '\u{200d}')
}

/// Characters that input methods and word processors put in the place of ASCII, and what was meant.
fn meant(c: char) -> Option<(&'static str, Token)> {
    use Symbol::{Close, Comma, Dot, Eq, Ge, Gt, Le, Lt, Minus, Ne, Open, Plus, Slash, Star};
    let (ascii, symbol) = match c {
        '，' | '、' => (",", Comma),
        '（' => ("(", Open),
        '）' => (")", Close),
        '＝' => ("=", Eq),
        '＞' | '〉' | '》' => (">", Gt),
        '＜' | '〈' | '《' => ("<", Lt),
        '≥' | '⩾' | '≧' => (">=", Ge),
        '≤' | '⩽' | '≦' => ("<=", Le),
        '≠' => ("<>", Ne),
        '＋' => ("+", Plus),
        '－' | '−' | '–' | '—' => ("-", Minus),
        '＊' | '×' => ("*", Star),
        '／' | '÷' => ("/", Slash),
        '．' | '。' => (".", Dot),
        '；' => return Some((";", Token::Bad)),
        '：' => return Some((":", Token::Bad)),
        '！' => return Some(("!", Token::Bad)),
        '％' => return Some(("%", Token::Bad)),
        '＿' => return Some(("_", Token::Bad)),
        '｀' => return Some(("`", Token::Bad)),
        _ => return None,
    };
    Some((ascii, Token::Symbol(symbol)))
}

/// The closing quotes for an opening one that is not ASCII.
fn closing(c: char) -> Option<&'static [char]> {
    match c {
        '“' | '”' | '＂' | '„' => Some(&['”', '“', '＂']),
        '‘' | '’' | '＇' => Some(&['’', '‘', '＇']),
        '「' => Some(&['」']),
        '『' => Some(&['』']),
        _ => None,
    }
}

pub(super) fn tokens(sink: &mut Sink<'_>) -> Vec<(Token, Range<usize>)> {
    let text = sink.text();
    let mut lexer = Lexer { text, at: 0, sink };
    let mut found = Vec::new();
    loop {
        lexer.skip_blank();
        let start = lexer.at;
        let token = lexer.token();
        let end = token == Token::End;
        found.push((token, start..lexer.at));
        if end || lexer.sink.is_full() {
            break;
        }
    }
    if found.last().is_some_and(|(token, _)| *token != Token::End) {
        found.push((Token::End, text.len()..text.len()));
    }
    found
}

struct Lexer<'a, 't> {
    text: &'t str,
    at: usize,
    sink: &'a mut Sink<'t>,
}

impl Lexer<'_, '_> {
    fn rest(&self) -> &str {
        &self.text[self.at..]
    }

    fn peek(&self) -> Option<char> {
        self.rest().chars().next()
    }

    fn take_while(&mut self, mut wanted: impl FnMut(char) -> bool) {
        let rest = self.rest();
        self.at += rest.find(|c| !wanted(c)).unwrap_or(rest.len());
    }

    /// Skips blanks and comments (`-- to the end of the line`).
    fn skip_blank(&mut self) {
        loop {
            self.take_while(|c| c.is_whitespace() || c == '\u{feff}');
            if !self.rest().starts_with("--") {
                return;
            }
            self.take_while(|c| c != '\n');
        }
    }

    fn token(&mut self) -> Token {
        let start = self.at;
        let Some(c) = self.peek() else { return Token::End };
        if starts_name(c) {
            self.take_while(continues_name);
            let word = &self.text[start..self.at];
            return keyword(word).map_or_else(|| Token::Word(word.to_owned()), Token::Keyword);
        }
        if c.is_ascii_digit() || (c == '.' && self.rest()[1..].starts_with(|d: char| d.is_ascii_digit())) {
            return self.number();
        }
        self.at += c.len_utf8();
        match c {
            '\'' => self.quoted('\'').map_or(Token::Bad, Token::Text),
            '"' | '`' => self.name(c),
            _ => self.symbol(c, start),
        }
    }

    fn number(&mut self) -> Token {
        let start = self.at;
        self.take_while(|c| c.is_ascii_digit());
        if self.rest().starts_with('.') && self.rest()[1..].starts_with(|c: char| c.is_ascii_digit()) {
            self.at += 1;
            self.take_while(|c| c.is_ascii_digit());
        }
        if self.rest().starts_with(['e', 'E']) {
            let sign = usize::from(self.rest()[1..].starts_with(['+', '-']));
            if self.rest()[1 + sign..].starts_with(|c: char| c.is_ascii_digit()) {
                self.at += 1 + sign;
                self.take_while(|c| c.is_ascii_digit());
            }
        }
        if !self.rest().starts_with(continues_name) {
            return Token::Number;
        }
        self.take_while(continues_name);
        let found = &self.text[start..self.at];
        self.sink.error_help(
            code::BAD_NUMBER,
            start..self.at,
            format!("`{}` is no number", cut(found)),
            format!("a name that starts with a digit stands in quotes: \"{}\"", cut(found)),
        );
        Token::Bad
    }

    /// Reads up to the closing `quote`; doubled, it stands for itself.
    fn quoted(&mut self, quote: char) -> Option<String> {
        let start = self.at - quote.len_utf8();
        let mut content = String::new();
        loop {
            let rest = self.rest();
            let Some(end) = rest.find(quote) else {
                self.at = self.text.len();
                self.sink.error_help(
                    code::UNTERMINATED,
                    start..self.at,
                    format!("the quote {quote} is not closed"),
                    format!("a {quote} inside quotes is written twice: {quote}{quote}"),
                );
                return None;
            };
            content.push_str(&rest[..end]);
            self.at += end + quote.len_utf8();
            if !self.rest().starts_with(quote) {
                return Some(content);
            }
            content.push(quote);
            self.at += quote.len_utf8();
        }
    }

    fn name(&mut self, quote: char) -> Token {
        let start = self.at - 1;
        match self.quoted(quote) {
            Some(name) if name.is_empty() => {
                self.sink.error_help(
                    code::SYNTAX,
                    start..self.at,
                    "found an empty name".to_owned(),
                    format!("{quote}…{quote} is for names; a text stands in single quotes: ''"),
                );
                Token::Bad
            }
            Some(name) => Token::Quoted(name),
            None => Token::Bad,
        }
    }

    fn symbol(&mut self, c: char, start: usize) -> Token {
        use Symbol::{Close, Comma, Dot, Eq, Ge, Gt, Le, Lt, Minus, Ne, Open, Plus, Slash, Star};
        let next = self.peek();
        let mut pair = |second: char| {
            let found = next == Some(second);
            self.at += usize::from(found);
            found
        };
        let symbol = match c {
            '=' => {
                if pair('=') {
                    return self.misspelt(start, "=", Token::Symbol(Eq));
                }
                Eq
            }
            '<' => match () {
                () if pair('=') => Le,
                () if pair('>') => Ne,
                () => Lt,
            },
            '>' => match () {
                () if pair('=') => Ge,
                () => Gt,
            },
            '!' => {
                if pair('=') {
                    Ne
                } else {
                    return self.misspelt(start, "NOT", Token::Keyword(Keyword::Not));
                }
            }
            '&' => {
                pair('&');
                return self.misspelt(start, "AND", Token::Keyword(Keyword::And));
            }
            '|' => {
                pair('|');
                return self.misspelt(start, "OR", Token::Keyword(Keyword::Or));
            }
            '+' => Plus,
            '-' => Minus,
            '*' => Star,
            '/' => Slash,
            '(' => Open,
            ')' => Close,
            ',' => Comma,
            '.' => Dot,
            _ => return self.foreign(c, start),
        };
        Token::Symbol(symbol)
    }

    /// Reports an operator of another language and goes on as if the right one stood there.
    fn misspelt(&mut self, start: usize, right: &str, token: Token) -> Token {
        let found = &self.text[start..self.at];
        self.sink.error_help(
            code::SYNTAX,
            start..self.at,
            format!("`{found}` is no operator"),
            format!("write {right}"),
        );
        token
    }

    /// Reports a character that no rule has outside quotes, and goes on as if the one that was meant stood there.
    fn foreign(&mut self, c: char, start: usize) -> Token {
        if let Some(closing) = closing(c) {
            let rest = self.rest();
            let end = rest.find(closing);
            let token = end.map_or(Token::Bad, |end| Token::Text(rest[..end].to_owned()));
            let inside = end.map_or("…", |end| cut(&rest[..end])).to_owned();
            self.at += end.map_or(0, |end| end + rest[end..].chars().next().map_or(0, char::len_utf8));
            self.sink.error_help(
                code::FULL_WIDTH,
                start..self.at,
                format!("`{c}` (U+{:04X}) is not a quote that rules use", u32::from(c)),
                format!("use ASCII quotes: '{inside}' for a text, \"{inside}\" for a name"),
            );
            return token;
        }
        if let Some((ascii, mut token)) = meant(c) {
            // `＞＝` and `＜＝` typed as two full-width characters, or half of each.
            let ascii = match (&token, self.peek()) {
                (Token::Symbol(Symbol::Gt), Some('=' | '＝')) => {
                    token = Token::Symbol(Symbol::Ge);
                    ">="
                }
                (Token::Symbol(Symbol::Lt), Some('=' | '＝')) => {
                    token = Token::Symbol(Symbol::Le);
                    "<="
                }
                (Token::Symbol(Symbol::Lt), Some('>' | '＞')) => {
                    token = Token::Symbol(Symbol::Ne);
                    "<>"
                }
                _ => ascii,
            };
            if ascii.len() == 2 && !matches!(c, '≥' | '⩾' | '≧' | '≤' | '⩽' | '≦' | '≠') {
                self.at += self.peek().map_or(0, char::len_utf8);
            }
            self.sink.error_help(
                code::FULL_WIDTH,
                start..self.at,
                format!("`{c}` (U+{:04X}) is not an ASCII character", u32::from(c)),
                format!("write {ascii}"),
            );
            return token;
        }
        if ('０'..='９').contains(&c) {
            self.take_while(|c| continues_name(c) || matches!(c, '.' | '．'));
            let meant: String = self.text[start..self.at].nfkc().collect();
            self.sink.error_help(
                code::FULL_WIDTH,
                start..self.at,
                format!("`{c}` (U+{:04X}) is not an ASCII digit", u32::from(c)),
                format!("write {}", cut(&meant)),
            );
            return Token::Bad;
        }
        let shown = if c.is_control() { String::new() } else { format!("`{c}` ") };
        self.sink.error(
            code::SYNTAX,
            start..self.at,
            format!("{shown}(U+{:04X}) has no meaning here", u32::from(c)),
        );
        Token::Bad
    }
}

/// The beginning of a text, for messages.
pub(super) fn cut(text: &str) -> &str {
    text.char_indices().nth(60).map_or(text, |(end, _)| &text[..end])
}
