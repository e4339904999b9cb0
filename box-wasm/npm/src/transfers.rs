//! Uploads and downloads: JavaScript hashes and moves the bytes.

use std::time::Duration;

use box_core::{
    call::Want,
    digest::Sha1,
    download::{Download, DownloadOutput, DownloadPlan, Received},
    error::{Error, ErrorKind},
    reply::{Content, Reply, RequestId},
    time::{self, Timestamp},
    upload::{Target, Upload, UploadOutput, UploadPlan},
};

use crate::{
    command::{Command, call_options, flag, list, member, number, owned},
    engine::{Engine, unknown},
    output::n,
    slot::Owner,
};

/// A transfer that is under way.
pub(crate) enum Transfer {
    Upload(u32, Box<Upload>),
    Download(u32, Box<Download>),
}

impl Transfer {
    /// Whose it is.
    pub(crate) fn client(&self) -> u32 {
        match self {
            Self::Upload(client, _) | Self::Download(client, _) => *client,
        }
    }
}

impl Engine {
    /// Commands of transfers.
    pub(crate) fn handle_transfer(&mut self, command: &Command<'_>) -> Result<(), Error> {
        let (now, id) = (command.now, command.id(0));
        match &*command.name {
            "upload" | "download" => self.transfer(id, command)?,
            "digested" => {
                let digest = command.text(1).and_then(Sha1::from_hex);
                let why = || command.text(2).unwrap_or("it can't be hashed").to_owned();
                self.digested(now, id, digest.ok_or_else(|| Error::new(ErrorKind::Io, why())));
            }
            "received" => {
                let digest = command.text(2).and_then(Sha1::from_hex);
                self.received(now, id, number(command.value(1)).unwrap_or_default(), digest);
            }
            _ => return Err(unknown()),
        }
        Ok(())
    }

    /// Begins an upload or a download.
    fn transfer(&mut self, id: u32, command: &Command<'_>) -> Result<(), Error> {
        let (client, settings) = (command.id(1), command.value(2));
        let known = self.clients.get(client).ok_or_else(|| Error::internal("a client that is gone"))?;
        let rng = known.rng.fork();
        let options = call_options(list(command.value(3)));
        let transfer = if command.name == "upload" {
            let name = owned(settings, "name");
            let target = match owned(settings, "fileId") {
                Some(file_id) => Target::Version { file_id, name },
                None => Target::File {
                    folder_id: owned(settings, "folderId").unwrap_or_default(),
                    name: name.unwrap_or_default(),
                },
            };
            let mut plan = UploadPlan::new(target, number(member(settings, "size")).unwrap_or_default());
            plan.held = flag(settings, "held");
            plan.content_created_at = owned(settings, "createdAt");
            plan.content_modified_at = owned(settings, "modifiedAt");
            plan.if_match = owned(settings, "ifMatch");
            plan.options = options;
            Transfer::Upload(client, Box::new(Upload::new(plan, rng)))
        } else {
            let mut plan = DownloadPlan::new(owned(settings, "fileId").unwrap_or_default());
            plan.version = owned(settings, "version");
            plan.verify = !flag(settings, "unverified");
            plan.options = options;
            Transfer::Download(client, Box::new(Download::new(plan, rng)))
        };
        self.transfers.put(id, transfer);
        self.move_on(command.now, id);
        Ok(())
    }

    /// Carries out what a transfer wants, until it waits or is done.
    fn move_on(&mut self, now: Timestamp, id: u32) {
        while let Some(transfer) = self.transfers.get(id) {
            match transfer {
                Transfer::Upload(client, upload) => match upload.poll_output() {
                    UploadOutput::Digest(range) => {
                        let (start, end) = (range.start.to_string(), range.end.to_string());
                        self.out.push("digest", &[&n(id), &start, &end]);
                    }
                    UploadOutput::Call(draft, options) => {
                        let client = *client;
                        self.begin(now, client, Owner::Transfer(id), draft, options, Want::Bytes);
                    }
                    UploadOutput::Done(Ok(reply)) => {
                        self.transfers.take(id);
                        self.tell(id, 0, false, &reply, Duration::ZERO);
                    }
                    UploadOutput::Done(Err(error)) => self.failed(id, &error),
                    UploadOutput::Wait => return,
                },
                Transfer::Download(client, download) => match download.poll_output() {
                    DownloadOutput::Call(draft, options) => {
                        let client = *client;
                        self.begin(now, client, Owner::Transfer(id), draft, options, Want::Bytes);
                    }
                    DownloadOutput::Open(draft, options) => {
                        let client = *client;
                        self.begin(now, client, Owner::Content(id), draft, options, Want::Stream);
                    }
                    DownloadOutput::Done(Ok(_)) => {
                        self.transfers.take(id);
                        self.out.push("done", &[&n(id)]);
                    }
                    DownloadOutput::Done(Err(error)) => self.failed(id, &error),
                    DownloadOutput::Wait => return,
                },
            }
        }
    }

    fn failed(&mut self, id: u32, error: &Error) {
        self.transfers.take(id);
        self.out.fail(id, error);
    }

    /// What came of a call of a transfer.
    pub(crate) fn called(&mut self, now: Timestamp, id: u32, result: Result<Reply, Error>) {
        match self.transfers.get(id) {
            Some(Transfer::Upload(_, upload)) => upload.handle_reply(result),
            Some(Transfer::Download(_, download)) => download.handle_reply(result),
            None => return,
        }
        self.move_on(now, id);
    }

    /// The content of a download can be read, or can't.
    pub(crate) fn opened(&mut self, id: u32, key: u32, idle: Duration, result: Result<Reply, Error>) {
        let Some(Transfer::Download(_, download)) = self.transfers.get(id) else {
            return;
        };
        match result {
            Ok(Reply { headers: fields, content: Content::Held(RequestId(request)), .. }) => {
                let length = fields.get("content-length").and_then(|length| length.parse::<u64>().ok());
                let size = download.size().or(length);
                let size = size.map_or_else(|| "null".to_owned(), |size| size.to_string());
                let idle = time::millis(idle).to_string();
                self.out.push("content", &[&n(id), &size, &n(key), &n(request), &idle]);
            }
            Ok(_) => self.failed(id, &Error::internal("the content was not handed over")),
            Err(error) => self.failed(id, &error),
        }
    }

    fn digested(&mut self, now: Timestamp, id: u32, digest: Result<Sha1, Error>) {
        if let Some(Transfer::Upload(_, upload)) = self.transfers.get(id) {
            upload.handle_digest(digest);
            self.move_on(now, id);
        }
    }

    /// All of a download has come.
    fn received(&mut self, now: Timestamp, id: u32, size: u64, digest: Option<Sha1>) {
        if let Some(Transfer::Download(_, download)) = self.transfers.get(id) {
            let digest = digest.ok_or_else(|| Error::internal("a digest that isn't SHA-1"));
            download.handle_received(digest.map(|digest| Received::new(size, digest)));
            self.move_on(now, id);
        }
    }

    /// Nobody waits for a transfer any more: its session at Box is given up.
    pub(crate) fn abandon(&mut self, now: Timestamp, transfer: Transfer) {
        let Transfer::Upload(client, mut upload) = transfer else {
            return;
        };
        if let Some((draft, options)) = upload.abandon() {
            self.begin(now, client, Owner::Nobody, draft, options, Want::Bytes);
        }
    }
}
