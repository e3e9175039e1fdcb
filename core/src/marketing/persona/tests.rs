//! Personas on made-up people, and what holds for any.

use proptest::prelude::*;

use super::effect::{Moments, cohens_d, cohens_h, cramers_v, eta_squared};
use super::{
    Cell, Encoding, FeatureName, Fitted, HowMany, KRange, Missing, Params, PersonaError, Scaling, fit,
};
use crate::marketing::Language;
use crate::value::{Column, ColumnBuilder, DataType, Value};

fn column(data_type: DataType, cells: &[Value]) -> Column {
    let mut builder = ColumnBuilder::new(data_type, cells.len());
    for cell in cells {
        builder.push(cell);
    }
    builder.finish()
}

fn texts(cells: &[&str]) -> Column {
    column(DataType::String, &cells.iter().map(|&text| Value::from(text)).collect::<Vec<_>>())
}

fn names(names: &[&str]) -> Vec<FeatureName> {
    names.iter().map(|&name| FeatureName::new(name)).collect()
}

fn close(found: f64, wanted: f64) {
    assert!((found - wanted).abs() <= 1e-12 * wanted.abs().max(1.0), "found {found}, wanted {wanted}");
}

#[test]
fn effects_are_those_of_the_books() {
    // Cohen 1988, by hand: means 5 and 3 of {4, 5, 6} and {2, 3, 4}, pooled deviation 1.
    let (a, b) = (Moments::of(&[4.0, 5.0, 6.0]), Moments::of(&[2.0, 3.0, 4.0]));
    close(cohens_d(a, b), 2.0);
    close(cohens_d(b, a), -2.0);
    let both = a.and(b);
    close(both.mean, 4.0);
    close(both.squares, 10.0);
    // Between 6 · 1, within 2 + 2.
    close(eta_squared(&[a, b]), 0.6);
    // 2 · (asin √.5 − asin √.25) = 2 · (π/4 − π/6)
    close(cohens_h(0.5, 0.25), std::f64::consts::PI / 6.0);
    // χ² of [[10, 20], [30, 5]] without correction by scipy 1.16 chi2_contingency: 18.726190…, n = 65.
    close(cramers_v(&[vec![10, 20], vec![30, 5]]), 0.536_745_040_121_693_2);
    close(cramers_v(&[vec![3, 0], vec![0, 9]]), 1.0);
    assert_eq!(cramers_v(&[vec![3, 4]]), 0.0);
    assert_eq!(cohens_d(Moments::of(&[1.0, 1.0]), Moments::of(&[2.0])), -10.0);
    assert_eq!(cohens_d(Moments::of(&[]), b), 0.0);
    assert_eq!(eta_squared(&[Moments::of(&[2.0, 2.0])]), 0.0);
}

/// Bargain hunters in one town, big spenders in another, and quiet ones.
fn shoppers() -> (Vec<FeatureName>, Vec<Column>) {
    let group = |i: i64| (i % 3) as usize;
    let number = |of: [f64; 3], step: f64| {
        let cells: Vec<Value> =
            (0..60).map(|i| Value::Float(of[group(i)] + step * ((i * 7) % 5) as f64)).collect();
        column(DataType::Float, &cells)
    };
    let city: Vec<&str> = (0..60).map(|i| ["Lyon", "Oslo", "Oslo"][group(i)]).collect();
    let app: Vec<Value> = (0..60).map(|i| Value::Bool(group(i) == 1 && i % 5 != 0)).collect();
    let columns = vec![
        number([20.0, 900.0, 15.0], 4.0),
        number([0.8, 0.1, 0.1], 0.02),
        texts(&city),
        column(DataType::Bool, &app),
    ];
    (names(&["spend", "coupon_share", "city", "app"]), columns)
}

#[test]
fn shoppers_fall_into_three() {
    let (names, columns) = shoppers();
    let params = Params::default().with_k(HowMany::Best(KRange { from: 2, to: 5 }));
    // Without the truth value, which parts the big spenders once more.
    let chosen = fit(&params, &names[..3], &columns[..3]).unwrap();
    assert_eq!(chosen.personas.len(), 3);
    assert_eq!(chosen.choice.len(), 4);
    assert!(chosen.silhouette.unwrap() > 0.6 && chosen.stability.unwrap() > 0.9, "{:?}", chosen.choice);
    let params = params.with_k(HowMany::Exactly(3));
    let fitted = fit(&params, &names, &columns).unwrap();
    let assigned = fitted.assign(&columns).unwrap();
    for row in 0..60 {
        let same = assigned[row].unwrap().persona == assigned[row % 3].unwrap().persona;
        assert!(same, "row {row}");
    }
    let spender = &fitted.personas[assigned[1].unwrap().persona];
    assert!(spender.name.contains("high spend"), "{}", spender.name);
    let hunter = &fitted.personas[assigned[0].unwrap().persona];
    assert!(
        hunter.name.contains("high coupon_share") || hunter.name.contains("city Lyon"),
        "{}",
        hunter.name
    );
    let lyon = hunter.traits.iter().find(|found| found.feature == "city").unwrap();
    assert_eq!(
        (lyon.level.clone(), lyon.inside, lyon.outside),
        (Cell::Text("Lyon".into()), Some(1.0), Some(0.0))
    );
    close(lyon.effect, std::f64::consts::PI);
    let app = spender.traits.iter().find(|found| found.feature == "app").unwrap();
    close(app.inside.unwrap(), 0.8);
    // A typical member is one of them: its values give the smallest distance.
    let Cell::Number(spend) = spender.typical[0] else { panic!("{:?}", spender.typical) };
    assert!((900.0..=916.0).contains(&spend));
    assert!(fitted.separation.iter().all(|found| (0.0..=1.0).contains(&found.value)));
    assert!(fitted.separation.is_sorted_by(|a, b| a.value >= b.value));

    let zh = fit(&params.with_language(Language::Zh), &names, &columns).unwrap();
    assert!(zh.personas.iter().any(|persona| persona.name.contains("高spend")));
}

#[test]
fn explanations_add_up() {
    let (names, columns) = shoppers();
    let fitted = fit(&Params::default().with_k(HowMany::Exactly(3)), &names, &columns).unwrap();
    for row in 0..60 {
        let why = fitted.explain(&columns, row).unwrap().unwrap();
        assert_eq!(fitted.assign(&columns).unwrap()[row], Some(why.assigned));
        let sum: f64 = why.contributions.iter().map(|part| part.nearer).sum();
        // margin = (next − own) / next
        let (own, margin) = (why.assigned.distance, why.assigned.margin.unwrap());
        if own > 1e-3 {
            let next = own / (1.0 - margin);
            assert!((sum - (next * next - own * own)).abs() < 1e-9 * (1.0 + next * next));
        }
        assert!((0.0..=1.0).contains(&why.assigned.typical));
    }
    assert!(fitted.explain(&columns, 60).unwrap().is_none());
    // The typical member of a group is at the smallest distance: everybody is at least as far.
    let one: Vec<Column> = fitted
        .features
        .iter()
        .zip(&fitted.personas[0].typical)
        .map(|(feature, cell)| {
            let (data_type, value) = match cell {
                Cell::Number(number) => (DataType::Float, Value::Float(*number)),
                Cell::Flag(flag) => (DataType::Bool, Value::Bool(*flag)),
                Cell::Text(text) => (DataType::String, Value::from(text.as_str())),
                Cell::Missing => panic!("{} is missing", feature.name.name),
            };
            column(data_type, &[value])
        })
        .collect();
    let assigned = fitted.assign(&one).unwrap()[0].unwrap();
    assert_eq!((assigned.persona, assigned.typical), (0, 1.0));
}

#[test]
fn scales() {
    let skewed = column(DataType::Int, &(0..40).map(|i| Value::Int(1 << (i / 2))).collect::<Vec<_>>());
    let constant = column(DataType::Int, &vec![Value::Int(7); 40]);
    let names = names(&["skewed", "constant"]);
    let of = |scale| {
        let params = Params::default().with_scale(scale).with_k(HowMany::Exactly(2));
        fit(&params, &names, &[skewed.clone(), constant.clone()]).unwrap()
    };
    let log = |fitted: &Fitted| matches!(fitted.features[0].encoding, Encoding::Number { log: true, .. });
    assert!(log(&of(Scaling::Auto)) && log(&of(Scaling::LogZScore)));
    assert!(!log(&of(Scaling::ZScore)) && !log(&of(Scaling::None)));
    let Encoding::Number { mean, deviation, .. } = of(Scaling::ZScore).features[1].encoding else {
        panic!("a number")
    };
    assert_eq!((mean, deviation), (7.0, 1.0));
    // np.log1p(x).mean(), .std() of x = 2 ** (i // 2), numpy 2.4.6
    let Encoding::Number { mean, deviation, .. } = of(Scaling::Auto).features[0].encoding else {
        panic!("a number")
    };
    close(mean, 6.662_999_311_613_004);
    close(deviation, 3.886_149_019_824_181_5);
}

#[test]
fn missing_values() {
    let spend = column(DataType::Float, &[1.0.into(), 2.0.into(), Value::Null, 90.0.into(), 95.0.into()]);
    let names = names(&["spend"]);
    let filled =
        fit(&Params::default().with_k(HowMany::Exactly(2)), &names, std::slice::from_ref(&spend)).unwrap();
    assert_eq!((filled.n, filled.n_left_out), (5, 0));
    // The median of 1, 2, 90, 95.
    assert!(matches!(filled.features[0].encoding, Encoding::Number { median: 46.0, .. }));
    let params = Params::default().with_k(HowMany::Exactly(2)).with_missing(Missing::LeaveOut);
    let left_out = fit(&params, &names, std::slice::from_ref(&spend)).unwrap();
    assert_eq!((left_out.n, left_out.n_left_out), (4, 1));
    let assigned = left_out.assign(std::slice::from_ref(&spend)).unwrap();
    assert_eq!(assigned.iter().filter(|a| a.is_none()).count(), 1);
    assert!(left_out.explain(&[spend], 2).unwrap().is_none());
}

#[test]
fn what_cannot_be() {
    let one = |column: Column| fit(&Params::default(), &names(&["a"]), &[column]);
    let code = |result: Result<Fitted, PersonaError>| result.unwrap_err().code();
    assert_eq!(code(one(Column::nulls(DataType::Date, 3))), "persona.feature_type");
    assert_eq!(code(one(Column::nulls(DataType::Int, 0))), "persona.nobody");
    assert_eq!(code(fit(&Params::default(), &[], &[])), "persona.no_features");
    assert_eq!(code(fit(&Params::default(), &names(&["a"]), &[])), "persona.column_count");
    let ints = |n| Column::nulls(DataType::Int, n);
    assert_eq!(
        code(fit(&Params::default(), &names(&["a", "b"]), &[ints(2), ints(3)])),
        "persona.column_length"
    );
    assert_eq!(
        code(fit(&Params::default(), &names(&["a", "a"]), &[ints(2), ints(2)])),
        "persona.duplicate_feature"
    );
    for params in [
        Params::default().with_k(HowMany::Exactly(0)),
        Params::default().with_k(HowMany::Best(KRange { from: 1, to: 3 })),
        Params::default().with_k(HowMany::Best(KRange { from: 3, to: 2 })),
        Params::default().with_gamma(Some(f64::NAN)),
    ] {
        assert_eq!(params.check().unwrap_err().code(), "persona.parameter");
    }
    // Nothing known at all, one person, everybody equal: one persona.
    for column in [ints(3), column(DataType::Int, &[4.into()]), column(DataType::Int, &[4.into(), 4.into()])]
    {
        let fitted = one(column).unwrap();
        assert_eq!(fitted.personas.len(), 1);
        assert_eq!(fitted.personas[0].name, "average");
        assert_eq!(fitted.silhouette, None);
    }
    let fitted = one(column(DataType::Int, &[1.into(), 9.into()])).unwrap();
    assert_eq!(fitted.assign(&[texts(&["x"])]).unwrap_err().code(), "persona.column_type");
    // Far out, and of no size at all.
    let wild = column(DataType::Float, &[1e149.into(), (-1e149).into(), 3.0.into(), f64::INFINITY.into()]);
    assert!(one(wild.clone()).is_ok());
    assert!(fit(&Params::default().with_scale(Scaling::None), &names(&["a"]), &[wild]).is_ok());
}

/// People: a number, a truth value, a text.
type Person = (Option<f64>, Option<bool>, Option<u8>);

fn people() -> impl Strategy<Value = Vec<Person>> {
    let number = prop_oneof![5 => (0i32..8).prop_map(|n| Some(f64::from(n))), 2 => (-1e6f64..1e6).prop_map(Some), 1 => Just(None)];
    let person = (number, prop::option::of(any::<bool>()), prop::option::of(0u8..5));
    prop::collection::vec(person, 1..40)
}

fn columns(people: &[Person]) -> Vec<Column> {
    let cells = |of: &dyn Fn(&Person) -> Value| people.iter().map(of).collect::<Vec<_>>();
    vec![
        column(DataType::Float, &cells(&|p| p.0.map_or(Value::Null, Value::Float))),
        column(DataType::Bool, &cells(&|p| p.1.map_or(Value::Null, Value::Bool))),
        column(
            DataType::String,
            &cells(&|p| p.2.map_or(Value::Null, |t| Value::from(format!("t{t}").as_str()))),
        ),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    /// The same bytes from any order of people, on any number of threads.
    #[test]
    fn order_and_threads_do_not_show(people in people(), turn in 0usize..40, k in 1u32..4) {
        let params = Params::default().with_k(HowMany::Exactly(k));
        let names = names(&["n", "b", "t"]);
        let on = |threads: usize, people: &[Person]| {
            let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
            pool.install(|| serde_json::to_string(&fit(&params, &names, &columns(people)).unwrap()).unwrap())
        };
        let mut turned = people.clone();
        turned.rotate_left(turn % people.len());
        turned.reverse();
        prop_assert_eq!(on(1, &people), on(3, &turned));
    }

    /// What was learnt goes through JSON, and says of one person alone what it says among all.
    #[test]
    fn one_alone_is_as_among_all(people in people()) {
        let names = names(&["n", "b", "t"]);
        let params = Params::default().with_k(HowMany::Exactly(3));
        let fitted = fit(&params, &names, &columns(&people)).unwrap();
        let text = serde_json::to_string(&fitted).unwrap();
        let read: Fitted = serde_json::from_str(&text).unwrap();
        prop_assert!(read.is_sound());
        prop_assert_eq!(&read, &fitted);
        let all = read.assign(&columns(&people)).unwrap();
        for (row, person) in people.iter().enumerate() {
            prop_assert_eq!(read.assign(&columns(std::slice::from_ref(person))).unwrap()[0], all[row]);
        }
        let mut seen: Vec<&str> = fitted.personas.iter().map(|p| p.name.as_str()).collect();
        seen.sort_unstable();
        seen.dedup();
        prop_assert_eq!(seen.len(), fitted.personas.len());
    }
}
