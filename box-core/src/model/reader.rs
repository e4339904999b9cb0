//! Reads JSON text (RFC 8259) into models, in one pass.
//!
//! It is our own because it knows which member is likely next, never builds what nobody asked for, and is compiled
//! once for all models. It takes the texts that serde_json skips, and what serde_json makes no value of costs nothing
//! but itself: a number out of range is null, and half of a surrogate pair is U+FFFD.

use std::{borrow::Cow, fmt};

use serde_json::{Map, Value};

use super::Model;

/// How deep lists and objects may lie in each other, so that no text can exhaust the stack; as deep as in serde_json.
const DEEPEST: usize = 127;

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

    /// What is next, whatever it is. A number that is out of range for a [`Value`] is null.
    pub fn value(&mut self) -> Read<Value> {
        match self.peek() {
            Some(b'[') => {
                let mut list = Vec::new();
                self.list(&mut |reader| reader.value().map(|value| list.push(value)))?;
                Ok(Value::Array(list))
            }
            Some(b'{') => {
                let mut members = Map::new();
                self.map(&mut |key, reader| reader.value().map(|value| _ = members.insert(key, value)))?;
                Ok(Value::Object(members))
            }
            _ => Ok(match self.scalar()? {
                Scalar::Null => Value::Null,
                Scalar::Bool(value) => Value::Bool(value),
                Scalar::Number(number) => exact(number),
                Scalar::Text(text) => Value::String(text.into_owned()),
            }),
        }
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
        let mut ahead = Self { ..*self };
        let mut found: Option<(usize, Cow<'a, str>)> = None;
        let mut next = b'{';
        // What isn't as it should be behind a value is left to those who read it.
        while ahead.peek() == Some(next) {
            ahead.at += 1;
            if next == b'{' && ahead.peek() == Some(b'}') {
                break;
            }
            next = b',';
            ahead.eat(b'"')?;
            let key = ahead.string()?;
            ahead.eat(b':')?;
            match names.iter().position(|name| *name == key) {
                // The first name counts most.
                Some(which) if found.as_ref().is_none_or(|(known, _)| which < *known) => {
                    if let Scalar::Text(text) = ahead.scalar()? {
                        found = Some((which, text));
                        if which == 0 {
                            break;
                        }
                    }
                }
                _ => ahead.skip()?,
            }
        }
        Ok(found)
    }

    /// Skips what is next.
    pub fn skip(&mut self) -> Read {
        // Whether they are objects, the innermost in the lowest bit.
        let mut objects = 0_u128;
        let mut open = 0;
        loop {
            match self.peek() {
                Some(b'"') => {
                    self.at += 1;
                    self.skip_string()?;
                }
                Some(byte @ (b'{' | b'[')) => {
                    if self.depth + open == DEEPEST {
                        return Err(Fault::TooDeep);
                    }
                    open += 1;
                    objects = objects << 1 | u128::from(byte == b'{');
                    self.at += 1;
                    if self.peek() != Some(end_of(objects)) {
                        if byte == b'{' {
                            self.skip_key()?;
                        }
                        continue;
                    }
                }
                Some(b'n') => self.literal("null")?,
                Some(b't') => self.literal("true")?,
                Some(b'f') => self.literal("false")?,
                _ => _ = self.number()?,
            }
            loop {
                if open == 0 {
                    return Ok(());
                }
                match self.peek() {
                    Some(b',') => {
                        self.at += 1;
                        if objects & 1 == 1 {
                            self.skip_key()?;
                        }
                        break;
                    }
                    Some(byte) if byte == end_of(objects) => {
                        self.at += 1;
                        open -= 1;
                        objects >>= 1;
                    }
                    _ => return Err(self.unexpected()),
                }
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
        let is_it = rest.get(key.len()) == Some(&b'"') && rest.starts_with(key.as_bytes());
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
        let rest = self.rest();
        let at = |at: usize| rest.get(at).copied();
        let digits = |from: usize| rest.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
        let sign = usize::from(at(0) == Some(b'-'));
        let whole = digits(sign);
        let mut length = sign + whole;
        let mut fits = whole == 1 || whole > 1 && at(sign) != Some(b'0');
        if at(length) == Some(b'.') {
            let fraction = digits(length + 1);
            fits &= fraction > 0;
            length += 1 + fraction;
        }
        if let Some(b'e' | b'E') = at(length) {
            let sign = usize::from(matches!(at(length + 1), Some(b'+' | b'-')));
            let exponent = digits(length + 1 + sign);
            fits &= exponent > 0;
            length += 1 + sign + exponent;
        }
        if !fits {
            return Err(self.unexpected());
        }
        let number = self.slice(self.at, self.at + length);
        self.at += length;
        Ok(number)
    }

    /// Behind an opening quote: the string.
    fn string(&mut self) -> Read<Cow<'a, str>> {
        let start = self.at;
        let is_plain = self.skip_string()?;
        let text = self.slice(start, self.at - 1);
        if is_plain {
            return Ok(Cow::Borrowed(text));
        }
        let quoted = self.slice(start - 1, self.at);
        Ok(Cow::Owned(serde_json::from_str(quoted).unwrap_or_else(|_| mended(text))))
    }

    fn skip_key(&mut self) -> Read {
        self.eat(b'"')?;
        self.skip_string()?;
        self.eat(b':')
    }

    /// Inside of a string: to behind its end. Whether it is written without escapes.
    fn skip_string(&mut self) -> Read<bool> {
        let mut is_plain = true;
        loop {
            self.at += plain_length(self.rest());
            match self.text.as_bytes().get(self.at) {
                Some(b'"') => {
                    self.at += 1;
                    return Ok(is_plain);
                }
                Some(b'\\') => {
                    self.at += 1;
                    is_plain = false;
                    self.skip_escape()?;
                }
                // A control character, or nothing.
                _ => return Err(self.unexpected()),
            }
        }
    }

    /// Behind a backslash.
    fn skip_escape(&mut self) -> Read {
        let escape = self.rest();
        self.at += match escape {
            [b'u', digits @ ..] => {
                let length = digits.iter().take(4).take_while(|byte| byte.is_ascii_hexdigit()).count();
                if length < 4 {
                    return Err(self.unexpected());
                }
                5
            }
            [b'"' | b'\\' | b'/' | b'b' | b'f' | b'n' | b'r' | b't', ..] => 1,
            _ => return Err(self.unexpected()),
        };
        Ok(())
    }
}

/// A number as a value, to the last bit; serde_json rounds fractions another way.
fn exact(number: &str) -> Value {
    if let Ok(value) = number.parse::<u64>() {
        return value.into();
    }
    match number.parse::<i64>() {
        Ok(value) if value < 0 => value.into(),
        _ => number.parse::<f64>().map_or(Value::Null, Value::from),
    }
}

/// How many bytes there are before a quote, a backslash or a control character; eight are looked at at once.
fn plain_length(text: &[u8]) -> usize {
    const EACH: u64 = u64::MAX / 255;
    // The highest bit of the first zero byte is set, and perhaps some behind it.
    let zero = |bytes: u64| bytes.wrapping_sub(EACH) & !bytes;
    let mut rest = text;
    while let Some((chunk, behind)) = rest.split_first_chunk() {
        let bytes = u64::from_le_bytes(*chunk);
        let quote = zero(bytes ^ (EACH * u64::from(b'"')));
        let backslash = zero(bytes ^ (EACH * u64::from(b'\\')));
        let control = bytes.wrapping_sub(EACH * u64::from(b' ')) & !bytes;
        let found = (quote | backslash | control) & (EACH << 7);
        if found != 0 {
            return text.len() - rest.len() + found.trailing_zeros() as usize / 8;
        }
        rest = behind;
    }
    let is_plain = |byte: &&u8| !matches!(byte, b'"' | b'\\' | ..b' ');
    text.len() - rest.len() + rest.iter().take_while(is_plain).count()
}

/// The byte that ends the innermost of what is open.
fn end_of(objects: u128) -> u8 {
    if objects & 1 == 1 { b'}' } else { b']' }
}

/// The text of a string that is no Unicode: halves of surrogate pairs become U+FFFD.
#[cold]
fn mended(text: &str) -> String {
    let mut units = Vec::new();
    let mut rest = text;
    while let Some((plain, escape)) = rest.split_once('\\') {
        units.extend(plain.encode_utf16());
        let mut chars = escape.chars();
        let unit = match chars.next() {
            Some('u') => {
                let digits = chars.as_str().get(..4).unwrap_or_default();
                chars = chars.as_str().get(4..).unwrap_or_default().chars();
                u16::from_str_radix(digits, 16).unwrap_or_default()
            }
            Some('b') => 8,
            Some('f') => 12,
            Some('n') => 10,
            Some('r') => 13,
            Some('t') => 9,
            Some('"') => 34,
            Some('/') => 47,
            _ => 92,
        };
        units.push(unit);
        rest = chars.as_str();
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}

/// Where a name stands, searched from where it is likely.
fn position(names: &[&str], likely: usize, name: &str) -> Option<usize> {
    let after = names.iter().enumerate().skip(likely);
    let before = names.iter().enumerate().take(likely);
    after.chain(before).find(|(_, known)| **known == name).map(|(at, _)| at)
}
