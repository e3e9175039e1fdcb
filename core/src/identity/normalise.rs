//! Bringing the values of an identifier to one form.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use crate::catalog::model::Normalise;

/// The one form of a value, or `None` where it is no identifier. Normalising twice is normalising once.
///
/// Full-width forms are U+FF01 to U+FF5E and the ideographic space; text is then composed (NFC). The wider
/// compatibility mapping NFKC is not used: it would make `A²` and `A2` one identifier.
pub(super) fn normalise(how: Normalise, value: &str) -> Option<Cow<'_, str>> {
    if how == Normalise::None {
        return (!value.is_empty()).then_some(Cow::Borrowed(value));
    }
    let plain = trim(value);
    let done = match how {
        Normalise::None | Normalise::Trim => plain,
        Normalise::Lower => lower(plain),
        Normalise::CnMobile => return cn_mobile(plain),
        Normalise::Email => return email(lower(plain)),
        Normalise::Digits => Cow::Owned(plain.chars().filter(char::is_ascii_digit).collect()),
    };
    (!done.is_empty()).then_some(done)
}

/// Full-width forms to plain ones, NFC, white space off the ends, `.0` off whole numbers.
fn trim(value: &str) -> Cow<'_, str> {
    if value.is_ascii() {
        return Cow::Borrowed(drop_point_zero(value.trim_matches(is_blank)));
    }
    let narrow: Cow<'_, str> = if value.chars().any(is_wide) {
        Cow::Owned(value.chars().map(narrow).collect())
    } else {
        value.into()
    };
    let composed = compose(narrow);
    match composed {
        Cow::Borrowed(text) => Cow::Borrowed(drop_point_zero(text.trim_matches(is_blank))),
        Cow::Owned(text) => Cow::Owned(drop_point_zero(text.trim_matches(is_blank)).to_owned()),
    }
}

fn compose(text: Cow<'_, str>) -> Cow<'_, str> {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text } else { Cow::Owned(text.nfc().collect()) }
}

fn lower(text: Cow<'_, str>) -> Cow<'_, str> {
    let changes = |c: char| if c.is_ascii() { c.is_ascii_uppercase() } else { c.to_lowercase().ne([c]) };
    if text.chars().any(changes) { compose(Cow::Owned(text.to_lowercase())) } else { text }
}

/// `266079.0` to `266079`: what spreadsheets and float columns make of whole numbers.
fn drop_point_zero(text: &str) -> &str {
    match text.strip_suffix(".0") {
        Some(whole) if is_digits(whole.strip_prefix('-').unwrap_or(whole)) => whole,
        _ => text,
    }
}

fn cn_mobile(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    if is_cn_mobile(&text) {
        return Some(text);
    }
    let bare: String = text.chars().filter(|c| !is_blank(*c) && !is_hyphen(*c)).collect();
    let mut numbers = ["+86", "0086", "86", ""].iter().filter_map(|prefix| bare.strip_prefix(prefix));
    numbers.find(|number| is_cn_mobile(number)).map(|number| Cow::Owned(number.to_owned()))
}

fn is_cn_mobile(text: &str) -> bool {
    let bytes = text.as_bytes();
    bytes.len() == 11 && is_digits(text) && bytes[0] == b'1' && bytes[1] >= b'3'
}

fn email(text: Cow<'_, str>) -> Option<Cow<'_, str>> {
    let (local, domain) = text.split_once('@')?;
    (!local.is_empty() && !domain.is_empty() && !domain.contains('@')).then_some(text)
}

fn is_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_wide(c: char) -> bool {
    matches!(c, '\u{FF01}'..='\u{FF5E}' | '\u{3000}')
}

fn narrow(c: char) -> char {
    match c {
        '\u{3000}' => ' ',
        '\u{FF01}'..='\u{FF5E}' => char::from((c as u32 - 0xFF01 + 0x21) as u8),
        other => other,
    }
}

/// White space, and what is not seen either: zero-width space, word joiner, byte order mark, and the direction marks
/// that telephones put around numbers that are copied from a contact.
fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || matches!(
            c,
            '\u{200B}' | '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}' | '\u{FEFF}'
        )
}

fn is_hyphen(c: char) -> bool {
    matches!(c, '-' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALL: [Normalise; 6] = [
        Normalise::Trim,
        Normalise::None,
        Normalise::CnMobile,
        Normalise::Email,
        Normalise::Lower,
        Normalise::Digits,
    ];

    fn check(how: Normalise, cases: &[(&str, Option<&str>)]) {
        for (value, wanted) in cases {
            assert_eq!(normalise(how, value).as_deref(), *wanted, "{how:?} {value:?}");
        }
    }

    #[test]
    fn none_keeps_everything() {
        check(Normalise::None, &[(" a ", Some(" a ")), ("1.0", Some("1.0")), (" ", Some(" ")), ("", None)]);
    }

    #[test]
    fn trim_takes_off_what_is_not_seen() {
        check(
            Normalise::Trim,
            &[
                ("266079", Some("266079")),
                (" 266079.0\r\n", Some("266079")),
                ("266079.00", Some("266079.00")),
                ("-1.0", Some("-1")),
                ("v1.0", Some("v1.0")),
                (".0", Some(".0")),
                ("1.0.0", Some("1.0.0")),
                ("\u{3000}Ａｂ１２\u{200B}", Some("Ab12")),
                ("２６６０７９．０", Some("266079")),
                ("\u{FEFF}id", Some("id")),
                ("A B  C", Some("A B  C")),
                ("🐼 panda 🎋", Some("🐼 panda 🎋")),
                ("A²", Some("A²")),
                ("e\u{301}", Some("\u{e9}")),
                ("", None),
                (" \u{3000}\u{200B}\t", None),
            ],
        );
    }

    #[test]
    fn chinese_mobile_numbers() {
        let good = Some("13912345678");
        check(
            Normalise::CnMobile,
            &[
                ("13912345678", good),
                ("+86 139-1234-5678", good),
                ("+8613912345678", good),
                ("0086 13912345678", good),
                ("8613912345678", good),
                ("１３９１２３４５６７８", good),
                ("＋８６　１３９１２３４５６７８", good),
                ("\u{202A}139\u{2011}1234\u{2011}5678\u{202C}", good),
                ("13912345678.0", good),
                ("19912345678", Some("19912345678")),
                ("86139123456", None),
                ("12912345678", None),
                ("02112345678", None),
                ("1391234567", None),
                ("139123456789", None),
                ("+1 3912345678", None),
                ("1391234567八", None),
                ("13912345678 / 13800138001", None),
                ("", None),
                ("无", None),
            ],
        );
    }

    #[test]
    fn e_mail_lower_case_digits() {
        check(
            Normalise::Email,
            &[
                (" Li.Lei@Example.COM ", Some("li.lei@example.com")),
                ("ｌｉ＠example.com", Some("li@example.com")),
                ("@example.com", None),
                ("li@", None),
                ("li", None),
                ("a@b@c", None),
                ("", None),
            ],
        );
        check(Normalise::Lower, &[("ABC-É1.0", Some("abc-é1.0")), ("12.0", Some("12")), (" ", None)]);
        check(
            Normalise::Digits,
            &[("No. 12-34", Some("1234")), ("266079.0", Some("266079")), ("①", None), ("x", None)],
        );
    }

    proptest! {
        #[test]
        fn twice_is_once(value in "[ -~]{0,16}|\\PC{0,8}|[0-9.@+\u{3000}\u{FEFF}Ａ１-]{0,14}|(\\+86|86)?1[2-9][0-9]{9}(\\.0)?") {
            for how in ALL {
                if let Some(once) = normalise(how, &value) {
                    prop_assert_eq!(normalise(how, &once), Some(once.clone()), "{:?}", how);
                }
            }
        }
    }
}
