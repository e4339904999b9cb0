//! What goes well.

use std::io::Cursor;

use box_native::{
    Client, Hosts, SharedLink, SignIn, Source, Subject, TryStreamExt,
    transport::{Proxy, Roots},
};

use super::Tour;
use crate::{
    relay::{http_proxy, socks, tls::Authority},
    support::{browse_to, soon},
};

const BACK: &str = "http://127.0.0.1:1/back";

/// Credentials of a proxy; they stand in no other place.
pub(super) const USER: &str = "Vx7proxy-user@Lk52:x";
pub(super) const PASSWORD: &str = "Vx7proxy-password/Rt83 %41?";

/// The same in a URL.
const IN_URL: &str = "Vx7proxy-user%40Lk52%3Ax:Vx7proxy-password%2FRt83%20%2541%3F";

impl Tour {
    /// Signs in by hand and renews.
    pub(super) async fn sign_in(&self) -> Client {
        let client = self.builder().build().unwrap();
        let begun = client.begin_sign_in(Some(BACK)).unwrap();
        self.plant("state of a sign-in", begun.state().expose());
        self.shown.debug("sign-in", &begun);
        self.shown.debug("sign-in", &SignIn::resume(begun.state().clone(), None));
        let answer = browse_to(&client.authorize_url(&begun).unwrap()).await;
        let code = answer.split("code=").nth(1).unwrap().split('&').next().unwrap();
        self.plant("authorization code", code);
        client.finish_sign_in(&begun, &answer).await.unwrap();
        self.server.control(|emulator| emulator.revoke_tokens(false));
        client.users().me().await.unwrap();
        client
    }

    /// Uploads, downloads, lists, and asks with everything that a call may carry.
    pub(super) async fn work(&self, client: &Client) {
        let words = self.plant("content", "Vx7content of a file, Ge94");
        let link = self.plant("shared link", "https://app.box.com/s/Vx7linkWp05");
        let password = self.plant("password of a shared link", "Vx7link password&Zu66=");
        let query = self.plant("value of a query", "Vx7query value/Hb17");
        let own = self.plant("header field of the application", "Vx7header-Ny28");
        let authorization = self.plant("authorization of the application", "Vx7own credential Dc39");

        let small = words.repeat(50).into_bytes();
        let file = client.upload("0", "small", small.clone()).send().await.unwrap();
        client.upload_version(&file.id, small.clone()).send().await.unwrap();
        let large = words.repeat(21_000_000 / words.len()).into_bytes();
        let len = large.len() as u64;
        let large = Source::reader(Cursor::new(large), len);
        let large = soon("a large upload", client.upload("0", "large", large).send()).await.unwrap();
        client.files().delete(&large.id).await.unwrap();

        let folder = tempfile::tempdir().unwrap();
        let received = client.download(&file.id).to_path(folder.path().join("a")).await.unwrap();
        self.shown.debug("received", &received);
        let mut stream = client.download(&file.id).stream().await.unwrap();
        self.shown.debug("content", &stream);
        while stream.try_next().await.unwrap().is_some() {}
        let part = client.files().download(&file.id).range("bytes=0-99").stream().await.unwrap();
        self.shown.debug("content", &part);
        assert!(client.files().download(&file.id).await.unwrap() == small);
        self.shown.debug("location", &client.files().download_url(&file.id).await.unwrap());

        // That nothing is behind the link is as good.
        let shared = SharedLink::new(link.as_str()).with_password(password.as_str());
        let found = client.shared_links().find_file(format!("shared_link={link}")).await;
        self.shown.error(&found.unwrap_err());
        let found = client.files().get(&file.id).with_shared_link(shared).await;
        self.shown.debug("file by its link", &found.is_ok());
        let request = client.raw("GET", "/users/me").query("q", &*query).with_header("x-gateway-key", &own);
        request.with_header("authorization", &authorization).send().await.unwrap();
        client
            .clone()
            .with_header("cookie", &own)
            .folders()
            .list_items("0")
            .items()
            .try_collect::<Vec<_>>()
            .await
            .unwrap();
        let settings = box_native::models::SharedLinkRequest::new().password(password.as_str());
        let shared = client.files().update(&file.id).shared_link(settings);
        self.shown.debug("a call", &shared);
        _ = shared.await.map_err(|error| self.shown.error(&error));

        let addresses = self.server.addresses();
        let subject = Subject::Enterprise(addresses.enterprise_id.clone());
        let secret = addresses.client_secret.as_str();
        let service = self.builder().client_credentials(&addresses.client_id, secret, subject);
        let service = service.build().unwrap();
        service.users().me().with_as_user(&addresses.user_id).await.unwrap();
    }

    /// By proxies that want credentials, in the clear and through tunnels.
    pub(super) async fn through_proxies(&self) {
        self.plant("user at a proxy", USER);
        self.plant("password at a proxy", PASSWORD);
        let authority = Authority::new();
        let api = &self.server.addresses().api;
        let front = authority.front(api.strip_prefix("http://").unwrap()).await;
        let secure = format!("https://localhost:{}", front.at.port());
        crate::support::egress::open(&secure);
        let (http, socks) = (http_proxy::start(None).await, socks::start(Some((USER, PASSWORD))).await);
        for (scheme, at) in [("http", http.at), ("socks5", socks.at), ("socks5h", socks.at)] {
            let in_url = Proxy::new(&format!("{scheme}://{IN_URL}@{at}")).unwrap();
            let set = Proxy::new(&format!("{scheme}://{at}")).unwrap().credentials(USER, PASSWORD);
            for proxy in [in_url, set] {
                self.shown.debug("proxy", &proxy);
                let builder = self.builder().proxy(proxy);
                let builder = builder.access_token(self.live_token().await);
                self.shown.debug("builder", &builder);
                soon("plain", builder.clone().build().unwrap().users().me()).await.unwrap();
                let hosts = Hosts::new(&secure, &secure, &secure).unwrap();
                let builder = builder.hosts(hosts).tls_roots(Roots::none().with(&authority.pem).unwrap());
                self.shown.debug("builder", &builder);
                soon("secure", builder.build().unwrap().users().me()).await.unwrap();
            }
        }
        let basic = http.take();
        assert!(basic.len() >= 4 && basic.iter().all(|line| line.contains("[Basic ")), "{basic:?}");
    }
}
