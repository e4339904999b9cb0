//! Texts that are JSON, or nearly so, from a seed.

use fastrand::Rng;

const SCALARS: [&str; 36] = [
    "null",
    "true",
    "false",
    "nul",
    "True",
    "NaN",
    "Infinity",
    "0",
    "-0",
    "-",
    "01",
    "-01",
    "1.",
    ".5",
    "1.0",
    "1e5",
    "1E+5",
    "1e-5",
    "1e",
    "1e+",
    "1.5e3",
    "-1.5E-3",
    "+1",
    "0x10",
    "12",
    "9007199254740993",
    "9007199254740993.0",
    "9223372036854775807",
    "9223372036854775808",
    "18446744073709551616",
    "1e400",
    "-1e400",
    "1e-400",
    "0e0",
    "''",
    "1_000",
];

const PIECES: [&str; 24] = [
    "a",
    "id",
    "type",
    "é",
    "😀",
    "\\n",
    "\\\"",
    "\\\\",
    "\\/",
    "\\u0041",
    "\\u00e9",
    "\\ud83d\\ude00",
    "\\ud83d",
    "\\ude00",
    "\\ud83d\\u0041",
    "\\u12",
    "\\x",
    "\\",
    "\n",
    "\u{1}",
    "\u{7f}",
    "\u{2028}",
    "/",
    "12345678",
];

const KEYS: [&str; 8] = ["id", "type", "entries", "parent", "name", "\\u0069d", "size", "zz"];

const CHARS: [char; 22] = [
    '{', '}', '[', ']', ',', ':', '"', '\\', ' ', '\n', '0', '1', '.', 'e', '-', '+', 't', 'n', 'f', 'u',
    '\u{0}', 'é',
];

/// A text.
pub(crate) fn text(rng: &mut Rng) -> String {
    let mut out = String::new();
    value(rng, 0, &mut out);
    if rng.bool() {
        return out;
    }
    let mut chars: Vec<_> = out.chars().collect();
    for _ in 0..rng.usize(1..4) {
        let at = rng.usize(..=chars.len());
        let char = rng.choice(CHARS).unwrap_or_default();
        match rng.u8(..4) {
            0 => chars.insert(at, char),
            1 => chars.truncate(at),
            2 if at < chars.len() => _ = chars.remove(at),
            _ if at < chars.len() => chars[at] = char,
            _ => chars.push(char),
        }
    }
    chars.into_iter().collect()
}

fn value(rng: &mut Rng, depth: usize, out: &mut String) {
    white(rng, out);
    match rng.u8(..if depth < 6 { 8 } else { 4 }) {
        0 | 1 => out.push_str(rng.choice(SCALARS).unwrap_or_default()),
        2 | 3 => string(rng, out),
        4 | 5 => {
            out.push('[');
            for at in 0..rng.usize(..4) {
                out.push_str(if at > 0 { "," } else { "" });
                value(rng, depth + 1, out);
            }
            out.push(']');
        }
        _ => {
            out.push('{');
            for at in 0..rng.usize(..5) {
                out.push_str(if at > 0 { "," } else { "" });
                white(rng, out);
                match rng.choice(KEYS) {
                    Some(key) if rng.u8(..8) > 0 => *out += &format!("\"{key}\""),
                    _ => string(rng, out),
                }
                white(rng, out);
                out.push(':');
                value(rng, depth + 1, out);
            }
            out.push('}');
        }
    }
    white(rng, out);
}

fn string(rng: &mut Rng, out: &mut String) {
    out.push('"');
    for _ in 0..rng.usize(..6) {
        // Most are fine.
        let most = if rng.u8(..6) == 0 { PIECES.len() } else { 12 };
        out.push_str(PIECES[rng.usize(..most)]);
    }
    out.push('"');
}

fn white(rng: &mut Rng, out: &mut String) {
    if rng.u8(..8) == 0 {
        out.push_str(rng.choice([" ", "\n", "\t", "\r", "  \n "]).unwrap_or_default());
    }
}
