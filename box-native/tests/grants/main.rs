//! Every way to get a token, against an emulator that verifies what it is shown as Box does.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod assertions;
mod downscopes;
mod ends;
mod keeps;
mod keys;
mod signers;
mod subjects;
#[path = "../support/mod.rs"]
mod support;
mod ways;

use std::{
    sync::{Arc, Mutex},
    time::Duration,
};

use box_emulator::server::{Options, Server};
use box_native::{
    Client, ClientBuilder, Error, JwtConfig, RetryPolicy,
    box_core::hint::Hint,
    transport::{BoxFuture, HttpBody, HttpReply, HttpRequest, Layer, Next, TransportError},
};

async fn start() -> Server {
    Server::start(Options::default()).await.unwrap()
}

/// Settings without a way to sign in.
fn open(server: &Server) -> ClientBuilder {
    let mut retry = RetryPolicy::default();
    retry.base = Duration::from_millis(1);
    support::client().hosts(support::hosts(server)).retry(retry)
}

/// The developer console's file with a key.
fn config(server: &Server, key: &str, passphrase: Option<&str>) -> JwtConfig {
    JwtConfig::from_json(&server.addresses().config_json(key, passphrase)).unwrap()
}

/// A client of the service account, by its key.
fn service(server: &Server) -> Client {
    open(server).jwt(config(server, box_emulator::keys::PLAIN, None)).build().unwrap()
}

/// Requests to the token endpoint, whatever they were answered.
fn token_requests(server: &Server) -> u64 {
    support::requests(server, "oauth.token") + support::requests(server, "oauth.refresh")
}

fn is(error: &Error, hint: Hint) {
    assert_eq!(error.hint(), Some(hint), "{error:?}");
}

/// Notes what token requests hold.
#[derive(Clone, Default)]
struct Forms(Arc<Mutex<Vec<String>>>);

impl Forms {
    /// The values of a field, in the order of the requests.
    fn values(&self, name: &str) -> Vec<String> {
        let forms = self.0.lock().unwrap();
        let field = |form: &String| {
            let mut fields = form.split('&').filter_map(|field| field.split_once('='));
            fields.find(|(known, _)| *known == name).map(|(_, value)| value.to_owned())
        };
        forms.iter().filter_map(field).collect()
    }
}

impl Layer for Forms {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        if let (true, HttpBody::Bytes(form)) = (request.url.ends_with("/oauth2/token"), &request.body) {
            self.0.lock().unwrap().push(String::from_utf8(form.to_vec()).unwrap());
        }
        next.send(request)
    }
}
