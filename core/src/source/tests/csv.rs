//! CSV files, clean and dirty.

use std::fmt::Write;

use encoding_rs::{GB18030, GBK};
use proptest::prelude::*;

use super::*;

const TABLE: &str = "id,name,amount\r\n1,王小明,12.50\r\n2,\"李, \"\"小\"\" 红\r\n二行\",3\n3,😀㐀,\n";

fn people() -> SourceDef {
    def(r#"{"columns": {"name": "string", "amount": "decimal(8,2)"}}"#)
}

fn names(rows: &Rows) -> Vec<String> {
    texts(rows.column("name").unwrap())
}

fn csv(bytes: impl AsRef<[u8]>) -> TempFile {
    TempFile::new("csv", bytes.as_ref())
}

#[test]
fn all_encodings_give_the_same() {
    let (gb18030, _, bad) = GB18030.encode(TABLE);
    assert!(!bad, "rare characters have four bytes in GB18030");
    let bom = format!("\u{feff}{TABLE}");
    let (gb18030_bom, _, _) = GB18030.encode(&bom);
    for (bytes, encoding, guessed) in [
        (TABLE.as_bytes(), "auto", false),
        (bom.as_bytes(), "auto", false),
        (TABLE.as_bytes(), "utf8", false),
        (bom.as_bytes(), "utf8", false),
        (&gb18030, "auto", true),
        (&gb18030, "gb18030", false),
        (&gb18030, "gbk", false),
        (&gb18030_bom, "gb18030", false),
    ] {
        let mut definition = people();
        let options = format!(r#"{{"encoding": "{encoding}"}}"#);
        definition.csv = Some(serde_json::from_str(&options).unwrap());
        let (rows, report) = run(&definition, csv(bytes).table());
        assert_eq!(names(&rows), ["王小明", "李, \"小\" 红\r\n二行", "😀㐀"], "{encoding}");
        assert_eq!(texts(rows.column("amount").unwrap()), ["12.50", "3.00", "null"]);
        assert_eq!(notes(&report).len(), usize::from(guessed));
    }
    let (gbk, _, bad) = GBK.encode("id,name,amount\n1,王小明,1\n");
    assert!(!bad);
    assert_eq!(names(&run(&people(), csv(gbk).table()).0), ["王小明"]);
}

#[test]
fn gbk_characters_with_a_byte_that_looks_like_the_delimiter() {
    // 鄚 is 0xE0 0x7C in GBK: its second byte is `|`.
    let (bytes, _, _) = GBK.encode("id|name|amount\n1|\u{8f7c}鄚|2\n");
    assert!(bytes.split(|&b| b == b'|').count() > 5);
    let mut definition = people();
    definition.csv = Some(serde_json::from_str(r#"{"delimiter": "|"}"#).unwrap());
    let (rows, report) = run(&definition, csv(bytes).table());
    assert_eq!((names(&rows), report.rejected_rows()), (vec!["\u{8f7c}鄚".to_owned()], 0));
}

#[test]
fn lines_with_other_numbers_of_fields_are_rejected() {
    let (rows, report) = run(&people(), csv("id,name,amount\n1,a,1\n2,b\n\n3,c,3,\n4,d,4\nx\n").table());
    assert_eq!(names(&rows), ["a", "d"]);
    assert_eq!(rejected(&report), [("row.field_count", None, 3)]);
    let samples: Vec<_> = report.rejected[0].samples.iter().map(|s| (s.row, s.value.as_str())).collect();
    assert_eq!(samples, [(1, "2 fields, wanted 3"), (2, "4 fields, wanted 3"), (4, "1 fields, wanted 3")]);
    assert_eq!((rows.number(0), rows.number(1)), (0, 3));
}

#[test]
fn bytes_that_are_no_text_cost_their_row() {
    let utf8 = |mut definition: SourceDef| {
        definition.csv = Some(serde_json::from_str(r#"{"encoding": "utf8"}"#).unwrap());
        definition
    };
    // The end of é is missing from one field, and the next begins with it: the line together would be UTF-8.
    let bytes = b"id,name,amount\n1,a,1\n2,\xff,2\n3,\xc3,\xa9\n4,d,4\n";
    let (rows, report) = run(&utf8(people()), csv(bytes).table());
    assert_eq!(names(&rows), ["a", "d"]);
    assert_eq!(rejected(&report), [("row.encoding", None, 2)]);
    let (mut gbk, _, _) = GBK.encode("id,name,amount\n1,王,1\n2,x,2\n3,李,3\n");
    let at = gbk.iter().position(|&b| b == b'x').unwrap();
    gbk.to_mut()[at] = 0xff;
    let (rows, report) = run(&people(), csv(gbk).table());
    assert_eq!(names(&rows), ["王", "李"]);
    assert_eq!(rejected(&report), [("row.encoding", None, 1)]);
}

#[test]
fn a_quote_that_is_never_closed() {
    for text in [
        "id,name,amount\n1,a,1\n2,\"b,2\n3,c,3\n",
        "id,name,amount\n1,a,1\n2,\"b,2\n3,c,3",
        "id,name,amount\n1,a,1\n\"",
    ] {
        let (rows, report) = run(&people(), csv(text).table());
        assert_eq!(
            (names(&rows), rejected(&report)),
            (vec!["a".to_owned()], vec![("row.open_quote", None, 1)])
        );
    }
    let (rows, report) = run(&people(), csv("id,name,amount\n1,a,\"1\"").table());
    assert_eq!((rows.len, report.rejected_rows()), (1, 0));
    assert_eq!(try_run(&people(), csv("id,\"name\n1,2\n").table()).unwrap_err().code(), "source.unreadable");
}

#[test]
fn lines_without_end() {
    let mut text = "id,name,amount\n1,a,1\n2,".to_owned();
    text.push_str(&"很长".repeat(5 << 20));
    text.push_str(",2\n3,c,3\n");
    let (rows, report) = run(&people(), csv(text).table());
    assert_eq!(names(&rows), ["a", "c"]);
    assert_eq!(rejected(&report), [("row.line_too_long", None, 1)]);
}

#[test]
fn more_rows_and_fields_than_a_buffer_holds() {
    let mut text = String::new();
    for i in 0..300 {
        write!(text, "c{i},").unwrap();
    }
    text.push_str("id,name,amount\n");
    for row in 0..70_000 {
        if row % 1000 == 0 {
            text.push_str(&"0,".repeat(300));
            writeln!(text, "{row},n{row},{row}").unwrap();
        } else {
            text.push_str(&",".repeat(300));
            writeln!(text, "{row},n{},1", row % 7).unwrap();
        }
    }
    let (rows, report) = run(&people(), csv(text).table());
    assert_eq!((rows.len, report.rejected_rows()), (70_000, 0));
    assert_eq!(names(&rows)[69_000], "n69000");
    assert_eq!(names(&rows)[69_999], format!("n{}", 69_999 % 7));
}

#[test]
fn tabs_other_signs_and_extensions() {
    let file = TempFile::new("tsv", "id\tname\tamount\n1\ta,b\t1\n".as_bytes());
    assert_eq!(names(&run(&people(), file.table()).0), ["a,b"]);
    let mut definition = people();
    definition.csv = Some(serde_json::from_str(r#"{"delimiter": ";", "quote": "'"}"#).unwrap());
    let file = TempFile::new("TXT", "id;name;amount\n1;'a;\"b';1\n".as_bytes());
    assert_eq!(names(&run(&definition, file.table()).0), ["a;\"b"]);
    for (delimiter, quote) in [("，", "'"), ("'", "'"), ("\\n", "'"), (";", "“")] {
        let options = format!(r#"{{"delimiter": "{delimiter}", "quote": "{quote}"}}"#);
        definition.csv = Some(serde_json::from_str(&options).unwrap());
        assert_eq!(try_run(&definition, file.table()).unwrap_err().code(), "source.csv_sign");
    }
    assert_eq!(Table::path("a.xlsx").unwrap_err().code(), "source.unknown_extension");
}

#[test]
fn files_that_cannot_be_read() {
    assert_eq!(try_run(&people(), csv("").table()).unwrap_err().code(), "source.empty_file");
    assert_eq!(try_run(&people(), csv("\u{feff}").table()).unwrap_err().code(), "source.empty_file");
    let error = try_run(&people(), Table::path("/nowhere/a.csv").unwrap()).unwrap_err();
    assert!(error.code() == "source.unreadable" && error.to_string().contains("/nowhere/a.csv"), "{error}");
    let utf16: Vec<u8> = "id,name,amount\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(try_run(&people(), csv(utf16).table()).unwrap_err().code(), "source.unreadable");
    let (rows, _) = run(&people(), csv("id,name,amount").table());
    assert_eq!(rows.len, 0);
    let error = try_run(&people(), csv("id;name;amount\n1;a;2\n").table()).unwrap_err();
    assert_eq!(error.code(), "source.missing_column");
}

#[test]
fn all_rows_can_be_bad() {
    let (rows, report) = run(&people(), csv("id,name,amount\n1,a,x\n2,b,y\n,c,1\n").table());
    assert_eq!(rows.len, 0);
    assert_eq!(rejected(&report), [("row.not_a_number", Some("amount"), 2), ("row.no_identifier", None, 1)]);
}

proptest! {
    #[test]
    fn any_bytes_are_read_and_counted(
        bytes in prop::collection::vec(
            prop_oneof![any::<u8>(), prop::sample::select(b",\"\r\n1aid\xef\xbb\xbf\x81\x30".to_vec())],
            0..400,
        ),
        encoding in prop::sample::select(vec!["auto", "utf8", "gbk", "gb18030"]),
    ) {
        let mut all = b"id,name,amount\n1,a,1\n".to_vec();
        all.extend_from_slice(&bytes);
        let mut definition = people();
        let options = format!(r#"{{"encoding": "{encoding}"}}"#);
        definition.csv = Some(serde_json::from_str(&options).unwrap());
        let (_, report) = run(&definition, csv(&all).table());
        prop_assert!(report.rows_read >= 1);
        // And as a file by itself, where the first line may be anything.
        let _ = try_run(&definition, csv(&bytes).table());
    }

    #[test]
    fn written_as_text_and_read_back(
        cells in prop::collection::vec(("[a-z王😀 ,\"'\r\n]{0,8}", any::<i32>()), 1..20),
        gb18030 in any::<bool>(),
    ) {
        let mut text = "id,name,amount\n".to_owned();
        for (name, amount) in &cells {
            writeln!(text, "1,\"{}\",{amount}", name.replace('"', "\"\"")).unwrap();
        }
        let bytes = if gb18030 { GB18030.encode(&text).0 } else { text.as_bytes().into() };
        let mut definition = people();
        definition.columns["amount"] = serde_json::from_str("\"int64\"").unwrap();
        let (rows, report) = run(&definition, csv(bytes).table());
        prop_assert_eq!(report.rejected_rows(), 0);
        let read: Vec<(String, String)> = names(&rows).into_iter().zip(texts(&rows.columns[1].1)).collect();
        let wanted: Vec<(String, String)> = cells.iter().map(|(name, amount)| {
            let name = if name.trim().is_empty() { "null" } else { name };
            (name.to_owned(), amount.to_string())
        }).collect();
        prop_assert_eq!(read, wanted);
    }
}
