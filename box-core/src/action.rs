//! What a generated action is, what runs it, and the two bound together.

use std::{future::IntoFuture, marker::PhantomData};

use bytes::Bytes;

pub use crate::options::{CallOptions, SharedLink};

use crate::{
    encode::RequestWriter,
    error::{Error, ErrorKind},
    model::Fault,
    operation::Operation,
    page::PageFacts,
    reply::{Content, Reply},
    request::Draft,
    rng::Rng,
};

/// One call of the Box API with its parameters. Generated from the table; an application may write its own.
pub trait Action: Clone + Send + 'static {
    /// The row of the table.
    const OPERATION: &'static Operation;
    /// What a successful reply becomes.
    type Reply: FromReply;

    /// Writes the parameters.
    ///
    /// # Errors
    /// `InvalidInput` for a parameter that Box could only refuse, such as an empty id.
    fn encode(&self, writer: &mut RequestWriter) -> Result<(), Error>;

    /// The whole action as a draft.
    ///
    /// # Errors
    /// As [`encode`](Self::encode).
    fn draft(&self, rng: &mut Rng) -> Result<Draft, Error> {
        let mut writer = RequestWriter::new(Self::OPERATION, rng);
        self.encode(&mut writer)?;
        writer.finish()
    }
}

/// An [`Action`] that answers pages.
pub trait Paged: Action {
    /// What a page holds.
    type Item: Send + 'static;

    /// What paging must know of a page.
    fn facts(page: &Self::Reply) -> PageFacts;

    /// The items of a page.
    fn into_items(page: Self::Reply) -> Vec<Self::Item>;
}

/// An [`Action`] whose reply is content that can be streamed.
pub trait Streamed: Action<Reply = Bytes> {}

/// What can be made of a successful reply.
pub trait FromReply: Sized + Send + 'static {
    /// Reads the reply.
    ///
    /// # Errors
    /// `Decode` when the body isn't what the table says.
    fn from_reply(reply: Reply) -> Result<Self, Error>;
}

impl FromReply for () {
    fn from_reply(_: Reply) -> Result<Self, Error> {
        Ok(())
    }
}

impl FromReply for Bytes {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        match reply.content {
            Content::Bytes(bytes) => Ok(bytes),
            Content::Held(_) => Err(Error::internal("the body was handed over, not buffered")),
        }
    }
}

/// What is made of a reply that holds JSON.
pub trait FromJson: FromReply {
    /// Reads the JSON text of a reply.
    ///
    /// # Errors
    /// What isn't the expected JSON, and where.
    fn from_json(text: &str) -> Result<Self, Fault>;
}

/// A reply as it came.
#[derive(Clone, Debug)]
pub struct RawReply<T> {
    text: String,
    model: PhantomData<fn() -> T>,
}

impl<T: FromJson> RawReply<T> {
    /// The JSON text, byte for byte.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The model that the call would have answered.
    ///
    /// # Errors
    /// `Decode` when the text isn't the expected JSON.
    pub fn read(&self) -> Result<T, Error> {
        T::from_json(&self.text).map_err(|fault| Error::new(ErrorKind::Decode, fault.to_string()))
    }
}

impl<T: FromJson + 'static> FromReply for RawReply<T> {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        let text = crate::decode::text(&reply)?.to_owned();
        Ok(Self { text, model: PhantomData })
    }
}

impl<T: FromReply> FromReply for Option<T> {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        match &reply.content {
            Content::Bytes(bytes) if bytes.is_empty() => Ok(None),
            _ => T::from_reply(reply).map(Some),
        }
    }
}

impl FromReply for serde_json::Value {
    fn from_reply(reply: Reply) -> Result<Self, Error> {
        crate::decode::json(&reply)
    }
}

/// An action whose reply stays as it came.
#[derive(Clone, Debug)]
pub struct Raw<A>(A);

impl<A: Action<Reply: FromJson>> Action for Raw<A> {
    const OPERATION: &'static Operation = A::OPERATION;
    type Reply = RawReply<A::Reply>;

    fn encode(&self, writer: &mut RequestWriter) -> Result<(), Error> {
        self.0.encode(writer)
    }
}

/// Runs actions: a client of some platform.
///
/// The associated types carry `Send` where the platform has threads, so the generated methods serve all platforms.
pub trait Execute: Clone {
    /// A call under way.
    type Run<T: Send + 'static>: Future<Output = Result<T, Error>>;
    /// Results that come one after another.
    type Stream<T: Send + 'static>;
    /// Content that is read as it comes.
    type Body;
    /// Content being opened.
    type Open: Future<Output = Result<Self::Body, Error>>;

    /// Runs one action.
    fn run<A: Action>(&self, action: A, options: CallOptions) -> Self::Run<A::Reply>;
    /// Runs an action and leaves its content to be streamed.
    fn open<A: Streamed>(&self, action: A, options: CallOptions) -> Self::Open;
    /// All pages of a paged action.
    fn pages<A: Paged>(&self, action: A, options: CallOptions) -> Self::Stream<A::Reply>;
    /// All items of a paged action.
    fn items<A: Paged>(&self, action: A, options: CallOptions) -> Self::Stream<A::Item>;
}

/// An action bound to its client: set what is optional, then await it.
#[derive(Clone, Debug)]
#[must_use = "nothing is sent before `.send()`, `.items()` or `.await`"]
pub struct Bound<X, A> {
    on: X,
    /// The action with its parameters.
    pub action: A,
    /// Options of this call.
    pub options: CallOptions,
}

impl<X, A> Bound<X, A> {
    /// Binds an action to a client.
    pub fn new(on: X, action: A) -> Self {
        Self { on, action, options: CallOptions::default() }
    }

    fn call_options(&mut self) -> &mut CallOptions {
        &mut self.options
    }

    crate::options::setters!();

    /// Does it only if the item still has this etag (`if-match`).
    pub fn with_if_match(mut self, etag: impl Into<String>) -> Self {
        self.options.if_match = Some(etag.into());
        self
    }

    /// Answers an error of kind `NotModified` if the item still has this etag (`if-none-match`).
    pub fn with_if_none_match(mut self, etag: impl Into<String>) -> Self {
        self.options.if_none_match = Some(etag.into());
        self
    }

    /// Sends to an absolute URL that Box gave for this purpose.
    pub fn with_endpoint(mut self, url: impl Into<String>) -> Self {
        self.options.endpoint = Some(url.into());
        self
    }
}

impl<X: Execute, A: Action> Bound<X, A> {
    /// Sends it; a paged action answers one page. Awaiting the value itself does the same.
    pub fn send(self) -> X::Run<A::Reply> {
        self.on.run(self.action, self.options)
    }
}

impl<X: Execute, A: Paged> Bound<X, A> {
    /// Asks for the next page while the application works on one; at most one ahead.
    pub fn with_prefetch(mut self) -> Self {
        self.options.prefetch = true;
        self
    }

    /// All items, page after page.
    pub fn items(self) -> X::Stream<A::Item> {
        self.on.items(self.action, self.options)
    }

    /// All pages.
    pub fn pages(self) -> X::Stream<A::Reply> {
        self.on.pages(self.action, self.options)
    }
}

impl<X, A: Action<Reply: FromJson>> Bound<X, A> {
    /// The call with its reply as it comes: the JSON text, of which the model can be made later.
    pub fn raw(self) -> Bound<X, Raw<A>> {
        Bound { on: self.on, action: Raw(self.action), options: self.options }
    }
}

impl<X: Execute, A: Streamed> Bound<X, A> {
    /// The content as it comes, instead of in memory.
    pub fn stream(self) -> X::Open {
        self.on.open(self.action, self.options)
    }
}

impl<X: Execute, A: Action> IntoFuture for Bound<X, A> {
    type Output = Result<A::Reply, Error>;
    type IntoFuture = X::Run<A::Reply>;

    fn into_future(self) -> Self::IntoFuture {
        self.send()
    }
}
