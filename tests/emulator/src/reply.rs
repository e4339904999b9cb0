use std::io::{self, Read};

use bytes::Bytes;
use serde_json::Value;

use crate::Content;

/// An answer, and how the transport is to deliver it.
#[derive(Clone, Debug)]
pub struct Reply {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: Vec<(String, String)>,
    /// What follows the head.
    pub body: ReplyBody,
    /// Anything else than the default is a fault that was asked for.
    pub delivery: Delivery,
}

/// The body of an answer.
#[derive(Clone, Debug)]
pub enum ReplyBody {
    /// At hand.
    Bytes(Bytes),
    /// A range over several contents laid end to end.
    Contents {
        /// In order.
        contents: Vec<Content>,
        /// Bytes to skip.
        offset: u64,
        /// Bytes to send.
        len: u64,
    },
}

/// How an answer reaches the client. A driver that hands requests to the emulator directly must honour it too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Delivery {
    /// Milliseconds to wait before the head.
    pub delay_head: u64,
    /// Milliseconds to wait between head and body.
    pub delay_body: u64,
    /// Close the connection early.
    pub cut: Option<Cut>,
    /// Send nothing more and keep the connection open until the client leaves.
    pub stall: Option<Stall>,
    /// Send the body no faster than so many bytes per second.
    pub rate: Option<u64>,
}

/// Where an answer stops for ever.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stall {
    /// Before its first byte.
    Head,
    /// After so many bytes of the body, while the head promises more. A body that is not longer comes whole.
    Body(u64),
}

/// Where a connection ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Before the head: the client can't know whether the request had an effect.
    Head,
    /// After so many bytes of the body, while the head promises all of them.
    Body(u64),
}

impl Reply {
    /// An answer without a body.
    pub fn new(status: u16) -> Self {
        Self {
            status,
            headers: Vec::new(),
            body: ReplyBody::Bytes(Bytes::new()),
            delivery: Delivery::default(),
        }
    }

    pub(crate) fn json(status: u16, value: &Value) -> Self {
        Self::text(status, "application/json", value.to_string())
    }

    pub(crate) fn html(status: u16, page: String) -> Self {
        Self::text(status, "text/html; charset=utf-8", page)
    }

    fn text(status: u16, content_type: &str, text: String) -> Self {
        let mut reply = Self::new(status).with("content-type", content_type);
        reply.body = ReplyBody::Bytes(text.into());
        reply
    }

    pub(crate) fn with(mut self, name: &str, value: impl Into<String>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// The value of a header.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The whole body, read from its contents where need be.
    pub fn bytes(&self) -> io::Result<Bytes> {
        let (contents, mut offset, mut left) = match &self.body {
            ReplyBody::Bytes(bytes) => return Ok(bytes.clone()),
            ReplyBody::Contents { contents, offset, len } => (contents, *offset, *len),
        };
        let mut all = Vec::new();
        for content in contents {
            if offset >= content.len {
                offset -= content.len;
                continue;
            }
            let before = all.len() as u64;
            content.stored.reader(offset)?.take(left).read_to_end(&mut all)?;
            left -= all.len() as u64 - before;
            offset = 0;
        }
        Ok(all.into())
    }

    /// The body as JSON; `null` when it is none.
    pub fn value(&self) -> Value {
        let bytes = self.bytes().unwrap_or_default();
        serde_json::from_slice(&bytes).unwrap_or(Value::Null)
    }
}

impl ReplyBody {
    /// Number of bytes.
    pub fn len(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Contents { len, .. } => *len,
        }
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}
