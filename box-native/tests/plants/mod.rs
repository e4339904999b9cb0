//! Values that must not come to light, and a search for them in whatever form.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "support of tests")]

use std::{
    collections::BTreeMap,
    fmt::Write as _,
    sync::{Arc, Mutex},
};

use base64::{Engine as _, engine::general_purpose};

/// What was planted: values and their names.
#[derive(Clone, Default)]
pub(crate) struct Plants(Arc<Mutex<BTreeMap<String, String>>>);

/// Shorter values could stand anywhere by chance.
const SHORTEST: usize = 12;

impl Plants {
    /// Plants a value.
    pub(crate) fn plant(&self, name: &str, value: impl Into<String>) -> String {
        let value = value.into();
        assert!(value.len() >= SHORTEST, "{name} is too short to be found");
        self.0.lock().unwrap().entry(value.clone()).or_insert_with(|| name.to_owned());
        value
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.0.lock().unwrap().len()
    }

    /// All of them, as lines of name and value.
    pub(crate) fn lines(&self) -> String {
        let plants = self.0.lock().unwrap();
        plants.iter().fold(String::new(), |lines, (value, name)| lines + name + "\t" + value + "\n")
    }

    /// Those of such lines.
    pub(crate) fn read(lines: &str) -> Self {
        let plants = Self::default();
        for (name, value) in lines.lines().filter_map(|line| line.split_once('\t')) {
            plants.plant(name, value);
        }
        plants
    }

    /// What of it stands in a text: names, each with the first form that was seen and what comes before.
    pub(crate) fn found(&self, text: &str) -> Vec<String> {
        // Lists of bytes may be printed over many lines.
        let dense: String = text.split_whitespace().collect();
        let seen = |(value, name): (&String, &String)| {
            // Signs are written in many ways; what lies between them is not.
            let cores =
                value.split(|c: char| !c.is_ascii_alphanumeric()).filter(|core| core.len() >= SHORTEST);
            let forms = [value.as_str()].into_iter().chain(cores).flat_map(forms);
            let mut places = forms.filter_map(|(form, shown)| {
                let text = if form == BYTES { &dense } else { text };
                let (before, _) = text.split_once(&shown)?;
                let from = before.char_indices().rev().nth(300).map_or(0, |(from, _)| from);
                Some(format!("{name}, {form}, after: {}", &before[from..]))
            });
            places.next()
        };
        self.0.lock().unwrap().iter().filter_map(seen).collect()
    }
}

const BYTES: &str = "as bytes";

/// How a value may be written.
fn forms(value: &str) -> Vec<(&'static str, String)> {
    let bytes = value.as_bytes();
    let numbers: Vec<_> = bytes.iter().map(u8::to_string).collect();
    let mut forms = vec![
        ("plain", value.to_owned()),
        ("in percent", percent(bytes, "-._~", "%XX")),
        ("in percent", percent(bytes, "-._~", "%xx")),
        ("as a form", percent(bytes, "-._~*", "%XX").replace("%20", "+")),
        (BYTES, numbers.join(",")),
        ("in hex", percent(bytes, "", "xx")),
        ("in hex", percent(bytes, "", "XX")),
        ("escaped", value.escape_debug().to_string()),
    ];
    for shift in 0..3 {
        // Three bytes make four signs. Those that depend on what stands before or after are left out.
        let shifted = [&vec![0; shift], bytes].concat();
        let signs = (shift * 8).div_ceil(6)..shifted.len() * 8 / 6;
        for engine in [general_purpose::STANDARD_NO_PAD, general_purpose::URL_SAFE_NO_PAD] {
            forms.push(("in base64", engine.encode(&shifted)[signs.clone()].to_owned()));
        }
    }
    forms
}

/// Bytes as hexadecimal numbers, but for letters and digits where a sign stands before them.
fn percent(bytes: &[u8], kept: &str, form: &str) -> String {
    bytes.iter().fold(String::new(), |mut out, byte| {
        let sign = char::from(*byte);
        match form {
            "%XX" | "%xx" if sign.is_ascii_alphanumeric() || kept.contains(sign) => out.push(sign),
            "%XX" => write!(out, "%{byte:02X}").unwrap(),
            "%xx" => write!(out, "%{byte:02x}").unwrap(),
            "XX" => write!(out, "{byte:02X}").unwrap(),
            _ => write!(out, "{byte:02x}").unwrap(),
        }
        out
    })
}
