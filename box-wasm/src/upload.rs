//! Uploading.

use std::{fmt, rc::Rc};

use box_core::{
    action::CallOptions,
    call::Want,
    error::Error,
    models::File,
    reply::Reply,
    request::Draft,
    time::DateTime,
    upload::{self, Target, Upload as Machine, UploadOutput, UploadPlan},
};
use wasm_bindgen_futures::spawn_local;

use crate::{
    client::Client,
    gate::Entered,
    outgoing::{Cargo, Meter},
    progress::{Progress, Watch, meter},
    source::{OpenSource, Source},
};

/// An upload: set what is optional, then [`send`](Self::send). Dropping its future ends it.
///
/// Up to 50 MB go in one request, more in a session of parts; memory stays bounded either way. What Box stored is
/// compared with what was sent.
#[must_use = "nothing is sent before `.send()`"]
pub struct Upload {
    client: Client,
    source: Source,
    plan: UploadPlan,
    watch: Option<Watch>,
}

impl Upload {
    pub(crate) fn new(client: Client, target: Target, source: Source) -> Self {
        Self { client, source, plan: UploadPlan::new(target, 0), watch: None }
    }

    /// When the content was made; new files only.
    pub fn content_created_at(mut self, time: DateTime) -> Self {
        self.plan.content_created_at = Some(time.to_string());
        self
    }

    /// When the content was last changed.
    pub fn content_modified_at(mut self, time: DateTime) -> Self {
        self.plan.content_modified_at = Some(time.to_string());
        self
    }

    /// Stores a new version only if the file still has this etag.
    pub fn if_match(mut self, etag: impl Into<String>) -> Self {
        self.plan.if_match = Some(etag.into());
        self
    }

    /// Renames the file whose new version is uploaded.
    pub fn rename(mut self, name: impl Into<String>) -> Self {
        match &mut self.plan.target {
            Target::File { name: target, .. } => *target = name.into(),
            Target::Version { name: target, .. } => *target = Some(name.into()),
        }
        self
    }

    /// Options of every call that the upload makes.
    pub fn with_options(mut self, options: CallOptions) -> Self {
        self.plan.options = options;
        self
    }

    box_core::options::setters!();

    fn call_options(&mut self) -> &mut CallOptions {
        &mut self.plan.options
    }

    /// Is told how far the upload is.
    pub fn progress(mut self, watch: impl Fn(Progress) + 'static) -> Self {
        self.watch = Some(Rc::new(watch));
        self
    }

    /// Uploads.
    ///
    /// # Errors
    /// `InvalidInput` for a name that Box doesn't take, `Io` if the source can't be read or its length changes,
    /// `Integrity` if Box stored something else, and whatever Box answers.
    pub async fn send(self) -> Result<File, Error> {
        let entered = self.client.enter()?;
        entered.run(self.run(entered.clone())).await
    }

    async fn run(self, entered: Entered) -> Result<File, Error> {
        let Self { client, source, mut plan, watch } = self;
        let mut source = OpenSource::new(source);
        plan.size = source.len();
        plan.held = source.is_held();
        let meter = watch.map(|watch| meter(watch, Some(source.len())));
        let machine = Machine::new(plan, client.exchange().rng());
        let mut session = OpenSession { client, machine, entered };
        loop {
            match session.machine.poll_output() {
                UploadOutput::Digest(range) => {
                    let digest = source.digest(range).await;
                    session.machine.handle_digest(digest);
                }
                UploadOutput::Call(draft, options) => {
                    let reply = call(&session.client, draft, options, &source, meter.as_ref()).await;
                    session.machine.handle_reply(reply);
                }
                UploadOutput::Done(result) => return result.and_then(upload::file),
                UploadOutput::Wait => return Err(Error::internal("an upload that waits for nothing")),
            }
        }
    }
}

impl fmt::Debug for Upload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("plan", &self.plan).finish_non_exhaustive()
    }
}

async fn call(
    client: &Client,
    draft: Draft,
    options: CallOptions,
    source: &OpenSource,
    meter: Option<&Meter>,
) -> Result<Reply, Error> {
    let meter = meter.filter(|_| !draft.body.is_empty());
    let cargo = Cargo { source: Some(source), meter };
    client.drive(draft, options, Want::Bytes, cargo).await.map(|(reply, _)| reply)
}

/// Gives the session at Box up when the caller has gone before the end.
struct OpenSession {
    client: Client,
    machine: Machine,
    entered: Entered,
}

impl Drop for OpenSession {
    fn drop(&mut self) {
        let Some((draft, options)) = self.machine.abandon() else {
            return;
        };
        let (client, entered) = (self.client.clone(), self.entered.clone());
        spawn_local(async move {
            let _entered = entered;
            // Nobody is left to be told: an unused session ends by itself after a week.
            let _ = client.drive(draft, options, Want::Bytes, Cargo::default()).await;
        });
    }
}
