//! What the rules do, case by case. All people are made up.

use super::{add, parse, resolve, rules, shop, show, strong, weak};
use crate::catalog::model::IdentifierDef;
use crate::identity::{ConflictReason, Links, NO_PROFILE};

const A: &str = "13911110001";
const B: &str = "13911110002";
const C: &str = "13911110003";

#[test]
fn nothing_gives_nothing() {
    let (partition, profiles) = resolve(&shop(), &[]);
    assert!(partition.is_empty() && profiles.is_empty());
    assert_eq!(partition.report().profiles, 0);
    assert_eq!(partition.identifiers(0).count(), 0);
}

#[test]
fn a_phone_joins_rows_to_its_member() {
    let (partition, profiles) = resolve(
        &shop(),
        &[
            &format!("phone={A}"),
            &format!("member=M1 phone={A}"),
            "member=M2",
            &format!("phone={B}"),
            "member=M1",
        ],
    );
    assert_eq!(show(&partition), [format!("member=M1 phone={A}"), "member=M2".into(), format!("phone={B}")]);
    assert_eq!(profiles, [0, 0, 1, 2, 0]);
    assert_eq!(partition.profile_of(1, "+86 139-1111-0001"), Some(0));
    assert_eq!(partition.profile_of(1, C), None);
    assert_eq!(partition.profile_of(9, C), None);
    assert_eq!(partition.report().n_conflicts, 0);
    assert_eq!(partition.report().kinds[1].attached, 1);
}

#[test]
fn a_chain_of_strong_identifiers_is_one_person() {
    let (partition, profiles) = resolve(
        &shop(),
        &[&format!("phone={A} email=li@x.cn"), "email=LI@x.cn", &format!("member=M1 phone={A}")],
    );
    assert_eq!(show(&partition), [format!("member=M1 phone={A} email=li@x.cn")]);
    assert_eq!(profiles, [0, 0, 0]);
}

#[test]
fn a_weaker_strong_identifier_joins_two_phones() {
    let (partition, _) =
        resolve(&shop(), &[&format!("phone={A} email=li@x.cn"), &format!("phone={B} email=li@x.cn")]);
    assert_eq!(show(&partition), [format!("phone={A} phone={B} email=li@x.cn")]);
    let email = &partition.report().kinds[2];
    assert_eq!((email.joining, email.merged), (1, 1));
}

#[test]
fn a_family_phone_joins_no_two_members() {
    let rows = [
        &format!("member=M1 phone={A}"),
        &format!("member=M2 phone={A}"),
        &format!("phone={A}"),
        &format!("member=M1 phone={B}"),
    ];
    let (partition, profiles) = resolve(&shop(), &rows.map(String::as_str));
    // The phone is by itself: a row with nothing else says neither M1 nor M2.
    assert_eq!(show(&partition), [format!("member=M1 phone={B}"), "member=M2".into(), format!("phone={A}")]);
    assert_eq!(profiles, [0, 1, 2, 0]);
    assert!(partition.is_isolated(1, A) && !partition.is_isolated(1, B));

    let conflict = &partition.report().conflicts[0];
    assert_eq!(conflict.reason.code(), "identity.max_per_profile");
    let ConflictReason::MaxPerProfile { exceeded } = &conflict.reason else { unreachable!() };
    assert_eq!((exceeded[0].kind.as_str(), exceeded[0].found, exceeded[0].allowed), ("member", 2, 1));
    assert_eq!((conflict.kind.as_str(), conflict.n_values, conflict.n_profiles), ("phone", 1, 2));
    assert_eq!(conflict.values, ["139****01"], "phones are personal");
    assert_eq!(conflict.profiles, partition.ids()[..2]);
}

#[test]
fn an_isolated_phone_without_rows_of_its_own_is_no_profile() {
    let (partition, profiles) =
        resolve(&shop(), &[&format!("member=M1 phone={A}"), &format!("member=M2 phone={A}")]);
    assert_eq!(show(&partition), ["member=M1", "member=M2"]);
    assert_eq!(profiles, [0, 1]);
    assert_eq!(partition.profile_of(1, A), None);
    assert!(partition.is_isolated(1, A));
}

#[test]
fn a_shops_phone_is_shared() {
    let mut rows: Vec<String> = (0..50).map(|i| format!("member=M{i:02} phone={A}")).collect();
    rows.push(format!("phone={A} email=li@x.cn"));
    rows.push(format!("phone={A}"));
    let rows: Vec<&str> = rows.iter().map(String::as_str).collect();
    let (partition, profiles) = resolve(&shop(), &rows);
    // 50 members, the phone's own rows, and the e-mail address that was seen with nothing else to believe.
    assert_eq!(partition.len(), 52);
    assert_eq!(profiles[50..], [51, 50]);
    assert_eq!(show(&partition)[50..], [format!("phone={A}"), "email=li@x.cn".into()]);
    let conflict = &partition.report().conflicts[0];
    assert_eq!(conflict.reason, ConflictReason::TooManyProfiles { allowed: 3 });
    assert_eq!((conflict.n_profiles, conflict.profiles.len()), (50, 10));
    assert_eq!(partition.report().n_conflicts, 1);
}

#[test]
fn a_device_attaches_to_one_and_never_joins_two() {
    let (partition, profiles) = resolve(
        &shop(),
        &[
            "member=M1 device=D1",
            "device=D1",
            "member=M1 device=D2",
            "member=M2 device=D2",
            "device=D2",
            "device=D3",
        ],
    );
    assert_eq!(show(&partition), ["member=M1 device=D1", "member=M2", "device=D2", "device=D3"]);
    assert_eq!(profiles, [0, 0, 0, 1, 2, 3]);
    assert_eq!(partition.report().n_conflicts, 0, "two members at one device are no conflict");
    assert_eq!(partition.report().kinds[3].ambiguous, 1);

    let (partition, _) =
        resolve(&shop(), &["member=M1 device=D1", "member=M2 device=D1", "member=M3 device=D1"]);
    assert_eq!(partition.report().conflicts[0].reason, ConflictReason::TooManyProfiles { allowed: 2 });
    assert_eq!(partition.report().kinds[3].ambiguous, 0);
}

#[test]
fn a_weaker_weak_identifier_follows_a_stronger_one() {
    let kinds = rules(&[("member", strong()), ("device", weak()), ("cookie", weak())]);
    let (partition, profiles) = resolve(
        &kinds,
        &["device=D1 cookie=C1", "cookie=C1", "device=D1 cookie=C2", "device=D2 cookie=C2", "cookie=C2"],
    );
    assert_eq!(show(&partition), ["device=D1 cookie=C1", "device=D2", "cookie=C2"]);
    assert_eq!(profiles, [0, 0, 0, 1, 2]);

    // A row with a shared device follows its cookie.
    let (_, profiles) = resolve(
        &kinds,
        &["member=M1 device=D1", "member=M2 device=D1", "member=M1 cookie=C1", "device=D1 cookie=C1"],
    );
    assert_eq!(profiles, [0, 1, 0, 0]);
}

#[test]
fn too_many_phones_attach_to_nobody() {
    let kinds =
        rules(&[("member", strong()), ("phone", IdentifierDef { max_per_profile: Some(2), ..strong() })]);
    let (partition, profiles) = resolve(
        &kinds,
        &["member=M1 phone=1", "member=M1 phone=2", "member=M1 phone=3", "phone=3", "member=M2 phone=4"],
    );
    assert_eq!(show(&partition), ["member=M1", "member=M2 phone=4", "phone=3"]);
    assert_eq!(profiles, [0, 0, 0, 2, 1]);
    let conflict = &partition.report().conflicts[0];
    assert_eq!(conflict.values, ["1", "2", "3"]);
    let ConflictReason::MaxPerProfile { exceeded } = &conflict.reason else { unreachable!() };
    assert_eq!((exceeded[0].found, exceeded[0].allowed), (3, 2));
}

#[test]
fn joins_that_only_together_break_a_cap_are_all_refused() {
    // Each e-mail address joins M1 or M2 with the phone 9; both would join M1 with M2. The address e3 is no part of it,
    // e4 attaches to M1 whatever becomes of the others, and e5 would break the cap by itself.
    let kinds = rules(&[
        ("member", IdentifierDef { max_per_profile: Some(1), ..strong() }),
        ("phone", strong()),
        ("email", strong()),
    ]);
    let (partition, _) = resolve(
        &kinds,
        &[
            "member=M1 email=e1",
            "phone=9 email=e1",
            "member=M2 email=e2",
            "phone=9 email=e2",
            "member=M3 email=e3",
            "phone=8 email=e3",
            "member=M1 email=e4",
            "member=M1 email=e5",
            "member=M3 email=e5",
        ],
    );
    assert_eq!(
        show(&partition),
        ["member=M1 email=e4", "member=M2", "member=M3 phone=8 email=e3", "phone=9"]
    );
    let refused: Vec<_> = partition.report().conflicts.iter().map(|conflict| &conflict.values[..]).collect();
    assert_eq!(refused, [&["e1".to_owned(), "e2".to_owned()][..], &["e5".to_owned()][..]]);
}

#[test]
fn max_profiles_of_nothing_links_nothing() {
    let kinds =
        rules(&[("member", strong()), ("phone", IdentifierDef { max_profiles: Some(0), ..strong() })]);
    let (partition, profiles) = resolve(&kinds, &["member=M1 phone=1", "phone=1", "phone=2"]);
    assert_eq!(show(&partition), ["member=M1", "phone=1", "phone=2"]);
    assert_eq!(profiles, [0, 1, 2]);
    assert_eq!(partition.report().n_conflicts, 1);
}

#[test]
fn a_resolved_partition_stays_while_the_log_grows() {
    let shop = shop();
    let mut links = Links::new(&shop);
    let first = add(&mut links, &parse(&shop, &["member=M1", &format!("phone={A}")]));
    let before = links.resolve();
    let second = add(&mut links, &parse(&shop, &[&format!("member=M1 phone={A}")]));
    let after = links.resolve();
    assert_eq!(before.profiles_of(&first), [0, 1]);
    assert_eq!(after.profiles_of(&first), [0, 0]);
    assert_eq!(after.profiles_of(&second), [0]);
    assert_eq!(before.profiles_of(&second), [NO_PROFILE], "not known then");
    assert_eq!(before.ids()[0], after.ids()[0]);
}
