//! Where the tour takes place: an emulator in this process, or Box.

use std::sync::{
    Arc,
    atomic::{AtomicU64, Ordering},
};

use box_emulator::server::{Options, Server};
use box_native::{
    Client, Hosts, Subject,
    transport::{Http, HttpRequest, HttpSettings, Transport},
};

use crate::{
    Failure,
    report::{Report, Step},
};

pub(crate) enum Place {
    Emulator { server: Box<Server>, client: Client, announced: Arc<AtomicU64> },
    Live { client: Client },
}

impl Place {
    /// Starts an emulator and signs in on its authorize page.
    pub(crate) async fn emulator(report: &mut Report) -> Result<Self, Failure> {
        let server = Box::new(Server::start(Options::default()).await?);
        let at = server.addresses();
        println!("An emulator of Box answers at {}", at.api);
        let announced = Arc::new(AtomicU64::new(0));
        let seen = Arc::clone(&announced);
        let client = Client::builder()
            .hosts(Hosts::new(&at.api, &at.upload, &at.oauth2)?)
            .oauth(&at.client_id, at.client_secret.as_str())
            .tokens_changed(move |tokens| {
                let seen = Arc::clone(&seen);
                async move {
                    println!("  tokens_changed: generation {}", tokens.generation);
                    seen.store(tokens.generation, Ordering::Release);
                }
            })
            .build()?;

        let sign_in = client.begin_sign_in(Some("http://127.0.0.1:1/callback"))?;
        let answer = browse(&client.authorize_url(&sign_in)?).await?;
        client.finish_sign_in(&sign_in, &answer).await?;
        report.done(Step::SignIn, "OAuth, with a code that a `state` guards");
        Ok(Self::Emulator { server, client, announced })
    }

    /// Box, with credentials from the environment.
    pub(crate) fn live() -> Result<Self, Failure> {
        Ok(Self::Live { client: Client::from_env()? })
    }

    pub(crate) fn client(&self) -> &Client {
        match self {
            Self::Emulator { client, .. } | Self::Live { client } => client,
        }
    }

    /// Whether what was just stored is found by a search; Box's index takes minutes.
    pub(crate) fn searches_at_once(&self) -> bool {
        matches!(self, Self::Emulator { .. })
    }

    /// Lets the access token end, and calls.
    pub(crate) async fn let_the_token_end(&self, report: &mut Report) -> Result<(), Failure> {
        let Self::Emulator { server, client, announced } = self else {
            let me = self.client().users().me().await?;
            report.done(Step::SignIn, &format!("as {}", me.login.unwrap_or_default()));
            report.skipped(Step::Refresh, "a token of Box lives for an hour");
            return Ok(());
        };
        let before = announced.load(Ordering::Acquire);
        server.control(|emulator| emulator.advance(2 * 60 * 60 * 1000));
        println!("Two hours later the token has ended; the next call refreshes it:");
        let me = client.users().me().await?;
        let refreshes = server.control(|emulator| emulator.counters().requests("oauth.refresh"));
        if refreshes != 1 || announced.load(Ordering::Acquire) != before + 1 {
            return Err(format!("{refreshes} refreshes, expected was one").into());
        }
        let login = me.login.unwrap_or_default();
        report.done(Step::Refresh, &format!("one refresh, one tokens_changed; still {login}"));
        Ok(())
    }

    /// Signs in once more, with client credentials.
    pub(crate) async fn sign_in_as_application(&self, report: &mut Report) -> Result<(), Failure> {
        let Self::Emulator { server, .. } = self else {
            report.skipped(Step::Application, "the environment has decided who signs in");
            return Ok(());
        };
        let at = server.addresses();
        let subject = Subject::Enterprise(at.enterprise_id.clone());
        let client = Client::builder()
            .hosts(Hosts::new(&at.api, &at.upload, &at.oauth2)?)
            .client_credentials(&at.client_id, at.client_secret.as_str(), subject)
            .build()?;
        let me = client.users().me().await?;
        report.done(Step::Application, &format!("as {}", me.name.unwrap_or_default()));
        Ok(())
    }
}

/// Opens a page as a browser would, and tells where it was sent.
async fn browse(page: &str) -> Result<String, Failure> {
    let request = HttpRequest::new("GET", page);
    let reply = Http::new(&HttpSettings::default())?.send(request).await.map_err(|lost| lost.error)?;
    let target = reply.head.headers.get("location");
    Ok(target.ok_or("the authorize page sent the browser nowhere")?.to_owned())
}
