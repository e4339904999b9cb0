use std::{
    collections::VecDeque,
    io::{self, Read},
    pin::Pin,
    task::{Context, Poll, ready},
    time::Duration,
};

use bytes::Bytes;
use hyper::body::{Body, Frame, SizeHint};
use tokio::time::{Sleep, sleep};

use crate::{Content, Cut, Delivery, ReplyBody, Stall};

/// A response body, read from the store piece by piece.
pub(super) struct Outlet {
    pause: Option<Pin<Box<Sleep>>>,
    pieces: VecDeque<Piece>,
    /// Open on the first of the pieces.
    reader: Option<Box<dyn Read + Send>>,
    /// What the head promises and was not sent yet.
    promised: u64,
    /// What may be sent before the connection is cut.
    allowed: u64,
    /// What may be sent before nothing more comes.
    until_stall: u64,
    /// Bytes per second.
    rate: Option<u64>,
    flushed: bool,
    /// Of a chunk that goes in turns.
    rest: Bytes,
}

enum Piece {
    Bytes(Bytes),
    Content { content: Content, offset: u64, len: u64 },
}

const CHUNK: u64 = 256 * 1024;

impl Outlet {
    pub(super) fn new(delivery: &Delivery, body: ReplyBody) -> Self {
        let promised = body.len();
        let pieces = match body {
            ReplyBody::Bytes(bytes) if bytes.is_empty() => VecDeque::new(),
            ReplyBody::Bytes(bytes) => [Piece::Bytes(bytes)].into(),
            ReplyBody::Contents { contents, offset, len } => pieces(contents, offset, len),
        };
        Self {
            pause: (delivery.delay_body > 0)
                .then(|| Box::pin(sleep(Duration::from_millis(delivery.delay_body)))),
            pieces,
            reader: None,
            promised,
            allowed: match delivery.cut {
                Some(Cut::Body(bytes)) => bytes,
                _ => u64::MAX,
            },
            until_stall: match delivery.stall {
                Some(Stall::Body(bytes)) => bytes,
                _ => u64::MAX,
            },
            rate: delivery.rate,
            flushed: false,
            rest: Bytes::new(),
        }
    }

    pub(super) fn empty() -> Self {
        Self::new(&Delivery::default(), ReplyBody::Bytes(Bytes::new()))
    }

    /// What of a chunk may go now; of a slow body the rest waits for its turn.
    fn shorten(&mut self, mut chunk: Bytes) -> Bytes {
        let most = self.allowed.min(self.until_stall);
        chunk.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        let Some(rate) = self.rate else {
            return chunk;
        };
        let turn = usize::try_from((rate / 10).max(1)).unwrap_or(usize::MAX);
        if chunk.len() > turn {
            self.rest = chunk.split_off(turn);
        }
        let millis = (chunk.len() as u64).saturating_mul(1000) / rate.max(1);
        self.pause = Some(Box::pin(sleep(Duration::from_millis(millis))));
        chunk
    }

    fn next(&mut self) -> io::Result<Option<Bytes>> {
        if !self.rest.is_empty() {
            return Ok(Some(std::mem::take(&mut self.rest)));
        }
        let Some(piece) = self.pieces.front_mut() else {
            return Ok(None);
        };
        let (chunk, done) = match piece {
            Piece::Bytes(bytes) => (std::mem::take(bytes), true),
            Piece::Content { content, offset, len } => {
                if self.reader.is_none() {
                    self.reader = Some(content.stored.reader(*offset)?);
                }
                let size = usize::try_from(CHUNK.min(*len)).unwrap_or(usize::MAX);
                let mut buffer = vec![0; size];
                if let Some(reader) = &mut self.reader {
                    reader.read_exact(&mut buffer)?;
                }
                *len -= size as u64;
                (buffer.into(), *len == 0)
            }
        };
        if done {
            self.pieces.pop_front();
            self.reader = None;
        }
        Ok(Some(chunk))
    }
}

fn pieces(contents: Vec<Content>, mut offset: u64, mut left: u64) -> VecDeque<Piece> {
    let mut pieces = VecDeque::new();
    for content in contents {
        if offset >= content.len {
            offset -= content.len;
            continue;
        }
        let len = left.min(content.len - offset);
        if len == 0 {
            break;
        }
        pieces.push_back(Piece::Content { content, offset, len });
        offset = 0;
        left -= len;
    }
    pieces
}

impl Body for Outlet {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
    ) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(pause) = &mut self.pause {
            ready!(pause.as_mut().poll(context));
            self.pause = None;
        }
        if self.allowed == 0 && self.promised > 0 {
            // What was sent so far must leave hyper's buffer, which it does when the body has to wait.
            if !std::mem::replace(&mut self.flushed, true) {
                context.waker().wake_by_ref();
                return Poll::Pending;
            }
            return Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())));
        }
        if self.until_stall == 0 && self.promised > 0 {
            // Never woken: the connection ends when the client leaves.
            return Poll::Pending;
        }
        let chunk = match self.next() {
            Ok(Some(chunk)) => chunk,
            Ok(None) => return Poll::Ready(None),
            Err(error) => return Poll::Ready(Some(Err(error))),
        };
        let chunk = self.shorten(chunk);
        let sent = chunk.len() as u64;
        self.promised -= sent;
        self.allowed -= sent;
        self.until_stall -= sent;
        Poll::Ready(Some(Ok(Frame::data(chunk))))
    }

    fn is_end_stream(&self) -> bool {
        self.promised == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.promised)
    }
}
