//! What JavaScript sees.

use std::time::Duration;

use box_core::{
    action::{CallOptions, FromReply},
    error::{Error, ErrorKind},
    hosts::Hosts,
    raw::RawRequest,
    session::Subject,
};
use bytes::Bytes;
use js_sys::{JSON, Reflect};
use serde::Deserialize;
use wasm_bindgen::prelude::*;
use web_sys::Response;

use crate::{body::Body, builder::ClientBuilder, client::Client};

/// Settings of a [`BoxClient`].
#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "camelCase")]
struct Config {
    client_id: String,
    client_secret: String,
    enterprise_id: Option<String>,
    user_id: Option<String>,
    refresh_token: Option<String>,
    access_token: Option<String>,
    hosts: Option<Bases>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Bases {
    api: String,
    upload: String,
    oauth2: String,
}

/// A client of Box.
#[wasm_bindgen]
#[derive(Debug)]
pub struct BoxClient(Client);

#[wasm_bindgen]
impl BoxClient {
    /// A client for settings in JSON.
    #[wasm_bindgen(constructor)]
    pub fn new(config: &str) -> Result<Self, JsValue> {
        client(config).map(Self).map_err(|error| thrown(&error))
    }

    /// Sends a request to a path such as `/users/me`; answers the parsed reply, `null` if it is empty.
    pub async fn raw(
        &self,
        method: &str,
        path: &str,
        #[wasm_bindgen(js_name = timeoutMs)] timeout_ms: Option<f64>,
    ) -> Result<JsValue, JsValue> {
        let bytes = self.bytes(method, path, timeout_ms).await;
        let bytes = bytes.map_err(|error| thrown(&error))?;
        if bytes.is_empty() {
            return Ok(JsValue::NULL);
        }
        let text = str::from_utf8(&bytes).map_err(|_| not_json())?;
        JSON::parse(text).map_err(|_| not_json())
    }

    /// A file's content as the platform's own object, to be read as it comes.
    pub async fn content(
        &self,
        #[wasm_bindgen(js_name = fileId)] file_id: &str,
    ) -> Result<Response, JsValue> {
        let body = self.0.files().download(file_id).stream().await;
        body.map(Body::into_response).map_err(|error| thrown(&error))
    }

    async fn bytes(&self, method: &str, path: &str, timeout_ms: Option<f64>) -> Result<Bytes, Error> {
        let mut options = CallOptions::default();
        if let Some(millis) = timeout_ms {
            let timeout = Duration::try_from_secs_f64(millis / 1000.0);
            options.timeout = Some(timeout.map_err(|_| Error::invalid("the timeout is not a time"))?);
        }
        let reply = self.0.raw(RawRequest::new(method, path), options).await?;
        Bytes::from_reply(reply)
    }
}

fn client(config: &str) -> Result<Client, Error> {
    // Where, but not what: the reader's own words could quote a secret.
    let config: Config = serde_json::from_str(config).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        Error::invalid(format!("the settings are wrong at line {line}, column {column}"))
    })?;
    let mut builder = ClientBuilder::default();
    if let Some(Bases { api, upload, oauth2 }) = &config.hosts {
        builder = builder.hosts(Hosts::new(api, upload, oauth2)?);
    }
    let (id, secret) = (config.client_id, config.client_secret);
    let subject = match (config.user_id, config.enterprise_id) {
        (Some(user), _) => Some(Subject::User(user)),
        (None, enterprise) => enterprise.map(Subject::Enterprise),
    };
    match (config.refresh_token, subject, config.access_token) {
        (Some(refresh), _, access) => builder.oauth(id, secret).tokens(refresh, access.map(Into::into)),
        (None, Some(subject), _) => builder.client_credentials(id, secret, subject),
        (None, None, Some(access)) => builder.access_token(access),
        (None, None, None) => builder,
    }
    .build()
}

/// An error as JavaScript catches it.
fn thrown(error: &Error) -> JsValue {
    let js = js_sys::Error::new(&error.to_string());
    js.set_name("BoxError");
    let facts: [(&str, JsValue); 4] = [
        ("kind", error.kind().as_str().into()),
        ("status", error.status().into()),
        ("code", error.code().into()),
        ("requestId", error.request_id().into()),
    ];
    for (name, value) in facts {
        // Can't fail: the object is new and not frozen.
        let _ = Reflect::set(&js, &name.into(), &value);
    }
    js.into()
}

fn not_json() -> JsValue {
    thrown(&Error::new(ErrorKind::Decode, "the reply is not JSON"))
}
