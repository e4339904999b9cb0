//! JSDoc.

use super::{WIDTH, width};

/// A comment of paragraphs, then of tags such as `@see`; nothing if there is neither.
pub(super) fn doc(indent: &str, paragraphs: &[&str], tags: &[String]) -> String {
    let paragraphs: Vec<_> = paragraphs.iter().filter(|text| !text.is_empty()).collect();
    if let ([text], []) = (paragraphs.as_slice(), tags) {
        let line = format!("{indent}/** {} */\n", safe(text));
        if width(&line) <= WIDTH {
            return line;
        }
    }
    let mut lines = Vec::new();
    for text in paragraphs {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        wrap(indent, text, &mut lines);
    }
    for tag in tags {
        wrap(indent, tag, &mut lines);
    }
    if lines.is_empty() {
        return String::new();
    }
    let lines = lines.iter().map(|line| format!("{indent} * {line}").trim_end().to_owned() + "\n");
    format!("{indent}/**\n{}{indent} */\n", lines.collect::<String>())
}

/// Breaks a text at its spaces.
fn wrap(indent: &str, text: &str, lines: &mut Vec<String>) {
    let most = WIDTH - width(indent) - " * ".len();
    let mut line = String::new();
    for word in safe(text).split_whitespace() {
        if !line.is_empty() && width(&line) + 1 + width(word) > most {
            lines.push(std::mem::take(&mut line));
        }
        if !line.is_empty() {
            line.push(' ');
        }
        line.push_str(word);
    }
    lines.push(line);
}

/// A text that doesn't end the comment.
fn safe(text: &str) -> String {
    text.replace("*/", "*\\/")
}
