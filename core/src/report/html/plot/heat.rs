//! Tables whose cells are shaded: how many went from one class to another.

use crate::marketing::rfm::{Move, SegmentMap};
use crate::report::html::element::{Element, el};
use crate::report::html::format;
use crate::report::html::plot::axis::Axis;
use crate::report::html::plot::draw::{FONT, INK, SOFT, at, text, width};
use crate::report::html::plot::{Colour, Plot};

/// Of a cell, at least: a number of five digits has room in it.
const CELL_WIDTH: f64 = 52.0;
const CELL_HEIGHT: f64 = 38.0;
/// Above the names of the columns: the title, and what the columns are.
const HEAD: f64 = 64.0;
/// Around everything.
const EDGE: f64 = 20.0;
/// Names of columns have at most so many lines.
const MOST_LINES: usize = 3;

/// A table of counts, row by row.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Heat {
    rows: Vec<String>,
    columns: Vec<String>,
    counts: Vec<Vec<u64>>,
}

impl Plot {
    /// How customers moved between segments, from [`migration`](crate::marketing::rfm::migration): a row a segment before, a
    /// column a segment after. Each cell says how many, and which share of its row that is, which is also its shade; the
    /// edge marks who stayed. Segments come in `order`, others after them: those of the built-in maps as these have them, the
    /// rest by name, and last those who are in none.
    ///
    /// ```
    /// use tagloom::marketing::rfm::migration;
    /// use tagloom::report::Plot;
    ///
    /// let before = [("ann", Some("New")), ("bob", Some("New")), ("cid", Some("Lost"))];
    /// let after = [("ann", Some("Loyal")), ("bob", Some("New"))];
    /// let svg = Plot::migration(&migration(before, after), &[]).to_svg();
    /// assert!(svg.contains("New → Loyal: 1 of 2 (50%)"));
    /// ```
    pub fn migration(moves: &[Move], order: &[&str]) -> Self {
        let mut plot = Self::new(
            "Customers who moved",
            Axis::categories("to", Vec::new()),
            Axis::categories("from", Vec::new()),
        );
        let names = |of: fn(&Move) -> &Option<String>| {
            let mut names: Vec<Option<&str>> = moves.iter().map(|m| of(m).as_deref()).collect();
            names.sort_by(|a, b| rank(*a, order).cmp(&rank(*b, order)).then(a.cmp(b)));
            names.dedup();
            names
        };
        let (rows, columns) = (names(|m| &m.from), names(|m| &m.to));
        let mut counts = vec![vec![0u64; columns.len()]; rows.len()];
        for moved in moves {
            let row = rows.iter().position(|name| *name == moved.from.as_deref());
            let column = columns.iter().position(|name| *name == moved.to.as_deref());
            if let Some(cell) = row.zip(column).and_then(|(row, column)| counts.get_mut(row)?.get_mut(column))
            {
                *cell += moved.customers;
            }
        }
        let all: u64 = moves.iter().map(|m| m.customers).sum();
        let stays = |m: &&Move| m.from.is_some() && m.from == m.to;
        let stayed: u64 = moves.iter().filter(stays).map(|m| m.customers).sum();
        plot.summary = format!(
            "{} customers, {} of them in the same segment",
            format::count(all),
            format::count(stayed)
        );
        let owned = |names: Vec<Option<&str>>| {
            names.into_iter().map(|name| name.unwrap_or(NO_SEGMENT).to_owned()).collect::<Vec<_>>()
        };
        plot.heat = Some(Heat { rows: owned(rows), columns: owned(columns), counts });
        plot
    }
}

const NO_SEGMENT: &str = "no segment";
const NOTE: &str = "shade and %: the share of the row; framed: the same segment";

/// Where a segment comes: those of the order, of the built-in maps, others, none.
fn rank(name: Option<&str>, order: &[&str]) -> (u8, usize) {
    let Some(name) = name else { return (4, 0) };
    if let Some(at) = order.iter().position(|known| *known == name) {
        return (0, at);
    }
    for (nth, map) in [SegmentMap::Eleven, SegmentMap::Eight, SegmentMap::ThreeTiers].iter().enumerate() {
        let segment = map.segments().into_iter().find(|segment| segment.en == name || segment.zh == name);
        if let Some(segment) = segment {
            return (1, nth * 100 + segment.index);
        }
    }
    (3, 0)
}

/// Draws a table of counts.
pub(super) fn svg(plot: &Plot, heat: &Heat) -> Element {
    let heads: Vec<Vec<String>> = heat.columns.iter().map(|name| lines(name)).collect();
    let widest = |names: &mut dyn Iterator<Item = &String>| names.map(|name| width(name)).fold(0.0, f64::max);
    let cell = widest(&mut heads.iter().flatten()).max(CELL_WIDTH - 8.0) + 8.0;
    let left = EDGE + widest(&mut heat.rows.iter()).max(width(&plot.y.label)) + 12.0;
    let n_lines = heads.iter().map(Vec::len).max().unwrap_or(1);
    let top = HEAD + 14.0 * n_lines as f64 + 10.0;
    let wide = cell * heat.columns.len() as f64;
    let bottom = top + CELL_HEIGHT * heat.rows.len() as f64;
    // A column of sums stands beside.
    let sums = left + wide + 14.0;
    let total = sums + 62.0_f64.max(width("customers")) + EDGE;
    let total = total.max(EDGE * 2.0 + 1.3 * width(&plot.title)).max(left + width(NOTE) + EDGE);
    let height = bottom + EDGE + 22.0;
    let mut svg = el("svg")
        .attr("xmlns", "http://www.w3.org/2000/svg")
        .attr("viewBox", format_args!("0 0 {} {}", at(total), at(height)))
        .attr("width", at(total))
        .attr("height", at(height))
        .attr("role", "img")
        .attr("aria-label", format_args!("{}: {}", plot.title, plot.summary))
        .attr("font-family", FONT)
        .attr("font-size", 12)
        .attr("fill", INK)
        .with(el("rect").attr("width", at(total)).attr("height", at(height)).attr("fill", "#ffffff"))
        .with(text(EDGE, 28.0, "start", &plot.title).attr("font-size", 16).attr("font-weight", 600))
        .with(text(left, 54.0, "start", &format!("{} →", plot.x.label)).attr("fill", SOFT))
        .with(text(left - 12.0, top - 10.0, "end", &format!("{} ↓", plot.y.label)).attr("fill", SOFT))
        .with(text(sums, top - 10.0, "start", "customers").attr("fill", SOFT));
    for (column, head) in heads.iter().enumerate() {
        let middle = left + cell * (column as f64 + 0.5);
        for (nth, line) in head.iter().rev().enumerate() {
            svg = svg.with(text(middle, top - 10.0 - 14.0 * nth as f64, "middle", line));
        }
    }
    for (row, (name, counts)) in heat.rows.iter().zip(&heat.counts).enumerate() {
        let y = top + CELL_HEIGHT * row as f64;
        let sum: u64 = counts.iter().sum();
        svg = svg.with(text(left - 12.0, y + CELL_HEIGHT / 2.0 + 4.0, "end", name)).with(text(
            sums,
            y + CELL_HEIGHT / 2.0 + 4.0,
            "start",
            &format::count(sum),
        ));
        for (column, &count) in counts.iter().enumerate() {
            let x = left + cell * column as f64;
            let is_same = heat.columns[column] == *name && name != NO_SEGMENT;
            let share = if sum > 0 { count as f64 / sum as f64 } else { 0.0 };
            svg = svg.with(one(x, y, cell, count, share, is_same, (name, &heat.columns[column], sum)));
        }
    }
    svg.with(text(left, bottom + 24.0, "start", NOTE).attr("fill", SOFT).attr("font-size", 11))
}

fn one(
    x: f64,
    y: f64,
    wide: f64,
    count: u64,
    share: f64,
    is_same: bool,
    (from, to, of): (&str, &str, u64),
) -> Element {
    // A little paler than the whole colour, so that the text on it can be read.
    let shade = el("rect")
        .attr("x", at(x + 1.0))
        .attr("y", at(y + 1.0))
        .attr("width", at(wide - 2.0))
        .attr("height", at(CELL_HEIGHT - 2.0));
    let shade = if count == 0 {
        shade.attr("fill", "#f4f6f8")
    } else {
        shade
            .attr("fill", Colour::First.hex())
            .attr("fill-opacity", format_args!("{:.2}", 0.08 + 0.77 * share))
    };
    let shade = if is_same { shade.attr("stroke", INK).attr("stroke-width", 1.5) } else { shade };
    let cell = el("g").with(shade);
    if count == 0 {
        return cell;
    }
    let said = format!(
        "{from} → {to}: {} of {} ({})",
        format::count(count),
        format::count(of),
        format::percent(share)
    );
    // White on more than two thirds of the colour.
    let ink = if share > 0.75 { "#ffffff" } else { INK };
    let middle = x + wide / 2.0;
    cell.with(el("title").text(said))
        .with(text(middle, y + 16.0, "middle", &format::count(count)).attr("fill", ink))
        .with(
            text(middle, y + 31.0, "middle", &format::percent(share))
                .attr("fill", ink)
                .attr("font-size", 10.5),
        )
}

/// A name in lines that are about as wide as a cell: parted at spaces, texts without any in lines of at most four signs.
fn lines(name: &str) -> Vec<String> {
    let parts: Vec<String> = if name.contains(' ') {
        name.split_whitespace().map(str::to_owned).collect()
    } else if name.is_ascii() {
        vec![name.to_owned()]
    } else {
        let signs: Vec<char> = name.chars().collect();
        // In lines of about the same length.
        let n_lines = signs.len().div_ceil(4).max(1);
        signs.chunks(signs.len().div_ceil(n_lines)).map(|part| part.iter().collect()).collect()
    };
    let (kept, rest) = parts.split_at(parts.len().min(MOST_LINES));
    let mut lines = kept.to_vec();
    if let Some(last) = lines.last_mut().filter(|_| !rest.is_empty()) {
        last.push('…');
    }
    lines
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(svg: &str) -> Vec<&str> {
        let parts = svg.split("</text>").filter_map(|part| part.rsplit_once('>'));
        parts.map(|(_, text)| text).filter(|text| !text.is_empty()).collect()
    }

    /// By hand: of three new ones one stays, one is loyal, one goes; two come.
    #[test]
    fn cells_say_counts_and_shares_of_their_row() {
        let moves = [
            Move::new(Some("新客户"), Some("新客户"), 1),
            Move::new(Some("新客户"), Some("忠诚客户"), 1),
            Move::new(Some("新客户"), None, 1),
            Move::new(None, Some("忠诚客户"), 1_500),
            Move::new(Some("own"), Some("own"), 7),
        ];
        let svg = Plot::migration(&moves, &[]).to_svg();
        for said in [
            "新客户 → 新客户: 1 of 3 (33.3%)",
            "新客户 → no segment: 1 of 3 (33.3%)",
            "no segment → 忠诚客户: 1,500 of 1,500 (100%)",
            "aria-label=\"Customers who moved: 1,510 customers, 8 of them in the same segment\"",
        ] {
            assert!(svg.contains(said), "{said}: {svg}");
        }
        // Built-in segments in their order, others, and those who are in none.
        let place = |text: &str| texts(&svg).iter().position(|found| *found == text);
        let columns = ["忠诚客户", "新客户", "own", "segment"].map(place);
        assert!(columns.is_sorted() && columns[0].is_some(), "{columns:?}: {:?}", texts(&svg));
        let own = Plot::migration(&moves, &["own", "新客户"]).to_svg();
        let place = |text: &str| texts(&own).iter().position(|found| *found == text);
        let columns = ["own", "新客户", "忠诚客户"].map(place);
        assert!(columns.is_sorted() && columns[0].is_some(), "{columns:?}: {:?}", texts(&own));
        assert!(own.matches("stroke-width=\"1.5\"").count() == 2, "{own}");
    }

    #[test]
    fn nobody_and_odd_names() {
        let empty = Plot::migration(&[], &[]).to_svg();
        assert!(empty.contains("0 customers") && !empty.contains("NaN") && !empty.contains("inf"));
        let odd = [Move::new(Some("<a & b>"), Some("a b c d e"), 0), Move::new(Some(""), None, u64::MAX / 2)];
        let svg = Plot::migration(&odd, &[]).to_svg();
        assert!(svg.contains("&lt;a &amp; b&gt;") && !svg.contains("NaN"), "{svg}");
        assert_eq!(lines("a b c d e"), ["a", "b", "c…"]);
        assert_eq!(lines("潜在忠诚客户"), ["潜在忠", "诚客户"]);
        assert_eq!(lines(""), [""]);
    }
}
