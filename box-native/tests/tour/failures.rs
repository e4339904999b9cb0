//! What goes wrong, in every way.

use std::time::Duration;

use box_emulator::{Emulator, Fault, FaultBody, FaultKind};
use box_native::{
    CancelToken, Client, ClientBuilder, Error, ErrorKind, Hosts, Provided, Timeouts,
    box_core::models::Reference,
    store::FileStore,
    transport::{HttpSettings, Proxy, Roots},
};
use tokio::io::AsyncWriteExt;

use super::{
    Tour,
    journey::{PASSWORD, USER},
};
use crate::{
    relay::{Relay, head, http_proxy, socks, tls::Authority},
    support::{NO_NAME, egress, soon},
};

impl Tour {
    /// Replies and their absence.
    pub(super) async fn fail(&self, client: &Client) {
        let query = self.plant("value of a query", "Vx7query value/Hb17");
        let away = self.plant("target of a redirect", "https://elsewhere.example/Vx7target?t=Jm51");
        let ask = || client.raw("GET", "/users/me").query("q", &*query);
        let fail = |fault: Fault| self.server.control(|emulator| emulator.fail(fault.times(9)));
        let faults = [
            (Fault::status("raw", 404), ErrorKind::Api),
            (Fault::status("raw", 502).body(FaultBody::Html), ErrorKind::Api),
            (Fault::status("raw", 429).retry_after("0"), ErrorKind::Api),
            (Fault::status("raw", 401), ErrorKind::SignInNeeded),
            (Fault::new("raw", FaultKind::Drop), ErrorKind::Transport),
            (Fault::new("raw", FaultKind::Truncate { bytes: 10 }), ErrorKind::Transport),
            (Fault::new("raw", FaultKind::RedirectLoop), ErrorKind::Redirect),
            (Fault::redirect("raw", &away), ErrorKind::Redirect),
            (Fault::redirect("raw", &away[6..]), ErrorKind::Redirect),
            (Fault::redirect("raw", &away.replace("https:", "ht!tps:")), ErrorKind::Redirect),
        ];
        for (fault, kind) in faults {
            let what = format!("{fault:?}");
            // The emulator knows no operation `raw`: it hits what it is for.
            let mut fault = fault;
            fault.operation = "users.me".to_owned();
            fail(fault);
            let error = soon(&what, ask().send()).await.expect_err(&what);
            assert!(error.kind() == kind || kind == ErrorKind::SignInNeeded, "{what}: {error:?}");
            self.shown.error(&error);
            self.server.control(Emulator::clear_faults);
        }
        self.shown.failed("missing", client.files().get("404404").await, ErrorKind::Api);
        self.shown.failed(
            "read only",
            client.clone().read_only().folders().delete("1").await,
            ErrorKind::ReadOnly,
        );

        fail(Fault::new("upload_sessions.create", FaultKind::Drop).after_effect());
        let lost = client.upload_sessions().create("0", 30_000_000, "lost").await;
        self.shown.failed("lost", lost, ErrorKind::OutcomeUnknown);
        let content = self.plant("content", "Vx7content of a file, Ge94").into_bytes();
        fail(Fault::status("files.upload", 403));
        self.shown.failed("upload", client.upload("0", "u", content).send().await, ErrorKind::Api);
        fail(Fault::stall("folders.create", 0));
        let mut impatient = Timeouts::default();
        impatient.first_byte_of_write = Duration::from_millis(100);
        let stalled = client.folders().create("s", Reference::new("0")).with_timeouts(impatient);
        let stalled = soon("a stall", stalled).await;
        self.shown.error(&stalled.unwrap_err());
        impatient.first_byte = Duration::from_millis(100);
        fail(Fault::stall("users.me", 0));
        self.shown.failed(
            "no head",
            soon("a get", ask().with_timeouts(impatient).send()).await,
            ErrorKind::Timeout,
        );
        self.server.control(Emulator::clear_faults);

        let cancel = CancelToken::new();
        cancel.cancel();
        let cancelled = client.download("1").cancel(&cancel).to_path("nowhere").await;
        self.shown.failed("cancelled", cancelled, ErrorKind::Cancelled);
        self.shown.failed(
            "a path",
            client.upload("0", "n", std::path::Path::new("nowhere/a")).send().await,
            ErrorKind::Io,
        );
        self.refuse(client, &query, &away).await;
    }

    /// What isn't sent at all.
    async fn refuse(&self, client: &Client, query: &str, away: &str) {
        let wrong = [
            client.raw("GET", &format!("/users/me?q={query}")).send().await.map(drop),
            client.raw("GET", away).send().await.map(drop),
            client.users().me().with_endpoint(away).await.map(drop),
            client.users().me().with_header("x-own", format!("{query}\n")).await.map(drop),
            client.users().me().with_header("x-own", format!("{query}\u{0}")).await.map(drop),
            Hosts::new(away, away, away).map(drop),
            Hosts::new(&format!("https://u:{query}@x"), "https://x", "https://x").map(drop),
            Proxy::new(&format!("http://{USER}:{PASSWORD}@x")).map(drop),
            Proxy::new(&format!("ftp://u:{query}@x")).map(drop),
            Roots::none().with(query).map(drop),
        ];
        for (number, wrong) in wrong.into_iter().enumerate() {
            self.shown.failed(&format!("wrong {number}"), wrong, ErrorKind::InvalidInput);
        }
    }

    /// Servers that can't be reached, or answer what they were told.
    pub(super) async fn fail_to_connect(&self) {
        let token = self.plant("access token of another", "Vx7access.token-Uy62+/=");
        let at = |url: &str| {
            egress::open(url);
            self.builder().access_token(token.as_str()).hosts(Hosts::new(url, url, url).unwrap())
        };
        let silent = Relay::start(|stream, _| async move {
            let _open = stream;
            std::future::pending().await
        });
        let (silent, stranger) = (silent.await, Authority::new().front("127.0.0.1:1").await);
        let mut hurried = HttpSettings::default();
        hurried.connect_timeout = Duration::from_millis(100);
        self.shown.debug("settings", &hurried);
        let nobody = format!("http://{}", http_proxy::nobody().await);
        let secure = |relay: &Relay| at(&format!("https://localhost:{}", relay.at.port()));
        let closed = http_proxy::start(Some("Basic of another")).await;
        let guarded = socks::start(Some(("somebody", "else"))).await;
        let by = |scheme: &str, relay: &Relay| {
            let proxy = Proxy::new(&format!("{scheme}://{}", relay.at)).unwrap().credentials(USER, PASSWORD);
            secure(&stranger).proxy(proxy)
        };
        let dead = Proxy::new(&nobody).unwrap().credentials(USER, PASSWORD);
        let cases: [(&str, ClientBuilder, ErrorKind); 8] = [
            ("refused", at(&nobody), ErrorKind::Transport),
            ("no name", at(NO_NAME), ErrorKind::Transport),
            ("TLS", secure(&stranger).tls_roots(Roots::none()), ErrorKind::Transport),
            ("TLS of the platform", secure(&stranger), ErrorKind::Transport),
            ("no TLS in time", secure(&silent).http(hurried), ErrorKind::Timeout),
            ("refused by a proxy", by("http", &closed), ErrorKind::Transport),
            ("refused by SOCKS", by("socks5h", &guarded), ErrorKind::Transport),
            ("no proxy", at(&nobody).proxy(dead), ErrorKind::Transport),
        ];
        for (what, builder, kind) in cases {
            self.shown.debug(what, &builder);
            self.shown.failed(what, self.asks(builder, what).await, kind);
        }
        for start in [
            "HTTP/1.1 200 OK\r\ncontent-type: text/html\r\n",
            "HTTP/1.1 200 OK\r\ncontent-type: application/json\r\n",
            "HTTP/1.1 400 Bad Request\r\ncontent-type: text/html\r\n",
            "HTTP/1.1 404 Not Found\r\ncontent-type: text/plain\r\n",
            "HTTP/1.1 503 Busy\r\nretry-after: 0\r\ncontent-type: text/html\r\n",
            "HTTP/1.1 302 Found\r\nlocation: /",
            "HTTP/1.1 400 ",
            "HTTP/1.1 200 OK\r\ncontent-length: ",
            "no HTTP at all: ",
        ] {
            let echo = Relay::start(move |mut stream, _| async move {
                let told = head(&mut stream).await?;
                let one_line = told.replace("\r\n", " ");
                let reply = if start.ends_with('\n') {
                    format!("{start}content-length: {}\r\n\r\n{told}", told.len())
                } else {
                    format!("{start}{one_line}\r\ncontent-length: 0\r\n\r\n")
                };
                stream.write_all(reply.as_bytes()).await
            });
            let echo = format!("http://{}", echo.await.at);
            if let Err(error) = self.asks(at(&echo), start).await {
                self.shown.error(&error);
            }
        }
    }

    async fn asks(&self, builder: ClientBuilder, what: &str) -> Result<(), Error> {
        let client = builder.build().unwrap();
        let call =
            client.raw("GET", "/users/me").query("q", self.plant("value of a query", "Vx7query value/Hb17"));
        soon(what, call.send()).await.map(drop)
    }

    /// Tokens, codes and stores that aren't what they should be.
    pub(super) async fn fail_to_sign_in(&self) {
        let refresh = self.plant("refresh token of another", "Vx7refresh.token/Ia73");
        let access = self.plant("access token of another", "Vx7access.token-Uy62+/=");
        let wrong = self.plant("secret of another", "Vx7client-secret~Ob84");
        let id = self.server.addresses().client_id.clone();
        let ends = |builder: ClientBuilder| async move {
            let client = builder.build().unwrap();
            let error = soon("signing in", client.users().me()).await.unwrap_err();
            self.shown.error(&error);
        };
        ends(self.builder().tokens(refresh.as_str(), Some(access.as_str().into()))).await;
        ends(self.builder().tokens(refresh.as_str(), None)).await;
        ends(self.builder().oauth(&id, wrong.as_str()).tokens(refresh.as_str(), None)).await;
        ends(self.builder().access_token(access.as_str())).await;
        ends(self.builder().access_token(format!("{access}\n"))).await;
        let given = self.plant("token of a provider", "Vx7provider-token.Fs40");
        ends(self.builder().token_provider(move |_| {
            let provided = Provided { access_token: given.as_str().into(), expires_in: None };
            async { Ok(provided) }
        }))
        .await;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("tokens");
        let damaged = [
            format!("{{\"access_token\": [\"{access}\"]}}"),
            format!("{{\"access_token\": \"{access}\", \"generation\": \"{refresh}\"}}"),
            format!("{refresh} {access}"),
        ];
        for text in damaged {
            std::fs::write(&path, text).unwrap();
            let store = FileStore::new(&path);
            self.shown.debug("store", &store);
            ends(self.builder().token_store(store)).await;
        }

        let client = self.builder().build().unwrap();
        let begun = client.begin_sign_in(None).unwrap();
        let state = self.plant("state of a sign-in", begun.state().expose());
        let code = self.plant("authorization code of another", "Vx7code/of+another Et95");
        for answer in [
            format!("/?code={code}&state=another"),
            format!("/?code=&state={state}"),
            format!("/?code=Vx7code%2Fof%2Banother%20Et95&state={state}"),
            format!("{code} {state}"),
        ] {
            self.shown.error(&client.finish_sign_in(&begun, &answer).await.unwrap_err());
        }
    }
}
