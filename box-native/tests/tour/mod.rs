//! A client that is full of planted values, on a tour of all that it can do and of all that can go wrong. Whatever it tells on
//! the way is kept.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "support of tests")]

mod by_key;
mod failures;
mod journey;
mod panics;
mod printed;
mod shown;

use std::time::Duration;

use box_emulator::server::{Options, Server};
use box_native::{ClientBuilder, RetryPolicy, Tokens};

use crate::{plants::Plants, support};

use self::shown::Peek;
pub(crate) use self::shown::Shown;

/// The tour.
pub(crate) struct Tour {
    server: Server,
    plants: Plants,
    shown: Shown,
}

impl Tour {
    /// An emulator that knows a planted secret of the application.
    pub(crate) async fn start(plants: &Plants, shown: &Shown) -> Self {
        let mut options = Options::default();
        options.settings.addresses.client_secret =
            plants.plant("client secret", "Vx7client+secret/Qm31 ö%2F");
        let server = Server::start(options).await.unwrap();
        Self { server, plants: plants.clone(), shown: shown.clone() }
    }

    /// All of it. Each stage is large, so none lies on the stack.
    pub(crate) async fn run(&self) {
        let client = Box::pin(self.sign_in()).await;
        Box::pin(self.work(&client)).await;
        Box::pin(self.by_key()).await;
        Box::pin(self.through_proxies()).await;
        Box::pin(self.fail(&client)).await;
        Box::pin(self.fail_to_connect()).await;
        Box::pin(self.fail_to_sign_in()).await;
        Box::pin(self.panic(&client)).await;
        Box::pin(self.print(&client)).await;
    }

    fn plant(&self, name: &str, value: &str) -> String {
        self.plants.plant(name, value)
    }

    /// An access token that is good.
    async fn live_token(&self) -> String {
        let tokens = support::kept_tokens(&self.server).await;
        self.tokens()(&tokens);
        tokens.access_token.unwrap().expose().to_owned()
    }

    /// Plants tokens and shows them as a program would that logs them.
    fn tokens(&self) -> impl Fn(&Tokens) + Clone + Send + Sync + 'static {
        let (plants, shown) = (self.plants.clone(), self.shown.clone());
        move |tokens| {
            let secrets = [("access token", &tokens.access_token), ("refresh token", &tokens.refresh_token)];
            for (name, secret) in secrets {
                if let Some(secret) = secret {
                    plants.plant(name, secret.expose());
                }
            }
            shown.debug("tokens", tokens);
        }
    }

    /// A client whose hooks show all that they are given, and one of which panics with it.
    fn builder(&self) -> ClientBuilder {
        let (shown, tokens) = (self.shown.clone(), self.tokens());
        let mut retry = RetryPolicy::default();
        (retry.base, retry.max_attempts) = (Duration::from_millis(1), 2);
        let addresses = self.server.addresses();
        support::client()
            .hosts(support::hosts(&self.server))
            .oauth(&addresses.client_id, addresses.client_secret.as_str())
            .retry(retry)
            .layer(Peek(self.shown.clone(), self.plants.clone()))
            .on_event(move |event| shown.debug("event", event))
            .tokens_changed(move |given| {
                tokens(&given);
                async move { panic!("the hook holds {given:?} and {given:#?}") }
            })
    }
}
