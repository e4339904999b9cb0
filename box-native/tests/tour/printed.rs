//! Everything that can be printed, printed.

use std::time::Duration;

use box_emulator::{Addresses, keys};
use box_native::{
    Client, Downscope, ErrorKind, JwtConfig, KeySigner, Provided, Restriction, SharedLink, Subject, Tokens,
    action::Action,
    box_core::{
        call::{Call, CallConfig, CallOutput, Want},
        headers::Headers,
        reply::{Content, Head, Reply},
        request::{Body, Draft},
        rng::Rng,
        session::{
            ClientCredentials, Exchange, Grant, Locked, OAuthApp, Session, Token, TokenNeed, WaiterId,
        },
        time::Timestamp,
    },
    models,
    store::{Expected, FileStore, MemoryStore, TokenStore},
    transport::{Http, HttpBody, HttpRequest, HttpSettings, Proxy, TransportError},
};

use super::{
    Tour,
    journey::{PASSWORD, USER},
};

impl Tour {
    pub(super) async fn print(&self, client: &Client) {
        let shown = &self.shown;
        let secret = self.plant("secret of another", "Vx7client-secret~Ob84");
        let refresh = self.plant("refresh token of another", "Vx7refresh.token/Ia73");
        let access = self.plant("access token of another", "Vx7access.token-Uy62+/=");
        let link = self.plant("shared link", "https://app.box.com/s/Vx7linkWp05");
        let password = self.plant("password of a shared link", "Vx7link password&Zu66=");
        let query = self.plant("value of a query", "Vx7query value/Hb17");
        let own = self.plant("header field of the application", "Vx7header-Ny28");
        let content = self.plant("content", "Vx7content of a file, Ge94");
        let proxy = Proxy::new("http://127.0.0.1:1").unwrap().credentials(USER, PASSWORD);
        let shared = SharedLink::new(link.as_str()).with_password(password.as_str());
        let tokens = Tokens::new(Some(refresh.as_str().into()), Some(access.as_str().into()));

        let builder = self.builder().tokens(refresh.as_str(), Some(access.as_str().into()));
        let builder =
            builder.proxy(proxy.clone()).with_shared_link(shared.clone()).with_header("x-own", &own);
        shown.debug("builder", &builder);
        shown.debug("client", &builder.clone().build().unwrap());
        shown.debug("client", &client.clone().with_shared_link(shared.clone()).with_header("x-own", &own));
        let mut settings = HttpSettings::default();
        settings.proxy = Some(proxy.clone());
        shown.debug("transport", &(&settings, &proxy, Http::new(&settings).unwrap()));
        shown.debug("shared link", &shared);

        let bytes = content.clone().into_bytes();
        shown.debug("upload", &client.upload("0", "n", bytes.clone()).with_header("x-own", &own));
        shown.debug("upload", &client.upload_version("1", bytes.clone()).with_shared_link(shared.clone()));
        shown.debug("download", &client.download("1").with_header("x-own", &own));
        let raw =
            client.raw("POST", "/x").query("q", &*query).json(&serde_json::json!({"password": password}));
        shown.debug("raw", &raw.with_header("authorization", &access).with_shared_link(shared.clone()));
        let call = client.files().get("1").with_header("authorization", &access).with_header("x-own", &own);
        shown.debug("call", &call.with_shared_link(shared.clone()));
        shown
            .debug("call", &client.files().download("1").access_token(access.as_str()).boxapi(link.as_str()));
        shown.debug("call", &client.oauth().refresh("id", secret.as_str(), refresh.as_str()));
        shown.debug("call", &client.oauth().revoke().client_secret(secret.as_str()).token(access.as_str()));
        let protected = models::SharedLinkRequest::new().password(password.as_str());
        shown.debug("model", &protected);
        shown.debug("call", &client.files().update("1").shared_link(protected));

        let mut request = HttpRequest::new("POST", format!("http://127.0.0.1:1/d/{access}?q={query}"));
        let fields =
            [("authorization", access.as_str()), ("boxapi", &link), ("x-own", &own), ("cookie", &own)];
        request.headers = fields.into_iter().collect();
        request.body = HttpBody::Bytes(bytes.clone().into());
        shown.debug("request", &(&request, &request.body, &request.headers));
        let headers: Headers =
            [("set-cookie", &own), ("location", &link), ("x-own", &own)].into_iter().collect();
        let head = Head { status: 302, headers };
        let reply = Reply {
            status: 200,
            headers: head.headers.clone(),
            content: Content::Bytes(bytes.clone().into()),
        };
        shown.debug("reply", &(&head, &reply, &reply.content));
        let lost =
            box_native::Error::new(ErrorKind::Transport, "lost").with_source(std::io::Error::other("why"));
        shown.debug("lost", &TransportError::after_sending(lost));

        let store = MemoryStore::new();
        store.store(Expected::new(0, 0), tokens.clone()).await.unwrap();
        shown.debug("store", &(&store, FileStore::new("tokens.json")));
        let app = OAuthApp { client_id: "id".to_owned(), client_secret: secret.as_str().into() };
        let subject = Subject::User("1".to_owned());
        let grant = Grant::ClientCredentials(ClientCredentials { app: app.clone(), subject });
        shown.debug("grant", &(&app, &grant, Grant::OAuth(app.clone())));
        let token = Token { secret: access.as_str().into(), generation: 1 };
        let expires_in = Some(Duration::from_secs(1));
        shown.debug(
            "token",
            &(&token, Provided { access_token: access.as_str().into(), expires_in }, &tokens),
        );
        self.print_grants(client, &link);
        self.print_machines(Grant::OAuth(app), tokens, token, &query, &content);
    }

    /// Ways to sign in with a key, and what is derived from a client.
    fn print_grants(&self, client: &Client, link: &str) {
        let shown = &self.shown;
        let passphrase = self.plant("passphrase of a key", "Vx7passphrase+Te19");
        let secret = self.plant("secret of a file", "Vx7file secret/Mo55");
        // A line of it in the middle is nothing that the public half has.
        let key = keys::PLAIN.lines().nth(14).unwrap();
        self.plant("private key", key);
        let file = |pem: &str| Addresses::default().config_json(pem, Some(&passphrase));
        for pem in [keys::PLAIN, keys::PKCS1, keys::AES256] {
            let mut config = JwtConfig::from_json(&file(pem)).unwrap();
            config.app.client_secret = secret.as_str().into();
            match KeySigner::from_config(&config) {
                Ok(signer) => shown.debug("signer", &signer),
                Err(error) => shown.error(&error),
            }
            shown.debug("jwt", &(&config, config.grant().unwrap(), Client::builder().jwt(config.clone())));
        }
        shown.failed("a file cut off", JwtConfig::from_json(&file(key)[..200]), ErrorKind::InvalidInput);
        let scoped = || Downscope::new(["item_preview"], Restriction::SharedLink(link.into()));
        let exchange = Exchange::new(&Grant::Provider, scoped()).unwrap();
        shown.debug("downscope", &(scoped(), client.downscoped(scoped()).unwrap()));
        shown.debug("exchange", &(Grant::Exchange(exchange.clone()).owner(), exchange));
    }

    /// The machines of the core and all that they ask for.
    fn print_machines(&self, grant: Grant, tokens: Tokens, token: Token, query: &str, content: &str) {
        let shown = &self.shown;
        let mut session = Session::new(grant, Some(tokens), Rng::new(1));
        session.request(Timestamp(0), WaiterId(1), TokenNeed::instead_of(Some(1)));
        for _ in 0..4 {
            let output = session.poll_output();
            shown.debug("session", &(&output, &session));
            session.handle_locked(Timestamp(0), Ok(Locked::Free));
            session.handle_loaded(Timestamp(0), Ok(None));
            session.handle_stored(Timestamp(0), Ok(()));
        }
        let action = box_native::actions::files::Get::new("1");
        let mut draft: Draft = action.draft(&mut Rng::new(1)).unwrap();
        draft.set_query("q", query);
        draft.body = Body::Bytes(content.to_owned().into());
        shown.debug("draft", &draft);
        let (options, config) = (Default::default(), CallConfig::default().into());
        let mut call = Call::new(Timestamp(0), draft, options, Want::Bytes, config, Rng::new(1));
        assert!(matches!(call.poll_output(), CallOutput::NeedToken { .. }));
        call.handle_token(Timestamp(0), Ok(token));
        let output = call.poll_output();
        assert!(matches!(output, CallOutput::Send(..)));
        shown.debug("call", &(output, call));
    }
}
