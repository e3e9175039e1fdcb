//! The plots of what customers bring and think: concentration, features, levels.

use crate::marketing::kano::Category;
use crate::marketing::value_tier::Concentration;
use crate::report::html::format;
use crate::report::html::plot::axis::Axis;
use crate::report::html::plot::{Colour, Layer, Plot, Spot};
use crate::time::{LocalClock, TimeRange, Timestamp, Zone};

/// How high the area is where both axes are shares, in pixels.
const SHARES: f64 = 420.0;
const MICROS_PER_DAY: f64 = 86_400e6;

/// A feature in the plot of a survey, [`Plot::kano`].
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub struct KanoPoint {
    /// Its name.
    pub label: String,
    /// How much it can please, 0 to 1.
    pub better: f64,
    /// How much its absence hurts, −1 to 0.
    pub worse: f64,
    /// Its category, which gives it a colour.
    pub category: Option<Category>,
}

impl KanoPoint {
    /// A feature.
    pub fn new(label: impl Into<String>, better: f64, worse: f64, category: Option<Category>) -> Self {
        Self { label: label.into(), better, worse, category }
    }
}

impl Plot {
    /// The Lorenz curve: the share of the value that the share of customers with the smallest values has, beside the line
    /// where all have the same. Where there is no curve (no value above 0), the title says so; where values
    /// below 0 are kept, the axis begins below 0, too.
    pub fn lorenz(spread: &Concentration) -> Self {
        let title = match spread.gini() {
            Some(gini) => format!("Lorenz curve, Gini {}", format::measure(gini)),
            None => "No value above 0: no Lorenz curve".to_owned(),
        };
        let x = Axis::shares("share of customers, from the smallest value");
        let curve = spread.curve(201);
        let least = curve.iter().map(|(_, share)| *share).fold(0.0, f64::min);
        let mut plot = Self::new(&title, x, Axis::shares_from("share of the value", least));
        plot.height = SHARES;
        plot.summary = format!("{} customers", format::count(spread.n as u64));
        let best = spread.top_share(0.2).map(|share| (share, format::percent(share)));
        if !curve.is_empty() {
            let points = curve.iter().map(|(x, y)| (*x, *y, *x)).collect();
            plot.layers.push(Layer::Band {
                name: String::new(),
                colour: Colour::First,
                opacity: 0.15,
                points,
            });
        }
        plot.push_line("all the same", Colour::Neutral, true, vec![(0.0, 0.0), (1.0, 1.0)]);
        if !curve.is_empty() {
            plot.push_line("customers", Colour::First, false, curve);
        }
        if let Some((share, percent)) = best {
            let said = format!("the best 20% have {percent}");
            plot.summary = format!("{}; {said}", plot.summary);
            let spots = vec![Spot { x: 0.8, y: 1.0 - share, label: said.clone(), said }];
            plot.layers.push(Layer::Spots { name: String::new(), colour: Colour::First, spots });
        }
        plot
    }

    /// Features by how much they can please (up) and how much their absence hurts (right), in four quadrants: attractive,
    /// one-dimensional, indifferent, must-be. Colours are the categories. Features beyond 0 and 1 stand at the edge, those
    /// without numbers (NaN) are left out.
    ///
    /// ```
    /// use tagloom::marketing::kano::Category;
    /// use tagloom::report::{KanoPoint, Plot};
    ///
    /// let features = [
    ///     KanoPoint::new("delivery on time", 0.35, -0.8, Some(Category::MustBe)),
    ///     KanoPoint::new("gift wrap", 0.7, -0.1, Some(Category::Attractive)),
    /// ];
    /// let svg = Plot::kano(&features).to_svg();
    /// assert!(svg.contains("gift wrap: attractive, better 0.70, worse −0.10"));
    /// ```
    pub fn kano(points: &[KanoPoint]) -> Self {
        let (x, y) = (Axis::shares("absence hurts (− worse)"), Axis::shares("presence pleases (better)"));
        let mut plot = Self::new("Features by what they do to people", x, y);
        plot.height = SHARES;
        plot.layers.push(Layer::Quadrants(["attractive", "one-dimensional", "indifferent", "must-be"]));
        let mut all = Vec::new();
        for category in Category::ALL.into_iter().map(Some).chain([None]) {
            let of_category = points.iter().filter(|point| point.category == category);
            let known = of_category.filter(|point| !point.better.is_nan() && !point.worse.is_nan());
            let name = category.map_or("no category".to_owned(), |known| known.name().replace('_', "-"));
            let spots: Vec<Spot> = known.map(|point| spot(point, &name)).collect();
            if !spots.is_empty() {
                all.extend(spots.iter().map(|spot| spot.said.clone()));
                plot.layers.push(Layer::Spots { name, colour: colour(category), spots });
            }
        }
        plot.summary = all.join("; ");
        plot
    }

    /// How many members have each level, from one instant to another: areas, one upon the other. `levels` are the names
    /// from the lowest up, `counts` by instant as [`Members::counts`](crate::marketing::membership::Members::counts) gives
    /// them, beside the names the numbers at the last instant. Levels that nobody ever had are left out.
    pub fn levels(levels: &[&str], instants: &[Timestamp], counts: &[Vec<u64>], zone: &Zone) -> Self {
        let days = days(instants, zone);
        let largest = counts.iter().map(|row| row.iter().sum::<u64>() as f64);
        let y = Axis::counts("members", largest);
        let mut plot = Self::new("Members by level", Axis::days("", &days), y);
        let mut below = vec![0; counts.len()];
        let mut all = Vec::new();
        for (place, name) in std::iter::once("no level").chain(levels.iter().copied()).enumerate() {
            let of = |row: &Vec<u64>| row.get(place).copied().unwrap_or(0);
            if counts.iter().all(|row| of(row) == 0) {
                continue;
            }
            let above: Vec<u64> = counts.iter().zip(&below).map(|(row, below)| below + of(row)).collect();
            let between = below.iter().zip(&above).map(|(low, high)| (*low as f64, *high as f64));
            let points = days.iter().zip(between).map(|(day, (low, high))| (*day, low, high)).collect();
            let name = format!("{name}: {}", format::count(counts.last().map_or(0, of)));
            let colour = place.checked_sub(1).map_or(Colour::Neutral, Colour::nth);
            all.push(name.clone());
            plot.layers.push(Layer::Band { name, colour, opacity: 0.8, points });
            below = above;
        }
        plot.summary = all.join("; ");
        plot
    }
}

fn spot(point: &KanoPoint, category: &str) -> Spot {
    let KanoPoint { label, better, worse, .. } = point;
    let worse_text = format!("{worse:.2}").replace('-', "−");
    let said = format!("{label}: {category}, better {better:.2}, worse {worse_text}");
    Spot { x: -worse, y: *better, label: label.clone(), said }
}

fn colour(category: Option<Category>) -> Colour {
    match category {
        Some(Category::OneDimensional) => Colour::First,
        Some(Category::MustBe) => Colour::Second,
        Some(Category::Attractive) => Colour::Third,
        Some(Category::Reverse) => Colour::Fourth,
        Some(Category::Questionable) => Colour::Fifth,
        Some(Category::Indifferent) | None => Colour::Neutral,
    }
}

/// What the clocks of a zone show, in days since 1970.
fn days(instants: &[Timestamp], zone: &Zone) -> Vec<f64> {
    let (Some(from), Some(to)) = (instants.iter().min(), instants.iter().max()) else { return Vec::new() };
    let clock = LocalClock::new(zone, TimeRange { from: *from, to: *to });
    instants.iter().map(|instant| clock.wall(instant.micros()) as f64 / MICROS_PER_DAY).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::marketing::value_tier::Negatives;

    #[test]
    fn a_lorenz_curve_says_what_the_best_have() {
        // By hand: the best of five has 70 of 100, and the Gini coefficient is
        // (−4·3 − 2·4 + 0·8 + 2·15 + 4·70)/(5·100) = 290/500.
        let values = [70.0, 15.0, 8.0, 4.0, 3.0].map(Some);
        let svg = Plot::lorenz(&Concentration::of(&values, Negatives::Zero)).to_svg();
        assert!(svg.contains(">Lorenz curve, Gini 0.580<"), "{svg}");
        assert!(svg.contains(">the best 20% have 70%<"), "{svg}");
        let none = Plot::lorenz(&Concentration::of(&[], Negatives::Zero)).to_svg();
        assert!(none.contains(">No value above 0: no Lorenz curve<") && !none.contains("NaN"), "{none}");
    }

    #[test]
    fn features_stand_where_they_please_and_hurt() {
        let points = [
            KanoPoint::new("a < b", 0.75, -0.25, Some(Category::Attractive)),
            KanoPoint::new("beyond", 2.0, f64::NEG_INFINITY, Some(Category::MustBe)),
            KanoPoint::new("nowhere", f64::NAN, -0.5, None),
        ];
        let svg = Plot::kano(&points).to_svg();
        // A quarter of 66 to 620 from the left; a quarter of 66 to 486 from the top.
        assert!(svg.contains(r#"cx="204.5" cy="171""#), "{svg}");
        assert!(svg.contains(r#"cx="620" cy="66""#), "{svg}");
        assert!(svg.contains("a &lt; b: attractive, better 0.75, worse −0.25"), "{svg}");
        assert!(!svg.contains("nowhere") && !svg.contains("NaN"), "{svg}");
    }

    #[test]
    fn texts_of_features_at_one_place_give_way() {
        let points: Vec<KanoPoint> =
            (0..100).map(|i| KanoPoint::new(format!("f{i}"), 0.5, -0.5, None)).collect();
        let svg = Plot::kano(&points).to_svg();
        let heights = |svg: &str| -> Vec<f64> {
            let texts = svg.split("<text ").filter(|text| text.contains(">f"));
            texts.filter_map(|text| text.split("y=\"").nth(1)?.split('"').next()?.parse().ok()).collect()
        };
        let mut heights = heights(&svg);
        heights.sort_by(f64::total_cmp);
        assert_eq!(svg.matches("<circle").count(), 100);
        assert!(heights.len() > 5 && heights.windows(2).all(|pair| pair[1] - pair[0] >= 14.0), "{heights:?}");
    }

    #[test]
    fn levels_stand_one_upon_the_other() {
        let day = |text: &str| Zone::utc().parse(text).unwrap();
        let instants = [day("2025-01-01"), day("2025-07-01")];
        let counts = [vec![0, 10, 0, 0], vec![0, 6, 0, 4]];
        let svg = Plot::levels(&["basic", "silver", "gold & up"], &instants, &counts, &Zone::utc()).to_svg();
        assert!(svg.contains(">basic: 6<") && svg.contains(">gold &amp; up: 4<"), "{svg}");
        assert!(!svg.contains("silver") && !svg.contains("no level"), "{svg}");
        // 6 and 10 of 10 at the right end, 66 to 350 from the top: at 350 − 170.4 and at 66.
        assert!(svg.contains(r#"points="66,66 620,179.6 620,66 66,66""#), "{svg}");
        assert!(svg.contains(">2025-04<"), "{svg}");
    }

    #[test]
    fn many_levels_have_several_lines_of_legend() {
        let names: Vec<String> = (0..12).map(|i| format!("a level with a name {i}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        let at = [Timestamp::from_micros(0)];
        let svg = Plot::levels(&names, &at, &[vec![1; 13]], &Zone::utc()).to_svg();
        let heights = svg.split("<text ").filter(|text| text.contains(">a level"));
        let mut heights: Vec<&str> = heights.filter_map(|text| text.split('"').nth(3)).collect();
        heights.dedup();
        assert!(heights.len() > 1, "{svg}");
        // 20 pixels a line more.
        assert!(svg.contains(&format!(r#"viewBox="0 0 640 {}""#, 400 + 20 * (heights.len() - 1))), "{svg}");
        for (instants, counts) in [(&[][..], &[][..]), (&at[..], &[][..]), (&[][..], &[vec![3]][..])] {
            assert!(!Plot::levels(&["a"], instants, counts, &Zone::utc()).to_svg().contains("NaN"));
        }
    }
}
