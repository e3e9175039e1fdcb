//! Identifiers, times and event ids.

use std::sync::Arc;

use arrow_array::*;

use super::*;

fn ids(array: impl Array + 'static) -> (Vec<Option<String>>, SourceReport) {
    let array: ArrayRef = Arc::new(array);
    let table = batch(&[("id", array.clone()), ("other", Arc::new(Int64Array::from(vec![9; array.len()])))]);
    let (rows, report) = run(&def(r#"{"identifiers": {"member": "id", "other": "other"}}"#), table);
    let column = &rows.identifiers[0].1;
    ((0..rows.len).map(|row| column.get(row).map(str::to_owned)).collect(), report)
}

#[test]
fn numbers_become_digits_and_text_stands_as_it_is() {
    let some = |texts: &[&str]| texts.iter().map(|t| Some((*t).to_owned())).collect::<Vec<_>>();
    assert_eq!(ids(Int64Array::from(vec![5, -3, 5])).0, some(&["5", "-3", "5"]));
    assert_eq!(ids(UInt64Array::from(vec![u64::MAX])).0, some(&["18446744073709551615"]));
    assert_eq!(ids(Float64Array::from(vec![266_079.0, -0.0])).0, some(&["266079", "0"]));
    let odd = [" 138 0013 8000 ", "１３８", "😀", "a\nb", "266079.0"];
    assert_eq!(ids(StringArray::from(odd.to_vec())).0, some(&odd));
}

#[test]
fn blank_is_no_identifier() {
    let (values, report) = ids(StringArray::from(vec![Some("a"), Some(""), Some(" \t"), None]));
    assert_eq!(values, [Some("a".to_owned()), None, None, None]);
    assert_eq!(notes(&report), [("note.no_identifier_of_kind", Some("member"), 3)]);
}

#[test]
fn floats_that_hold_no_identifier_are_rejected() {
    let (values, report) =
        ids(Float64Array::from(vec![1.5, 9_007_199_254_740_994.0, f64::INFINITY, f64::NAN, 2.0]));
    assert_eq!(values, [None, Some("2".to_owned())]);
    assert_eq!(
        rejected(&report),
        [
            ("row.not_whole", Some("id"), 1),
            ("row.out_of_range", Some("id"), 1),
            ("row.infinite", Some("id"), 1)
        ]
    );
    assert_eq!(report.rejected[0].samples[0].value, "9.9");
}

#[test]
fn rows_without_any_identifier_are_rejected() {
    let table = batch(&[
        ("a", Arc::new(StringArray::from(vec![Some("1"), None, Some(""), None]))),
        ("b", Arc::new(Int64Array::from(vec![None, Some(2), None, None]))),
    ]);
    let (rows, report) = run(&def(r#"{"identifiers": {"a": "a", "b": "b"}}"#), table);
    assert_eq!(rejected(&report), [("row.no_identifier", None, 2)]);
    assert_eq!((rows.number(0), rows.number(1)), (0, 1));
    let table = batch(&[("a", Arc::new(StringArray::from(vec![None::<&str>; 3])))]);
    let (rows, report) = run(&def(r#"{"identifiers": {"a": "a"}}"#), table);
    assert_eq!((rows.len, report.rejected_rows()), (0, 3));
}

#[test]
fn one_number_is_one_identifier_whatever_type_it_comes_in() {
    let batches = vec![
        batch(&[("id", Arc::new(Int64Array::from(vec![7])))]),
        batch(&[("id", Arc::new(StringArray::from(vec!["7"])))]),
        batch(&[("id", Arc::new(Float64Array::from(vec![7.0])))]),
    ];
    let (rows, _) = run(&def("{}"), batches);
    assert_eq!(rows.identifiers[0].1.values().len(), 1);
}

#[test]
fn events_need_a_time_and_ids_keep_their_type() {
    let definition = def(
        r#"{"kind": "events", "time": "at", "event_id": ["no", "line"], "columns": {"line": "string", "at": "date"}}"#,
    );
    let table = batch(&[
        ("id", Arc::new(Int64Array::from(vec![1, 2, 3, 4]))),
        (
            "at",
            Arc::new(StringArray::from(vec![Some("2026-05-01"), None, Some("x"), Some("2026-05-01 01:00")])),
        ),
        ("no", Arc::new(Int32Array::from(vec![Some(1), Some(2), Some(3), None]))),
        ("line", Arc::new(Int32Array::from(vec![Some(1), Some(2), Some(3), None]))),
    ]);
    let (rows, report) = run(&definition, table);
    assert_eq!(rejected(&report), [("row.not_a_date", Some("at"), 1), ("row.no_time", Some("at"), 1)]);
    let time = rows.time.unwrap();
    assert_eq!(time.null_count(), 0);
    assert_eq!(Timestamp::from_micros(time.value(1)).to_string(), "2026-04-30T17:00:00Z");
    assert_eq!(texts(&rows.columns[1].1), ["2026-05-01", "2026-05-01"]);
    assert_eq!(texts(&rows.event_id[0]), ["1", "null"]);
    assert_eq!(rows.event_id[0].data_type().to_string(), "int64");
    assert_eq!(rows.event_id[1].data_type().to_string(), "string");
    assert_eq!(notes(&report), [("note.no_event_id", Some("no"), 1)]);
}

#[test]
fn records_may_lack_a_time() {
    let table = batch(&[
        ("id", Arc::new(Int64Array::from(vec![1, 2]))),
        ("at", Arc::new(StringArray::from(vec![Some("2026-05-01"), None]))),
    ]);
    let (rows, _) = run(&def(r#"{"time": "at"}"#), table);
    assert_eq!((rows.len, rows.time.unwrap().null_count()), (2, 1));
}

/// By hand: batches of numbers, of texts and of a dictionary with a text that no row has; rejected rows leave none
/// behind. 1 and `1`, 王 of two batches are the same.
#[test]
fn batches_share_one_dictionary_in_the_order_of_bytes() {
    let key = |array: ArrayRef, must: Vec<Option<i64>>| {
        batch(&[("id", array), ("must", Arc::new(Int64Array::from(must)) as ArrayRef)])
    };
    let dictionary = DictionaryArray::new(
        Int32Array::from(vec![Some(1), None, Some(2)]),
        Arc::new(StringArray::from(vec!["never", "王", "-5"])),
    );
    let long = "0123456789abcdef0";
    let tables = vec![
        key(
            Arc::new(Int64Array::from(vec![Some(10), Some(1), None, Some(77)])),
            vec![Some(0), Some(0), Some(0), None],
        ),
        key(Arc::new(StringArray::from(vec!["王", "1", long, &long[..16]])), vec![Some(0); 4]),
        key(Arc::new(dictionary), vec![Some(0); 3]),
    ];
    let def = def(r#"{"columns": {"must": {"type": "int64", "required": true}}}"#);
    let (rows, _) = try_run(&def, tables).unwrap();
    let column = &rows.identifiers[0].1;
    let texts: Vec<&str> = column.values().iter().flatten().collect();
    assert_eq!(texts, ["-5", &long[..16], long, "1", "10", "王"]);
    let cells: Vec<Option<&str>> = (0..rows.len).map(|row| column.get(row)).collect();
    assert_eq!(
        cells,
        [Some("10"), Some("1"), Some("王"), Some("1"), Some(long), Some(&long[..16]), Some("王"), Some("-5")]
    );
}
