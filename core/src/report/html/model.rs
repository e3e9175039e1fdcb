//! A probability: how it is spread, and how good its model is.

use crate::predict::{Calibrate, FeatureCard, LearnerKind, ModelCard, SliceCard, Space};
use crate::report::html::chart;
use crate::report::html::element::{Element, div, el, span};
use crate::report::html::overview::Population;
use crate::report::html::words::Words;
use crate::report::html::{format, page};
use crate::report::{Edge, Histogram, Overview};
use crate::time::Zone;

/// How many features the card names.
const TOP_FEATURES: usize = 10;

pub(super) fn population(
    card: &ModelCard,
    probabilities: &Histogram,
    population: &Population<'_>,
) -> Element {
    let Population { overview, zone, words } = *population;
    let percent = |edge: Edge| match edge {
        Edge::Number(n) => format::percent(n),
        other @ Edge::Day(_) => format::edge(other),
    };
    let title = words.pick("Probability over the population", "全体概率分布");
    let line = format!(
        "{} {}",
        words.pick("line: threshold of the label", "竖线：判定阈值"),
        format::percent(card.threshold)
    );
    let spread = div("")
        .with(el("h4").text(title))
        .with(chart::histogram(probabilities, words, &percent, Some(card.threshold.clamp(0.0, 1.0))))
        .with(el("p").class("tl-note").text(line));
    let mut body = div("tl-dist").with(div("tl-columns").with(spread).with(measures(card, words)));
    for refusal in &card.accepted {
        let text = words.pick("Accepted in spite of: ", "已豁免的检查：");
        body = body.with(el("p").class("tl-alert").text(text).text(refusal));
    }
    body.with(div("tl-columns").with(features(card, overview, words)).with(plots(card, words))).with(
        page::folded(span("", words.pick("How it was learnt", "学习过程")), [slices(card, zone, words)]),
    )
}

fn measures(card: &ModelCard, words: Words) -> Element {
    let measures = &card.measures;
    let auc = &measures.auc;
    let interval = format!("{} – {}", format::measure(auc.lower), format::measure(auc.upper));
    let lift = measures.lift.iter().find(|lift| lift.share == 0.1).map_or(f64::NAN, |lift| lift.lift);
    let recall = format!(
        "{} / {}",
        card.label.precision.map_or("–".to_owned(), format::percent),
        format::percent(card.label.recall)
    );
    let items = [
        (
            "Brier",
            format::measure(measures.brier),
            format!("{} {}", words.pick("base rate", "基准"), format::measure(measures.base_rate_brier)),
        ),
        (
            words.pick("Lift at 10%", "前10%提升"),
            if lift.is_finite() { format!("{lift:.2}×") } else { "–".to_owned() },
            String::new(),
        ),
        ("KS", format::measure(measures.ks), String::new()),
        (words.pick("Calibration error", "校准误差"), format::percent(measures.ece), String::new()),
        (words.pick("Precision / recall", "精确率 / 召回率"), recall, String::new()),
        (
            words.pick("Learner", "学习器"),
            learner(card.learner, words).to_owned(),
            calibration(card.calibration, words).to_owned(),
        ),
    ];
    let item = |(name, value, note): (&str, String, String)| {
        div("tl-stat")
            .with(el("dt").text(name))
            .with(el("dd").text(value).with(span("tl-note", format!(" {note}"))))
    };
    // From a coin toss to perfect.
    let at = |auc: f64| ((auc - 0.5) * 200.0).clamp(0.0, 100.0);
    let said = format!("AUC {} ({interval})", format::measure(auc.value));
    let mut scale = el("svg")
        .class("tl-interval")
        .attr("viewBox", "0 0 100 10")
        .attr("preserveAspectRatio", "none")
        .attr("role", "img")
        .attr("aria-label", said)
        .with(el("rect").class("tl-rail").attr("x", 0).attr("y", 4).attr("width", 100).attr("height", 2));
    let width = format!("{:.1}", (at(auc.upper) - at(auc.lower)).max(0.8));
    scale = scale
        .with(
            el("rect")
                .class("tl-range")
                .attr("x", format!("{:.1}", at(auc.lower)))
                .attr("y", 2)
                .attr("width", width)
                .attr("height", 6),
        )
        .with(
            el("rect")
                .class("tl-point")
                .attr("x", format!("{:.1}", at(auc.value) - 0.4))
                .attr("y", 0)
                .attr("width", "0.8")
                .attr("height", 10),
        );
    let ends = div("tl-axis").attr("aria-hidden", "true").with(span("", "0.5")).with(span("", "1"));
    div("")
        .with(el("h4").text(words.pick("How good it is on rows it has never seen", "在未见过数据上的表现")))
        .with(
            el("p")
                .class("tl-auc")
                .text("AUC ")
                .with(el("b").text(format::measure(auc.value)))
                .with(span("tl-note", format!(" {interval} (95%)"))),
        )
        .with(scale)
        .with(ends)
        .with(el("dl").class("tl-stats").with_all(items.into_iter().map(item)))
}

fn features(card: &ModelCard, overview: &Overview, words: Words) -> Element {
    let title = words.pick("What it looks at", "主要特征");
    let largest = card.features.iter().map(|f| f.importance).fold(0.0, f64::max);
    let tags = || overview.layers.iter().flat_map(|layer| &layer.tags);
    let label = |feature: &FeatureCard| {
        let tag = tags().find(|tag| tag.name == feature.name);
        tag.and_then(|tag| tag.definition.title.clone()).unwrap_or_else(|| feature.name.clone())
    };
    let heads = [
        words.pick("feature", "特征"),
        words.pick("importance", "重要性"),
        words.pick("AUC alone", "单独AUC"),
        words.pick("missing", "缺失"),
    ];
    let mut body = el("tbody");
    for feature in card.features.iter().take(TOP_FEATURES) {
        let width = if largest > 0.0 { feature.importance / largest * 100.0 } else { 0.0 };
        let bar = div("tl-track").with(div("tl-fill").attr("style", format!("width:{width:.1}%")));
        let name = span("tl-clip", label(feature)).attr("title", &feature.name);
        body = body.with(
            el("tr")
                .with(el("th").attr("scope", "row").with(name).with(bar))
                .with(el("td").class("tl-n").text(format::number(feature.importance)))
                .with(el("td").class("tl-n").text(format::measure(feature.auc_alone)))
                .with(el("td").class("tl-n").text(format::percent(feature.missing_share))),
        );
    }
    let head = |(at, text): (usize, &str)| {
        el("th").attr("scope", "col").class(if at > 0 { "tl-n" } else { "" }).text(text)
    };
    let table = el("table")
        .class("tl-table tl-features")
        .with(el("thead").with(el("tr").with_all(heads.into_iter().enumerate().map(head))))
        .with(body);
    let space = match card.space {
        Space::LogOdds => words.pick("importance in log-odds", "重要性以对数几率计"),
        Space::Probability => words.pick("importance in probability", "重要性以概率计"),
    };
    let hidden = card.features.len().saturating_sub(TOP_FEATURES);
    let more = if hidden > 0 {
        format!(" · … {hidden} {}", words.pick("more", "项未列出"))
    } else {
        String::new()
    };
    div("")
        .with(el("h4").text(title))
        .with(
            div("tl-scroll").attr("tabindex", 0).attr("role", "region").attr("aria-label", title).with(table),
        )
        .with(el("p").class("tl-note").text(space).text(more))
}

fn plots(card: &ModelCard, words: Words) -> Element {
    let bins = &card.measures.reliability;
    let reliability: Vec<(f64, f64)> =
        bins.iter().map(|bin| (bin.mean_probability, bin.observed_rate)).collect();
    let mut gains = vec![(0.0, 0.0)];
    gains.extend(card.measures.gains.iter().map(|gain| (gain.share, gain.captured)));
    let predicted = [words.pick("predicted", "预测"), words.pick("observed", "实际")];
    let captured = [words.pick("profiles", "画像"), words.pick("positives", "正例")];
    div("tl-plots")
        .with(chart::curve(&reliability, words.pick("Calibration", "校准"), predicted))
        .with(chart::curve(&gains, words.pick("Gains", "累积增益"), captured))
}

fn slices(card: &ModelCard, zone: &Zone, words: Words) -> Element {
    let title = words.pick("Slices of time", "时间切片");
    let heads = [
        words.pick("slice", "切片"),
        words.pick("cutoffs", "截止日"),
        words.pick("rows", "行数"),
        words.pick("positives", "正例"),
        words.pick("rate", "正例率"),
    ];
    let row = |(name, slice): (&str, &SliceCard)| {
        let cutoffs: Vec<String> = slice.cutoffs.iter().map(|at| zone.date_at(*at).to_string()).collect();
        vec![
            name.to_owned(),
            cutoffs.join(", "),
            format::count(slice.rows as u64),
            format::count(slice.positives as u64),
            format::percent(slice.prevalence),
        ]
    };
    let slices = [
        (words.pick("train", "训练"), &card.train),
        (words.pick("validation", "验证"), &card.validation),
        (words.pick("test", "测试"), &card.test),
    ];
    let candidates = card.candidates.iter().map(|candidate| {
        format!("{} {}", learner(candidate.learner, words), format::measure(candidate.validation_auc))
    });
    let tried = format!(
        "{}: {} · {} {}",
        words.pick("AUC on the validation slice", "验证集AUC"),
        candidates.collect::<Vec<_>>().join(", "),
        words.pick("seed", "随机种子"),
        card.params.seed
    );
    div("")
        .with(page::table(title, &heads, 2, slices.into_iter().map(row)))
        .with(el("p").class("tl-note").text(tried))
}

/// The name of a kind of model.
pub(super) fn learner(kind: LearnerKind, words: Words) -> &'static str {
    match kind {
        LearnerKind::Auto => words.pick("automatic", "自动"),
        LearnerKind::Logistic => words.pick("logistic regression", "逻辑回归"),
        LearnerKind::Forest => words.pick("random forest", "随机森林"),
    }
}

fn calibration(calibration: Calibrate, words: Words) -> &'static str {
    match calibration {
        Calibrate::Auto => words.pick("calibrated", "自动校准"),
        Calibrate::None => words.pick("not calibrated", "未校准"),
        Calibrate::Platt => words.pick("Platt calibration", "Platt 校准"),
        Calibrate::Isotonic => words.pick("isotonic calibration", "保序校准"),
    }
}
