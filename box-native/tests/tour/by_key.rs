//! An application with a key, what is derived from it, and its end.

use box_emulator::keys;
use box_native::{
    Downscope, ErrorKind, JwtConfig, Restriction,
    transport::{BoxFuture, HttpBody, HttpReply, HttpRequest, Layer, Next, TransportError},
};

use super::Tour;
use crate::plants::Plants;

/// Plants what is signed on the way.
struct Assertions(Plants);

impl Layer for Assertions {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        if let HttpBody::Bytes(form) = &request.body {
            let form = String::from_utf8_lossy(form);
            for (name, value) in form.split('&').filter_map(|field| field.split_once('=')) {
                if matches!(name, "assertion" | "actor_token") {
                    // The signature alone: what it signs is no secret without it.
                    self.0.plant("assertion", value.rsplit('.').next().unwrap());
                }
            }
        }
        next.send(request)
    }
}

impl Tour {
    pub(super) async fn by_key(&self) {
        // A line in the middle of it is nothing that the public half has.
        self.plant("private key", keys::PLAIN.lines().nth(14).unwrap());
        let addresses = self.server.addresses();
        for (pem, known) in [(keys::PLAIN, true), (keys::OTHER, false)] {
            let config = JwtConfig::from_json(&addresses.config_json(pem, None)).unwrap();
            let builder = self.builder().layer(Assertions(self.plants.clone())).jwt(config);
            self.shown.debug("builder", &builder);
            let client = builder.build().unwrap();
            self.shown.debug("client", &client);
            if !known {
                self.shown.failed("a wrong key", client.users().me().await, ErrorKind::SignInNeeded);
                continue;
            }
            let by = Downscope::new(["item_preview"], Restriction::NoItem).by("visitor", "Vera");
            let user = client.with_user_subject(&addresses.user_id).unwrap();
            for client in [&client, &user, &user.downscoped(by).unwrap()] {
                client.users().me().await.unwrap();
                let token = client.access_token().await.unwrap();
                self.plant("access token", token.access_token.expose());
                self.shown.debug("access token", &token);
            }
            user.revoke().await.unwrap();
        }
    }
}
