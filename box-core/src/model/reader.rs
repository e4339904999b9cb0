//! Reads JSON text (RFC 8259) into models, in one pass.
//!
//! It is our own because it knows which member is likely next, never builds what nobody asked for, and is compiled
//! once for all models. Escapes, odd numbers and free values are left to serde_json.

use std::{borrow::Cow, fmt};

use memchr::memchr2;
use serde_json::Value;

use super::Model;

/// How deep lists and objects may lie in each other, so that no text can exhaust the stack.
const DEEPEST: usize = 128;

/// Why a text isn't JSON, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Fault {
    /// It ends too early.
    Ended,
    /// Something else was expected at this byte.
    Unexpected(usize),
    /// Lists and objects lie too deep in each other.
    TooDeep,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ended => f.write_str("it ends too early"),
            Self::Unexpected(at) => write!(f, "something else was expected at byte {at}"),
            Self::TooDeep => f.write_str("it is nested too deeply"),
        }
    }
}

type Read<T = ()> = Result<T, Fault>;

/// A value that is neither list nor object.
#[derive(Debug)]
pub enum Scalar<'a> {
    /// Null; also what lists and objects count as.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number, as it is written.
    Number(&'a str),
    /// A string.
    Text(Cow<'a, str>),
}

/// A place in a JSON text.
#[derive(Debug)]
pub struct Reader<'a> {
    text: &'a str,
    at: usize,
    depth: usize,
}

impl<'a> Reader<'a> {
    /// At the start of a text.
    pub fn new(text: &'a str) -> Self {
        Self { text, at: 0, depth: 0 }
    }

    /// What is next, if it is neither list nor object; those are skipped.
    ///
    /// # Errors
    /// Text that is no JSON; so do all others.
    pub fn scalar(&mut self) -> Read<Scalar<'a>> {
        match self.peek() {
            Some(b'"') => {
                self.at += 1;
                self.string().map(Scalar::Text)
            }
            Some(b'n') => self.literal("null").map(|()| Scalar::Null),
            Some(b't') => self.literal("true").map(|()| Scalar::Bool(true)),
            Some(b'f') => self.literal("false").map(|()| Scalar::Bool(false)),
            Some(b'[' | b'{') => self.skip().map(|()| Scalar::Null),
            _ => self.number().map(Scalar::Number),
        }
    }

    /// Fills a model; `false` if what is next, and skipped, is no object.
    pub fn model(&mut self, model: &mut dyn Model) -> Read<bool> {
        let (names, tags) = (model.names(), model.tags());
        let mut likely = 0;
        self.object(&mut |reader| {
            let known = match names.get(likely) {
                Some(name) if reader.eat_key(name) => Ok(likely),
                _ => {
                    let key = reader.string()?;
                    position(names, likely, &key).ok_or(key)
                }
            };
            reader.eat(b':')?;
            match known {
                Ok(at) => {
                    likely = at + 1;
                    model.fill(at, reader)
                }
                Err(key) => match model.extra() {
                    Some(extra) if !tags.iter().any(|(tag, _)| *tag == key) => {
                        extra.keep(key.into_owned(), reader)
                    }
                    _ => reader.skip(),
                },
            }
        })
    }

    /// Hands over the elements of a list; `false` if what is next, and skipped, is none.
    pub fn list(&mut self, each: &mut dyn FnMut(&mut Self) -> Read) -> Read<bool> {
        if self.peek() != Some(b'[') {
            return self.skip().map(|()| false);
        }
        self.nested(b']', each)
    }

    /// Hands over the members of an object; `false` if what is next, and skipped, is none.
    pub fn map(&mut self, each: &mut dyn FnMut(String, &mut Self) -> Read) -> Read<bool> {
        self.object(&mut |reader| {
            let key = reader.string()?.into_owned();
            reader.eat(b':')?;
            each(key, reader)
        })
    }

    /// What is next, whatever it is.
    pub fn value(&mut self) -> Read<Value> {
        let text = self.raw()?;
        serde_json::from_str(text).map_err(|_| self.unexpected())
    }

    /// The text of what is next.
    pub fn raw(&mut self) -> Read<&'a str> {
        self.peek();
        let start = self.at;
        self.skip()?;
        Ok(self.slice(start, self.at))
    }

    /// Looks into the object that is next for the first of these members: which one it is, and its text. Moves nowhere.
    pub fn find(&self, names: &[&str]) -> Read<Option<(usize, Cow<'a, str>)>> {
        let mut ahead = Self { text: self.text, at: self.at, depth: self.depth };
        let mut found = None;
        let mut each = |key: String, reader: &mut Self| {
            let which = names.iter().position(|name| *name == key);
            match which {
                // The first name counts most.
                Some(which) if found.as_ref().is_none_or(|(known, _)| which < *known) => {
                    if let Scalar::Text(text) = reader.scalar()? {
                        found = Some((which, text));
                    }
                    Ok(())
                }
                _ => reader.skip(),
            }
        };
        ahead.map(&mut each)?;
        Ok(found)
    }

    /// Skips what is next.
    pub fn skip(&mut self) -> Read {
        let mut open = 0_usize;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.skip_string()?;
                }
                Some(b'{' | b'[') => {
                    open += 1;
                    self.at += 1;
                }
                Some(b'}' | b']') if open > 0 => {
                    open -= 1;
                    self.at += 1;
                }
                Some(b',' | b':') if open > 0 => self.at += 1,
                Some(b'n') => self.literal("null")?,
                Some(b't') => self.literal("true")?,
                Some(b'f') => self.literal("false")?,
                _ => _ = self.number()?,
            }
            if open == 0 {
                return Ok(());
            }
        }
    }

    /// Nothing but white space is left.
    pub(super) fn end(&mut self) -> Read {
        if self.peek().is_none() { Ok(()) } else { Err(self.unexpected()) }
    }

    #[cold]
    pub(super) fn unexpected(&self) -> Fault {
        if self.at >= self.text.len() { Fault::Ended } else { Fault::Unexpected(self.at) }
    }

    fn object(&mut self, each: &mut dyn FnMut(&mut Self) -> Read) -> Read<bool> {
        if self.peek() != Some(b'{') {
            return self.skip().map(|()| false);
        }
        self.nested(b'}', &mut |reader| {
            reader.eat(b'"')?;
            each(reader)
        })
    }

    /// Inside of a list or object, whose first byte is next.
    fn nested(&mut self, end: u8, each: &mut dyn FnMut(&mut Self) -> Read) -> Read<bool> {
        if self.depth == DEEPEST {
            return Err(Fault::TooDeep);
        }
        self.depth += 1;
        self.at += 1;
        if self.peek() == Some(end) {
            self.at += 1;
        } else {
            loop {
                each(self)?;
                match self.peek() {
                    Some(b',') => self.at += 1,
                    Some(byte) if byte == end => {
                        self.at += 1;
                        break;
                    }
                    _ => return Err(self.unexpected()),
                }
            }
        }
        self.depth -= 1;
        Ok(true)
    }

    fn rest(&self) -> &'a [u8] {
        self.text.as_bytes().get(self.at..).unwrap_or_default()
    }

    fn slice(&self, from: usize, to: usize) -> &'a str {
        self.text.get(from..to).unwrap_or_default()
    }

    /// The first byte of what is next, behind white space.
    fn peek(&mut self) -> Option<u8> {
        loop {
            match self.text.as_bytes().get(self.at) {
                Some(b' ' | b'\n' | b'\t' | b'\r') => self.at += 1,
                other => return other.copied(),
            }
        }
    }

    fn eat(&mut self, byte: u8) -> Read {
        if self.peek() != Some(byte) {
            return Err(self.unexpected());
        }
        self.at += 1;
        Ok(())
    }

    /// Takes a key and its closing quote, if it is this one.
    fn eat_key(&mut self, key: &str) -> bool {
        let rest = self.rest();
        let is_it = rest.starts_with(key.as_bytes()) && rest.get(key.len()) == Some(&b'"');
        if is_it {
            self.at += key.len() + 1;
        }
        is_it
    }

    fn literal(&mut self, word: &str) -> Read {
        if !self.rest().starts_with(word.as_bytes()) {
            return Err(self.unexpected());
        }
        self.at += word.len();
        Ok(())
    }

    fn number(&mut self) -> Read<&'a str> {
        let is_part = |byte: &&u8| matches!(byte, b'0'..=b'9' | b'-' | b'+' | b'.' | b'e' | b'E');
        let length = self.rest().iter().take_while(is_part).count();
        let number = self.slice(self.at, self.at + length);
        let digits = number.strip_prefix('-').unwrap_or(number);
        let plain = !digits.starts_with('0') && digits.bytes().all(|byte| byte.is_ascii_digit());
        if digits.is_empty() || !plain && serde_json::from_str::<serde_json::Number>(number).is_err() {
            return Err(self.unexpected());
        }
        self.at += length;
        Ok(number)
    }

    /// Behind an opening quote: the string.
    fn string(&mut self) -> Read<Cow<'a, str>> {
        let start = self.at;
        let rest = self.rest();
        if let Some(length) = memchr2(b'"', b'\\', rest)
            && rest.get(length) == Some(&b'"')
        {
            self.at += length + 1;
            return self.clean(self.slice(start, start + length)).map(Cow::Borrowed);
        }
        self.skip_string()?;
        let quoted = self.slice(start - 1, self.at);
        serde_json::from_str(quoted).map(Cow::Owned).map_err(|_| Fault::Unexpected(start))
    }

    /// A string must not hold control characters as they are.
    fn clean(&self, text: &'a str) -> Read<&'a str> {
        if text.bytes().any(|byte| byte < b' ') { Err(self.unexpected()) } else { Ok(text) }
    }

    /// Inside of a string: to behind its end.
    fn skip_string(&mut self) -> Read {
        loop {
            let rest = self.rest();
            match memchr2(b'"', b'\\', rest) {
                Some(length) if rest.get(length) == Some(&b'"') => {
                    self.at += length + 1;
                    return Ok(());
                }
                Some(length) => self.at += length + 2,
                None => {
                    self.at = self.text.len();
                    return Err(Fault::Ended);
                }
            }
        }
    }
}

/// Where a name stands, searched from where it is likely.
fn position(names: &[&str], likely: usize, name: &str) -> Option<usize> {
    let after = names.iter().enumerate().skip(likely + 1);
    let before = names.iter().enumerate().take(likely);
    after.chain(before).find(|(_, known)| **known == name).map(|(at, _)| at)
}
