//! Proxies of a client, and of that client alone.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod relay;
mod support;

use std::error::Error as _;

use box_emulator::server::{Options, Server};
use box_native::{
    Client, ClientBuilder, Error, ErrorKind, Hosts,
    transport::{Proxy, Roots},
};
use relay::{Relay, http_proxy, socks, tls::Authority};
use support::{hosts, soon};

/// `user` and a password with signs that mean something in URLs, as `Basic` credentials.
const BASIC: &str = "Basic dXNlcjpzM2NyZXQlNDE6LyBA";
const PASSWORD: &str = "s3cret%41:/ @";

async fn emulator() -> Server {
    Server::start(Options::default()).await.unwrap()
}

fn signed_in(server: &Server) -> ClientBuilder {
    Client::builder().hosts(hosts(server)).access_token(server.addresses().developer_token.as_str())
}

fn http(relay: &Relay) -> Proxy {
    Proxy::new(&format!("http://{}", relay.at)).unwrap()
}

fn shown(error: &Error) -> String {
    format!("{error} {error:?} {:?}", error.source())
}

/// Host and port of a URL.
fn authority(url: &str) -> &str {
    url.split("://").nth(1).unwrap().split('/').next().unwrap()
}

#[tokio::test]
async fn an_http_proxy_serves_one_client_and_no_other() {
    let server = emulator().await;
    let proxy = http_proxy::start(Some(BASIC)).await;
    let through = signed_in(&server).proxy(http(&proxy).credentials("user", PASSWORD));
    assert!(!format!("{through:?}").contains("s3cret"));
    let (through, direct) = (through.build().unwrap(), signed_in(&server).build().unwrap());
    soon("through the proxy", through.users().me()).await.unwrap();
    let url = format!("{}/2.0/users/me", server.addresses().api);
    assert_eq!(proxy.take(), [format!("GET {url} HTTP/1.1 [{BASIC}]")]);
    soon("directly", direct.users().me()).await.unwrap();
    assert_eq!(proxy.take(), [""; 0]);
}

#[tokio::test]
async fn credentials_may_stand_in_the_url() {
    let server = emulator().await;
    let proxy = http_proxy::start(Some(BASIC)).await;
    let url = format!("http://user:s3cret%2541%3A%2F%20%40@{}", proxy.at);
    let client = signed_in(&server).proxy(Proxy::new(&url).unwrap()).build().unwrap();
    soon("the call", client.users().me()).await.unwrap();
    assert_eq!(proxy.take().len(), 1);
}

#[tokio::test]
async fn https_goes_through_a_tunnel() {
    let server = emulator().await;
    let authority_of_tests = Authority::new();
    let front = authority_of_tests.front(authority(&server.addresses().api)).await;
    let secure = format!("https://localhost:{}", front.at.port());
    let hosts = Hosts::new(&secure, &secure, &secure).unwrap();
    let roots = Roots::none().with(&authority_of_tests.pem).unwrap();
    let builder = || signed_in(&server).hosts(hosts.clone()).tls_roots(roots.clone());

    let open = http_proxy::start(None).await;
    soon("open", builder().proxy(http(&open)).build().unwrap().users().me()).await.unwrap();
    let line = format!("CONNECT localhost:{} HTTP/1.1", front.at.port());
    assert_eq!(open.take(), [format!("{line} [-]")]);

    let closed = http_proxy::start(Some(BASIC)).await;
    let knows = builder().proxy(http(&closed).credentials("user", PASSWORD)).build().unwrap();
    soon("closed", knows.users().me()).await.unwrap();
    assert_eq!(closed.take(), [format!("{line} [{BASIC}]")]);

    let guesses = builder().proxy(http(&closed).credentials("user", "s3cret-wrong"));
    let guesses = guesses.retry(no_retry()).build().unwrap();
    let error = soon("guessing", guesses.users().me()).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Transport);
    assert!(!shown(&error).contains("s3cret"), "{}", shown(&error));

    let before = front.take().len();
    for (scheme, host) in [("socks5h", "localhost"), ("socks5", "127.0.0.1")] {
        let proxy = socks::start(Some(("user", PASSWORD))).await;
        let address = Proxy::new(&format!("{scheme}://{}", proxy.at)).unwrap();
        let client = builder().proxy(address.credentials("user", PASSWORD)).build().unwrap();
        soon(scheme, client.users().me()).await.unwrap();
        assert_eq!(proxy.take(), [format!("{host}:{} [user:{PASSWORD}]", front.at.port())]);
    }
    assert_eq!((before, front.take().len()), (2, 2), "the server saw what came through the proxies");
}

#[tokio::test]
async fn socks_carries_plain_http_with_and_without_a_password() {
    let server = emulator().await;
    let target = authority(&server.addresses().api).to_owned();
    let open = socks::start(None).await;
    let proxy = Proxy::new(&format!("socks5://{}", open.at)).unwrap();
    soon("open", signed_in(&server).proxy(proxy).build().unwrap().users().me()).await.unwrap();
    assert_eq!(open.take(), [format!("{target} [-]")]);

    let closed = socks::start(Some(("user", PASSWORD))).await;
    let proxy = Proxy::new(&format!("socks5://{}", closed.at)).unwrap();
    let client = |proxy: Proxy| signed_in(&server).proxy(proxy).retry(no_retry()).build().unwrap();
    soon("closed", client(proxy.clone().credentials("user", PASSWORD)).users().me()).await.unwrap();
    assert_eq!(closed.take(), [format!("{target} [user:{PASSWORD}]")]);
    for (wrong, noted) in [
        (proxy.clone().credentials("user", "s3cret-wrong"), "refused [user:s3cret-wrong]"),
        (proxy, "no common method"),
    ] {
        let error = soon("wrong", client(wrong).users().me()).await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Transport);
        assert!(!shown(&error).contains("s3cret"), "{}", shown(&error));
        assert_eq!(closed.take(), [noted]);
    }
}

#[tokio::test]
async fn hosts_that_are_excepted_are_reached_directly() {
    let server = emulator().await;
    let proxy = http_proxy::start(None).await;
    for (except, through) in [("127.0.0.1", 0), ("127.0.0.0/8, x.example", 0), ("*", 0), ("x.example", 1)] {
        let client = signed_in(&server).proxy(http(&proxy).except(except)).build().unwrap();
        soon(except, client.users().me()).await.unwrap();
        assert_eq!(proxy.take().len(), through, "{except}");
    }
}

#[test]
fn a_transport_of_ones_own_takes_no_proxy() {
    let http = box_native::transport::Http::new(&Default::default()).unwrap();
    let builder = Client::builder().access_token("t").transport(http);
    assert!(builder.clone().build().is_ok());
    let builder = builder.proxy(Proxy::new("http://127.0.0.1:1").unwrap());
    assert_eq!(builder.build().unwrap_err().kind(), ErrorKind::InvalidInput);
}

/// Set for the process that finds proxies in its environment.
const ASKS: &str = "TEST_ASKS_FOR_PROXY";

#[tokio::test]
async fn the_environment_names_a_proxy_only_when_asked() {
    if let Ok(asks) = std::env::var(ASKS) {
        let api = std::env::var("TEST_API").unwrap();
        let mut builder = Client::builder().hosts(Hosts::new(&api, &api, &api).unwrap());
        builder = builder.access_token(std::env::var("TEST_TOKEN").unwrap());
        builder = match asks.as_str() {
            "all" => builder.proxy_from_env(),
            "except" => {
                let proxy = Proxy::new(&std::env::var("HTTP_PROXY").unwrap()).unwrap();
                builder.proxy(proxy.except_from_env())
            }
            _ => builder,
        };
        soon("the call", builder.build().unwrap().users().me()).await.unwrap();
        return;
    }
    let server = emulator().await;
    let proxy = http_proxy::start(None).await;
    let cases = [("no", "", 0), ("all", "", 1), ("all", "127.0.0.1", 0), ("except", "127.0.0.1", 0)];
    for (asks, no_proxy, through) in cases {
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "the_environment_names_a_proxy_only_when_asked"]);
        child.env(ASKS, asks).env("HTTP_PROXY", format!("http://{}", proxy.at)).env("NO_PROXY", no_proxy);
        child.env("TEST_API", &server.addresses().api).env("TEST_TOKEN", &server.addresses().developer_token);
        let done = tokio::task::spawn_blocking(move || child.output());
        let done = soon("the process", done).await.unwrap().unwrap();
        assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
        assert_eq!(proxy.take().len(), through, "{asks} {no_proxy}");
    }
}

fn no_retry() -> box_native::RetryPolicy {
    let mut policy = box_native::RetryPolicy::default();
    policy.max_attempts = 1;
    policy
}
