//! Which values are identifiers, and how rows may be handed over.

use super::{add, column, resolve, rules, shop, show, strong, weak};
use crate::catalog::model::IdentifierDef;
use crate::identity::{Links, NO_PROFILE};

#[test]
fn spellings_of_one_phone_are_one_phone() {
    let mut links = Links::new(&shop());
    let phones =
        ["13911110001", "+86 139 1111 0001", "１３９１１１１０００１", "86-139-1111-0001", "13911110001.0"];
    let keys = add(&mut links, &phones.map(|phone| vec![None, Some(phone.to_owned()), None, None]));
    assert_eq!(links.n_identifiers(), 1);
    assert_eq!(links.resolve().profiles_of(&keys), [0; 5]);
}

#[test]
fn blocked_invalid_and_missing_values_identify_nobody() {
    let mut links = Links::new(&shop());
    let row = |member: Option<&str>, phone: Option<&str>| {
        vec![member.map(str::to_owned), phone.map(str::to_owned), None, None]
    };
    let rows = [
        row(Some("M1"), Some("13800138000")),
        row(Some("M2"), Some("86 13800138000")),
        row(None, Some("１３８００１３８０００")),
        row(None, Some("123")),
        row(Some("  \u{3000}"), Some("")),
        row(None, None),
        row(Some("266079.0"), None),
        row(Some("会员 🐼 1"), None),
    ];
    let keys = add(&mut links, &rows);
    let partition = links.resolve();
    assert_eq!(show(&partition), ["member=266079", "member=M1", "member=M2", "member=会员 🐼 1"]);
    let none = NO_PROFILE;
    assert_eq!(partition.profiles_of(&keys), [1, 2, none, none, none, none, 0, 3]);
    assert_eq!(partition.profile_of(1, "13800138000"), None);

    let report = partition.report();
    assert_eq!((report.kinds[0].invalid, report.kinds[1].invalid), (1, 2));
    assert_eq!((report.kinds[1].identifiers, report.kinds[1].blocked), (0, 1));
    assert_eq!(report.kinds[1].invalid_samples, ["****", "****"], "phones are personal");
    assert_eq!(report.kinds[0].invalid_samples, ["  \u{3000}"]);
}

#[test]
fn values_that_no_row_has_are_left_alone() {
    let mut links = Links::new(&rules(&[("member", strong()), ("phone", strong())]));
    let whole = column(["M1", "M2"].into_iter().map(Some));
    let part = crate::value::Column::String(whole).slice(0, 1);
    let crate::value::Column::String(part) = part else { unreachable!() };
    let keys = links.add_rows(&[(0, part)], 1).unwrap();
    let partition = links.resolve();
    assert_eq!(show(&partition), ["member=M1"]);
    assert_eq!(partition.profiles_of(&keys), [0]);
}

#[test]
fn one_kind_with_nulls() {
    let mut links = Links::new(&rules(&[("member", strong())]));
    let keys =
        links.add_rows(&[(0, column([Some("b"), None, Some("a"), Some("b")].into_iter()))], 4).unwrap();
    assert_eq!((keys.len(), keys.is_empty()), (4, false));
    assert_eq!(links.resolve().profiles_of(&keys), [1, NO_PROFILE, 0, 1]);
    let keys = links.add_rows(&[], 3).unwrap();
    assert_eq!(links.resolve().profiles_of(&keys), [NO_PROFILE; 3]);
}

#[test]
fn columns_may_come_in_any_order() {
    let kinds = rules(&[("member", strong()), ("phone", strong())]);
    let mut links = Links::new(&kinds);
    let (member, phone) = (column([Some("M1")].into_iter()), column([Some("1")].into_iter()));
    links.add_rows(&[(1, phone.clone()), (0, member.clone())], 1).unwrap();
    links.add_rows(&[(0, member), (1, phone)], 1).unwrap();
    assert_eq!(links.tuples.len(), 1);
    assert_eq!(show(&links.resolve()), ["member=M1 phone=1"]);
}

#[test]
fn rows_that_do_not_fit_are_errors() {
    let mut links = Links::new(&rules(&[("member", strong()), ("phone", strong())]));
    let one = column([Some("M1")].into_iter());
    let code = |result: Result<_, crate::identity::IdentityError>| result.map(|_| ()).unwrap_err().code();
    assert_eq!(code(links.add_rows(&[(2, one.clone())], 1)), "identity.unknown_kind");
    assert_eq!(code(links.add_rows(&[(0, one.clone()), (0, one.clone())], 1)), "identity.repeated_kind");
    assert_eq!(code(links.add_rows(&[(0, one.clone()), (1, one)], 2)), "identity.column_length");
    assert_eq!(links.n_identifiers(), 0);
}

#[test]
fn nothing_personal_in_debug() {
    let (partition, _) = resolve(&shop(), &["member=M1 phone=13911110001"]);
    assert!(!format!("{partition:?}").contains("1391111"));
    let mut links = Links::new(&shop());
    let keys = add(&mut links, &[vec![Some("M1".to_owned()), Some("13911110001".to_owned()), None, None]]);
    assert!(!format!("{links:?} {keys:?}").contains("1391111"));
}

#[test]
fn as_many_kinds_as_there_may_be() {
    let kinds: Vec<(String, IdentifierDef)> =
        (0..64).map(|i| (format!("k{i:02}"), if i < 60 { strong() } else { weak() })).collect();
    let kinds: Vec<(&str, IdentifierDef)> =
        kinds.iter().map(|(name, def)| (name.as_str(), def.clone())).collect();
    let kinds = rules(&kinds);
    let mut links = Links::new(&kinds);
    let keys = add(
        &mut links,
        &[(0..64).map(|i| Some(i.to_string())).collect(), {
            let mut row = vec![None; 64];
            row[63] = Some("63".to_owned());
            row
        }],
    );
    let partition = links.resolve();
    assert_eq!(partition.profiles_of(&keys), [0, 0]);
    assert_eq!(partition.identifiers(0).count(), 64);
}

#[test]
fn the_report_is_data() {
    let rows = ["member=M1 phone=13911110001", "member=M2 phone=13911110001"];
    let (partition, _) = resolve(&shop(), &rows);
    let json = serde_json::to_value(partition.report()).unwrap();
    assert_eq!(json["profiles"], 2);
    assert_eq!(json["conflicts"][0]["reason"]["code"], partition.report().conflicts[0].reason.code());
    assert_eq!(json["conflicts"][0]["profiles"][1], partition.ids()[1].to_string());
}
