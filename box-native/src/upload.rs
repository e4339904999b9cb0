//! Uploading.

use std::sync::Arc;

use box_core::{
    action::CallOptions,
    call::Want,
    error::Error,
    models::File,
    names,
    reply::Reply,
    request::Draft,
    time::DateTime,
    upload::{self, Target, Upload as Machine, UploadOutput, UploadPlan},
};

use crate::{
    cancel::CancelToken,
    client::Client,
    drive::NoSources,
    progress::{Progress, Watcher},
    source::{OpenSource, Source},
};

/// An upload: set what is optional, then [`send`](Self::send).
///
/// Up to 50 MB go in one request, more in a session of parts; memory stays bounded either way. What Box stored is
/// compared with what was sent.
#[derive(Debug)]
#[must_use = "nothing is sent before `.send()`"]
pub struct Upload {
    client: Client,
    source: Source,
    plan: UploadPlan,
    watcher: Watcher,
    cancel: CancelToken,
}

impl Upload {
    pub(crate) fn new(client: Client, target: Target, source: Source) -> Self {
        let plan = UploadPlan::new(target, 0);
        Self { client, source, plan, watcher: Watcher::default(), cancel: CancelToken::new() }
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

    box_core::options::setters!();

    fn call_options(&mut self) -> &mut CallOptions {
        &mut self.plan.options
    }

    /// Is told how far the upload is.
    pub fn progress(mut self, watch: impl Fn(Progress) + Send + Sync + 'static) -> Self {
        self.watcher = Watcher::new(watch);
        self
    }

    /// Ends the upload when the token is cancelled.
    pub fn cancel(mut self, token: &CancelToken) -> Self {
        self.cancel = token.clone();
        self
    }

    /// Uploads.
    ///
    /// # Errors
    /// `InvalidInput` for a name that Box doesn't take, `Io` if the source can't be read or its length changes,
    /// `Integrity` if Box stored something else, and whatever Box answers.
    pub async fn send(self) -> Result<File, Error> {
        let Self { client, source, mut plan, watcher, cancel } = self;
        let entered = client.enter()?;
        if let Target::File { name, .. } = &plan.target {
            names::check(name)?;
        }
        let upload = async {
            let total = Arc::new(std::sync::OnceLock::new());
            let known = Arc::clone(&total);
            let meter = watcher.meter(move || known.get().copied());
            let mut source = OpenSource::new(source, meter).await?;
            let _ = total.set(source.len());
            plan.size = source.len();
            plan.held = source.is_held();
            run(&client, plan, &mut source).await
        };
        entered.run(cancel.run(upload)).await
    }
}

async fn run(client: &Client, plan: UploadPlan, source: &mut OpenSource) -> Result<File, Error> {
    let machine = Machine::new(plan, client.exchange().rng());
    let mut session = OpenSession { client, machine };
    loop {
        match session.machine.poll_output() {
            UploadOutput::Digest(range) => {
                let digest = source.digest(range).await;
                session.machine.handle_digest(digest);
            }
            UploadOutput::Call(draft, options) => {
                let reply = call(client, draft, options, source).await;
                session.machine.handle_reply(reply);
            }
            UploadOutput::Done(result) => return result.and_then(upload::file),
            UploadOutput::Wait => return Err(Error::internal("an upload that waits for nothing")),
        }
    }
}

async fn call(
    client: &Client,
    draft: Draft,
    options: CallOptions,
    source: &OpenSource,
) -> Result<Reply, Error> {
    client.drive(draft, options, Want::Bytes, source).await.map(|(reply, _)| reply)
}

/// Gives the session at Box up when the caller has gone before the end.
struct OpenSession<'a> {
    client: &'a Client,
    machine: Machine,
}

impl Drop for OpenSession<'_> {
    fn drop(&mut self) {
        let Some((draft, options)) = self.machine.abandon() else {
            return;
        };
        let client = self.client.clone();
        if let Ok(runtime) = tokio::runtime::Handle::try_current() {
            // Nobody is left to be told: an unused session ends by itself after a week.
            runtime.spawn(async move { client.drive(draft, options, Want::Bytes, &NoSources).await.is_ok() });
        }
    }
}
