//! The least that a program can do: reqwest, set up as ours is, and a struct under serde's derive.

use std::sync::Arc;

use anyhow::Result;
use rustls_platform_verifier::BuilderVerifierExt;
use serde::Deserialize;

use crate::{replies::TOKEN, side::Side};

/// A bare program.
#[derive(Clone)]
pub(crate) struct Floor {
    pub(crate) client: reqwest::Client,
    api: Arc<str>,
}

impl Floor {
    pub(crate) fn new(api: &str) -> Result<Self> {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()?
            .with_platform_verifier()?
            .with_no_client_auth();
        let client = reqwest::Client::builder()
            .tls_backend_preconfigured(tls)
            .redirect(reqwest::redirect::Policy::none())
            .retry(reqwest::retry::never())
            .user_agent("box-bench/1.0")
            .build()?;
        Ok(Self { client, api: api.into() })
    }
}

impl Side for Floor {
    async fn get(&self, id: &str) -> Result<i64> {
        let request = self.client.get(format!("{}/2.0/files/{id}", self.api)).bearer_auth(TOKEN);
        let reply = request.send().await?.error_for_status()?;
        let file: File = serde_json::from_slice(&reply.bytes().await?)?;
        Ok(file.size)
    }
}

/// What a file has without `fields`.
#[derive(Deserialize)]
#[allow(dead_code, reason = "they are only read")]
struct File {
    r#type: String,
    id: String,
    file_version: FileVersion,
    sequence_id: Option<String>,
    etag: Option<String>,
    sha1: String,
    name: String,
    description: String,
    size: i64,
    path_collection: Path,
    created_at: String,
    modified_at: String,
    trashed_at: Option<String>,
    purged_at: Option<String>,
    content_created_at: String,
    content_modified_at: String,
    created_by: User,
    modified_by: User,
    owned_by: User,
    parent: Folder,
    item_status: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "they are only read")]
struct FileVersion {
    r#type: String,
    id: String,
    sha1: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "they are only read")]
struct Path {
    total_count: i64,
    entries: Vec<Folder>,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "they are only read")]
struct Folder {
    r#type: String,
    id: String,
    sequence_id: Option<String>,
    etag: Option<String>,
    name: String,
}

#[derive(Deserialize)]
#[allow(dead_code, reason = "they are only read")]
struct User {
    r#type: String,
    id: String,
    name: String,
    login: String,
}
