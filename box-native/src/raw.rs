//! Running a request that the table doesn't know.

use box_core::{
    action::{CallOptions, FromReply},
    call::Want,
    encode::Text,
    error::Error,
    headers::Headers,
    raw::RawRequest,
    reply::Reply,
};
use bytes::Bytes;
use serde::Serialize;
use serde_json::Value;

use crate::{client::Client, drive::NoSources};

/// A request that the caller writes. It is signed in, retried and followed like any other.
#[derive(Debug)]
#[must_use = "nothing is sent before `.send()`"]
pub struct Raw {
    client: Client,
    request: RawRequest,
    options: CallOptions,
}

impl Raw {
    pub(crate) fn new(client: Client, request: RawRequest) -> Self {
        Self { client, request, options: CallOptions::default() }
    }

    /// Sets a query parameter.
    pub fn query(mut self, name: &str, value: impl Text) -> Self {
        self.request = self.request.query(name, value);
        self
    }

    box_core::options::setters!();

    fn call_options(&mut self) -> &mut CallOptions {
        &mut self.options
    }

    /// Sets a JSON body.
    pub fn json(mut self, body: &impl Serialize) -> Self {
        self.request = self.request.json(body);
        self
    }

    /// Sets a body of any kind.
    pub fn body(mut self, content_type: &str, body: impl Into<Bytes>) -> Self {
        self.request = self.request.body(content_type, body);
        self
    }

    /// Sends it and reads the reply as JSON.
    ///
    /// # Errors
    /// `InvalidInput` for a method or path that can't be, `Decode` for a reply that isn't JSON, and whatever Box
    /// answers.
    pub async fn send(self) -> Result<Value, Error> {
        Value::from_reply(self.reply().await?)
    }

    /// Sends it and gives the reply as it is.
    ///
    /// # Errors
    /// As [`send`](Self::send), without `Decode`.
    pub async fn bytes(self) -> Result<(u16, Headers, Bytes), Error> {
        let reply = self.reply().await?;
        let (status, headers) = (reply.status, reply.headers.clone());
        Ok((status, headers, Bytes::from_reply(reply)?))
    }

    async fn reply(self) -> Result<Reply, Error> {
        let entered = self.client.enter()?;
        let draft = self.request.draft()?;
        let call = self.client.drive(draft, self.options, Want::Bytes, &NoSources);
        let (reply, _) = entered.run(call).await?;
        Ok(reply)
    }
}
