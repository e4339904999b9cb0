//! How fast a page of 1,000 full file objects is read: the models of the table against structs of the same fields under
//! serde's derive. Ours and the floor take turns; medians; the ratio is the last line.

#![allow(
    clippy::cast_precision_loss,
    clippy::disallowed_methods,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a benchmark measures time and prints"
)]

#[path = "generated/floor.rs"]
#[rustfmt::skip]
mod floor;

use std::{hint::black_box, process::ExitCode, time::Instant};

use box_core::{
    models,
    time::{Date, DateTime},
};
use serde::{Deserialize, Deserializer};

const ITEMS: usize = 1000;
const ROUNDS: usize = 41;

/// Ours must read at least this share of what the floor reads.
const LEAST: f64 = 0.85;

fn main() -> ExitCode {
    let item = floor::FILE;
    let page = format!("{{\"total_count\":{ITEMS},\"entries\":[{}]}}", vec![item; ITEMS].join(","));
    let (mut ours, mut theirs) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        ours.push(rate(|| {
            let page: models::Files = box_core::model::read(&page).expect("a page");
            page.entries.map_or(0, |entries| black_box(entries).len())
        }));
        theirs.push(rate(|| {
            let page: Floor = serde_json::from_str(&page).expect("a page");
            black_box(page.entries).len()
        }));
    }
    let (ours, theirs) = (median(ours), median(theirs));
    println!("items of {} bytes in a second, median of {ROUNDS}", item.len());
    println!("the models of the table  {ours:>10.0}");
    println!("a derived serde struct   {theirs:>10.0}");
    println!("ratio {:.2}, at least {LEAST}", ours / theirs);
    if ours / theirs < LEAST { ExitCode::FAILURE } else { ExitCode::SUCCESS }
}

#[derive(Deserialize)]
struct Floor {
    entries: Vec<floor::File>,
}

/// Items in a second.
fn rate(read: impl FnOnce() -> usize) -> f64 {
    let start = Instant::now();
    let items = read();
    let rate = items as f64 / start.elapsed().as_secs_f64();
    assert_eq!(items, ITEMS);
    rate
}

fn median(mut rates: Vec<f64>) -> f64 {
    rates.sort_by(f64::total_cmp);
    rates.get(rates.len() / 2).copied().unwrap_or_default()
}

/// Without a copy of the text, as a strict struct would do it.
fn date_time<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<DateTime>, D::Error> {
    Ok(Option::<&str>::deserialize(deserializer)?.and_then(DateTime::parse))
}

#[allow(dead_code, reason = "a file may have no date")]
fn date<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Date>, D::Error> {
    Ok(Option::<&str>::deserialize(deserializer)?.and_then(Date::parse))
}
