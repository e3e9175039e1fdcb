//! Types found against types declared, with nulls and bad values.

use std::sync::Arc;

use arrow_array::builder::{ListBuilder, StringBuilder, StringDictionaryBuilder};
use arrow_array::types::{Int8Type, Int32Type, Int64Type};
use arrow_array::*;
use arrow_buffer::i256;

use super::*;

/// Reads column `x` as `wanted`: the values of accepted rows, and `row:code` of the first sample of each rejection.
fn convert(wanted: &str, array: ArrayRef) -> (Vec<String>, Vec<String>) {
    let (rows, report) = run(&def(&format!(r#"{{"columns": {{"x": "{wanted}"}}}}"#)), one(array));
    let faults = report.rejected.iter().flat_map(|group| {
        assert_eq!(group.column.as_deref(), Some("x"));
        group.samples.iter().map(|sample| format!("{}:{}:{}", sample.row, group.code, sample.value))
    });
    (texts(rows.column("x").unwrap()), faults.collect())
}

fn strings(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

#[test]
fn whole_numbers_from_all_numbers() {
    let all: Vec<ArrayRef> = vec![
        Arc::new(Int8Array::from(vec![Some(7), None])),
        Arc::new(Int16Array::from(vec![Some(7), None])),
        Arc::new(Int32Array::from(vec![Some(7), None])),
        Arc::new(Int64Array::from(vec![Some(7), None])),
        Arc::new(UInt8Array::from(vec![Some(7), None])),
        Arc::new(UInt16Array::from(vec![Some(7), None])),
        Arc::new(UInt32Array::from(vec![Some(7), None])),
        Arc::new(UInt64Array::from(vec![Some(7), None])),
        Arc::new(Float32Array::from(vec![Some(7.0), None])),
        Arc::new(Float64Array::from(vec![Some(7.0), None])),
        Arc::new(Decimal32Array::from(vec![Some(700), None]).with_precision_and_scale(9, 2).unwrap()),
        Arc::new(Decimal64Array::from(vec![Some(700), None]).with_precision_and_scale(9, 2).unwrap()),
        Arc::new(Decimal128Array::from(vec![Some(700), None]).with_precision_and_scale(9, 2).unwrap()),
        Arc::new(
            Decimal256Array::from(vec![Some(i256::from(700)), None]).with_precision_and_scale(9, 2).unwrap(),
        ),
        strings(&[Some(" 7 "), Some("")]),
        strings(&[Some("7.0"), Some("  ")]),
        strings(&[Some("７"), None]),
        Arc::new(LargeStringArray::from(vec![Some("+7"), None])),
        Arc::new(StringViewArray::from(vec![Some("7e0"), None])),
    ];
    for array in all {
        let found = array.data_type().clone();
        for (wanted, value) in [("int64", "7"), ("float64", "7"), ("decimal(12,2)", "7.00")] {
            let (values, faults) = convert(wanted, array.clone());
            assert_eq!(
                (values, faults),
                (vec![value.to_owned(), "null".to_owned()], vec![]),
                "{found} {wanted}"
            );
        }
        let is_text = matches!(
            found,
            arrow_schema::DataType::Utf8
                | arrow_schema::DataType::LargeUtf8
                | arrow_schema::DataType::Utf8View
        );
        if !is_text {
            assert_eq!(convert("string", array).0, ["7", "null"], "{found} string");
        }
    }
}

#[test]
fn numbers_that_do_not_fit() {
    let floats =
        || -> ArrayRef { Arc::new(Float64Array::from(vec![1.5, f64::NAN, f64::INFINITY, 1e300, -0.0])) };
    let (values, faults) = convert("int64", floats());
    assert_eq!(values, ["null", "0"]);
    assert_eq!(faults.len(), 3);
    assert!(faults.contains(&"0:row.not_whole:1.5".to_owned()), "{faults:?}");
    assert!(faults.contains(&"2:row.infinite:inf".to_owned()), "{faults:?}");
    assert_eq!(convert("float64", floats()).0, ["1.5", "null", &1e300.to_string(), "-0"]);
    assert_eq!(convert("decimal(5,2)", floats()).0, ["1.50", "null", "0.00"]);

    let (values, faults) = convert(
        "int64",
        strings(
            &[
                "9223372036854775807",
                "9223372036854775808",
                "-9223372036854775809",
                "1.50",
                "abc",
                "1e400",
                "nan",
                "12,5",
                "--1",
                "0x10",
            ]
            .map(Some),
        ),
    );
    assert_eq!(values, ["9223372036854775807", "null"]);
    let mut faults = faults;
    faults.sort();
    assert_eq!(
        faults,
        [
            "1:row.out_of_range:9223372036854775808",
            "2:row.out_of_range:-9223372036854775809",
            "3:row.not_whole:1.50",
            "4:row.not_a_number:abc",
            "5:row.infinite:1e400",
            "7:row.not_a_number:12,5",
            "8:row.not_a_number:--1",
            "9:row.not_a_number:0x10",
        ]
    );
    let big = UInt64Array::from(vec![u64::MAX, 1]);
    assert_eq!(
        convert("int64", Arc::new(big.clone())),
        (vec!["1".into()], vec!["0:row.out_of_range:18446744073709551615".into()])
    );
    assert_eq!(convert("string", Arc::new(big.clone())).0, ["18446744073709551615", "1"]);
    assert_eq!(convert("decimal(20,0)", Arc::new(big)).0, ["18446744073709551615", "1"]);
    let huge = Decimal256Array::from(vec![i256::MAX, i256::from(5)]).with_precision_and_scale(76, 0).unwrap();
    assert_eq!(
        convert("decimal(38,0)", Arc::new(huge.clone())),
        (vec!["5".into()], vec!["0:row.out_of_range:more than 38 digits".into()])
    );
    assert_eq!(convert("string", Arc::new(huge)).0, ["5"]);
    let lowest =
        Decimal128Array::from(vec![i128::MIN, i128::MAX, 3]).with_precision_and_scale(38, 2).unwrap();
    for wanted in ["decimal(38,2)", "decimal(5,1)", "int64", "float64", "string"] {
        assert!(convert(wanted, Arc::new(lowest.clone())).0.len() <= 2, "{wanted}");
    }
    let thousands = Decimal128Array::from(vec![12]).with_precision_and_scale(5, -3).unwrap();
    assert_eq!(convert("int64", Arc::new(thousands)).0, ["12000"]);
}

#[test]
fn decimals_are_rounded_half_away_from_zero_and_noted() {
    let wanted = ["1.01", "-1.01", "2.68", "0.10", "1234567890.12", "0.00"];
    let definition = def(r#"{"columns": {"x": "decimal(12,2)"}}"#);
    // 1.005 and 2.675 are less than their decimal digits as floats; what was written is rounded.
    let floats = Float64Array::from(vec![1.005, -1.005, 2.675, 0.1, 1_234_567_890.12, 1e-40]);
    let (rows, report) = run(&definition, one(Arc::new(floats)));
    assert_eq!(texts(&rows.columns[0].1), wanted);
    assert_eq!(notes(&report), [("note.rounded", Some("x"), 4)]);
    let text = strings(&["1.005", "-1.005", "2.675", "0.1", "1234567890.12", "0.00000001"].map(Some));
    let (rows, report) = run(&definition, one(text));
    assert_eq!(texts(&rows.columns[0].1), wanted);
    assert_eq!(notes(&report), [("note.rounded", Some("x"), 4)]);
    let finer = Decimal128Array::from(vec![1_005, 12_000]).with_precision_and_scale(10, 3).unwrap();
    let (rows, report) = run(&definition, one(Arc::new(finer)));
    assert_eq!(texts(&rows.columns[0].1), ["1.01", "12.00"]);
    assert_eq!(notes(&report), [("note.rounded", Some("x"), 1)]);
    assert_eq!(convert("decimal(4,2)", strings(&[Some("100")])).1, ["0:row.out_of_range:100"]);
}

#[test]
fn numbers_with_other_signs() {
    let signs = |parse: &str, text: &[&str]| {
        let definition = def(&format!(r#"{{"columns": {{"x": "float64"}}, "parse": {parse}}}"#));
        let (rows, report) = run(&definition, one(Arc::new(StringArray::from(text.to_vec()))));
        (texts(&rows.columns[0].1), report.rejected_rows())
    };
    let (values, bad) = signs(
        r#"{"thousands": ",", "nulls": ["-", "NULL"]}"#,
        &[
            "1,234.5",
            "12,34,567",
            "123,4567",
            "-1,000",
            "12",
            "-",
            " NULL ",
            "1,5",
            ",123",
            "1,,234",
            "1.5,000",
        ],
    );
    assert_eq!(values, ["1234.5", "1234567", "1234567", "-1000", "12", "null", "null"]);
    assert_eq!(bad, 4);
    let (values, bad) = signs(r#"{"decimal": ",", "thousands": "."}"#, &["1.234,5", "0,5", "1.5", "1,5,0"]);
    assert_eq!((values, bad), (vec!["1234.5".into(), "0.5".into()], 2));
    let (values, bad) = signs(r#"{"decimal": ","}"#, &["1,5", "1.5"]);
    assert_eq!((values, bad), (vec!["1.5".into()], 1));
    let (values, bad) = signs("{}", &["１２．５", "−3", "1e3", "1_000"]);
    assert_eq!((values, bad), (vec!["12.5".into(), "-3".into(), "1000".into()], 1));
}

#[test]
fn booleans() {
    let (values, faults) = convert(
        "bool",
        strings(&["true", "F", "1", "0", "YES", "no", "是", "否", "Ｔ", "", "maybe"].map(Some)),
    );
    assert_eq!(values, ["true", "false", "true", "false", "true", "false", "true", "false", "true", "null"]);
    assert_eq!(faults, ["10:row.not_a_bool:maybe"]);
    assert_eq!(convert("bool", Arc::new(BooleanArray::from(vec![Some(true), None]))).0, ["true", "null"]);
    assert_eq!(convert("bool", Arc::new(Int64Array::from(vec![1, 0, 2]))).1, ["2:row.not_a_bool:2"]);
    assert_eq!(convert("bool", Arc::new(Float64Array::from(vec![1.0, f64::NAN]))).0, ["true", "null"]);
}

#[test]
fn dates_and_times() {
    // 2026-05-01T20:00:00Z is 2026-05-02 04:00 in Shanghai; 20_574 days after 1970 is 2026-05-01.
    let seconds = 1_777_665_600i64;
    let utc: ArrayRef =
        Arc::new(TimestampMicrosecondArray::from(vec![seconds * 1_000_000]).with_timezone("UTC"));
    assert_eq!(convert("timestamp", utc.clone()).0, ["2026-05-01T20:00:00Z"]);
    assert_eq!(convert("date", utc).0, ["2026-05-02"]);
    let walls: Vec<ArrayRef> = vec![
        Arc::new(TimestampSecondArray::from(vec![Some(seconds), None])),
        Arc::new(TimestampMillisecondArray::from(vec![Some(seconds * 1000), None])),
        Arc::new(TimestampMicrosecondArray::from(vec![Some(seconds * 1_000_000), None])),
        Arc::new(TimestampNanosecondArray::from(vec![Some(seconds * 1_000_000_000 + 999), None])),
        strings(&[Some("2026-05-01 20:00:00"), Some("")]),
    ];
    for array in walls {
        let found = array.data_type().clone();
        assert_eq!(convert("timestamp", array.clone()).0, ["2026-05-01T12:00:00Z", "null"], "{found}");
        assert_eq!(convert("date", array).0, ["2026-05-01", "null"], "{found}");
    }
    let below_1970 = TimestampNanosecondArray::from(vec![-1]).with_timezone("+00:00");
    assert_eq!(convert("timestamp", Arc::new(below_1970)).0, ["1969-12-31T23:59:59.999999Z"]);
    let days: Vec<ArrayRef> = vec![
        Arc::new(Date32Array::from(vec![Some(20_574), None])),
        Arc::new(Date64Array::from(vec![Some(20_574 * 86_400_000 + 5), None])),
    ];
    for array in days {
        assert_eq!(convert("date", array.clone()).0, ["2026-05-01", "null"]);
        assert_eq!(convert("timestamp", array).0, ["2026-04-30T16:00:00Z", "null"]);
    }
    let (values, faults) = convert("date", Arc::new(Date32Array::from(vec![0, i32::MAX, i32::MIN])));
    assert_eq!((values.len(), faults.len()), (1, 2));
    assert!(faults[0].starts_with("1:row.date_range:"));
    let far = TimestampSecondArray::from(vec![i64::MAX, i64::MIN, 0]);
    for wanted in ["date", "timestamp"] {
        let (values, faults) = convert(wanted, Arc::new(far.clone()));
        assert_eq!((values.len(), faults.len()), (1, 2), "{wanted}");
        let (_, faults) = convert(wanted, strings(&[Some("9999-99-99"), Some("10000-01-01"), Some("今天")]));
        assert_eq!(faults.len(), 3);
    }
    let own_zone = def(r#"{"columns": {"x": "timestamp"}, "timezone": "America/New_York"}"#);
    let (rows, _) = run(&own_zone, one(strings(&[Some("2026-05-01 20:00")])));
    assert_eq!(texts(&rows.columns[0].1), ["2026-05-02T00:00:00Z"]);
}

#[test]
fn sets() {
    let mut lists = ListBuilder::new(StringBuilder::new());
    for members in [Some(vec!["b", "a", "b", ""]), Some(vec![]), None] {
        match members {
            Some(members) => {
                for member in members {
                    lists.values().append_value(member);
                }
                lists.append(true);
            }
            None => lists.append(false),
        }
    }
    assert_eq!(convert("set<string>", Arc::new(lists.finish())).0, ["{a, b}", "{}", "null"]);
    let text = strings(&[Some(r#"["b", "a", null]"#), Some("[]"), Some(""), Some("a|b"), Some("[1]")]);
    let (values, faults) = convert("set<string>", text);
    assert_eq!(values, ["{a, b}", "{}", "null"]);
    assert_eq!(faults, ["3:row.not_a_set:a|b", "4:row.not_a_set:[1]"]);
}

#[test]
fn text_of_all_layouts() {
    let wanted = ["北京", " a ", "null", "null", "北京", "😀"];
    let cells = [Some("北京"), Some(" a "), None, Some(" \u{3000}"), Some("北京"), Some("😀")];
    let mut keyed = StringDictionaryBuilder::<Int8Type>::new();
    for cell in cells {
        keyed.append_option(cell);
    }
    // Values that stand twice in a dictionary, and one that is null.
    let repeats = StringArray::from(vec![Some("北京"), Some("北京"), None, Some(" a "), Some("😀")]);
    let keys = Int64Array::from(vec![Some(0), Some(3), Some(2), None, Some(1), Some(4)]);
    let repeated = DictionaryArray::<Int64Type>::try_new(keys, Arc::new(repeats)).unwrap();
    let layouts: Vec<ArrayRef> = vec![
        strings(&cells),
        Arc::new(LargeStringArray::from(cells.to_vec())),
        Arc::new(StringViewArray::from(cells.to_vec())),
        Arc::new(keyed.finish()),
        Arc::new(repeated),
    ];
    for array in layouts {
        let found = array.data_type().clone();
        assert_eq!(convert("string", array).0, wanted, "{found}");
    }
}

#[test]
fn dictionaries_of_numbers_and_nulls() {
    let keys = Int32Array::from(vec![Some(1), None, Some(0)]);
    let numbers =
        DictionaryArray::<Int32Type>::try_new(keys, Arc::new(Int64Array::from(vec![10, 20]))).unwrap();
    assert_eq!(convert("int64", Arc::new(numbers)).0, ["20", "null", "10"]);
    for wanted in ["bool", "int64", "float64", "decimal(5,2)", "string", "date", "timestamp", "set<string>"] {
        assert_eq!(convert(wanted, Arc::new(NullArray::new(2))).0, ["null", "null"], "{wanted}");
        let empty =
            run(&def(&format!(r#"{{"columns": {{"x": "{wanted}"}}}}"#)), one(Arc::new(NullArray::new(0))));
        assert_eq!(empty.0.len, 0);
        assert_eq!(empty.0.columns[0].1.data_type().to_string(), wanted);
    }
}

#[test]
fn mistyped_columns_are_errors_that_say_what_to_do() {
    let error = |wanted: &str, array: ArrayRef| {
        let definition = def(&format!(r#"{{"columns": {{"x": "{wanted}"}}}}"#));
        let error = try_run(&definition, one(array)).unwrap_err();
        assert_eq!(error.code(), "source.mistyped_column");
        error.to_string()
    };
    assert_eq!(
        error("timestamp", Arc::new(Int64Array::from(vec![1]))),
        "source `s`: column `x` is Int64, wanted timestamp; a number may be seconds, milliseconds or days: convert it to a date or timestamp before it is handed over"
    );
    assert!(error("string", Arc::new(Date32Array::from(vec![1]))).contains("declare it as date"));
    assert!(error("int64", Arc::new(BooleanArray::from(vec![true]))).ends_with("is Boolean, wanted int64"));
    error("float64", Arc::new(Date32Array::from(vec![1])));
    error("string", Arc::new(BinaryArray::from(vec![&b"a"[..]])));
    error("set<string>", Arc::new(Int64Array::from(vec![1])));
    error("bool", Arc::new(Decimal128Array::from(vec![1])));
}

#[test]
fn missing_columns_are_errors_with_the_nearest_name() {
    let definition = def(r#"{"columns": {"Amuont": "int64"}}"#);
    let table =
        batch(&[("id", strings(&[Some("1")])), ("amount", strings(&[Some("1")])), ("y", strings(&[None]))]);
    let error = try_run(&definition, table).unwrap_err();
    assert_eq!(error.code(), "source.missing_column");
    assert_eq!(
        error.to_string(),
        "source `s`: no column `Amuont` in the table; the nearest name is `amount`; it has `id`, `amount`, `y`"
    );
    let twice = batch(&[("id", strings(&[None])), ("id", strings(&[None]))]);
    assert_eq!(try_run(&def("{}"), twice).unwrap_err().code(), "source.repeated_column");
}

#[test]
fn renamed_required_and_personal_columns() {
    let definition = def(r#"{"columns": {
            "born": {"type": "date", "from": "dob", "personal": true},
            "city": {"type": "string", "required": true}
        }}"#);
    let table = batch(&[
        ("id", strings(&["1", "2", "3", "4"].map(Some))),
        (" dob ", strings(&[Some("1990-01-31"), Some("31.1.1990"), None, Some("no")])),
        ("city", strings(&[Some("西安"), Some("x"), Some(""), None])),
        ("extra", strings(&[None; 4])),
    ]);
    let (rows, report) = run(&definition, table);
    assert_eq!(texts(rows.column("born").unwrap()), ["1990-01-31"]);
    assert_eq!(rejected(&report), [("row.not_a_date", Some("dob"), 2), ("row.no_value", Some("city"), 1)]);
    let shown: Vec<&str> = report.rejected[0].samples.iter().map(|s| s.value.as_str()).collect();
    assert_eq!(shown, ["99.9.9999", "xx"]);
    assert_eq!(rows.number(0), 0);
}

#[test]
fn several_batches_and_types_in_one_table() {
    let definition = def(r#"{"columns": {"x": "int64"}}"#);
    let batches = vec![
        one(Arc::new(Int64Array::from(vec![1, 2]))),
        one(Arc::new(Int64Array::from(vec![Some(3), None]))),
        one(strings(&[Some("4"), Some("x")])),
    ];
    let (rows, report) = run(&definition, batches);
    assert_eq!(texts(&rows.columns[0].1), ["1", "2", "3", "null", "4"]);
    assert_eq!(report.rejected[0].samples[0].row, 5);
    let (rows, report) = run(&definition, Table::batches(one(strings(&[])).schema(), vec![]));
    assert_eq!((rows.len, report.rows_read), (0, 0));
    assert_eq!(try_run(&definition, Vec::new()).unwrap_err().code(), "source.missing_column");
}

#[test]
fn a_column_that_fits_is_not_copied() {
    let values = Int64Array::from(vec![1, 2, 3]);
    let before = values.values().as_ptr();
    let (rows, _) = run(&def(r#"{"columns": {"x": "int64"}}"#), one(Arc::new(values)));
    let Column::Int(after) = &rows.columns[0].1 else { panic!() };
    assert_eq!(after.values().as_ptr(), before);
}
