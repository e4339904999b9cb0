//! Signing in at a command line: the answer is caught, and nothing else.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use box_emulator::server::{Options, Server};
use box_native::{Client, Error, ErrorKind};
use support::{browse, builder, http, requests, soon};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::oneshot,
};

/// An emulator and a client that nobody has signed in to.
async fn start() -> (Server, Client) {
    let server = Server::start(Options::default()).await.unwrap();
    let client = builder(&server).build().unwrap();
    (server, client)
}

/// Signs in at a command line, with a person who uses the page in their way.
async fn at_a_terminal<T>(client: &Client, person: impl AsyncFnOnce(String) -> T) -> (Result<(), Error>, T) {
    let (sender, page) = oneshot::channel();
    let show = |page: &str| sender.send(page.to_owned()).unwrap();
    let person = async { person(page.await.unwrap()).await };
    soon("the sign-in", async { tokio::join!(client.sign_in_on_loopback(0, show), person) }).await
}

/// The address on which a page's answer is awaited.
fn awaited(page: &str) -> String {
    let (_, port) = page.split_once("127.0.0.1%3A").unwrap();
    format!("127.0.0.1:{}", port.split_once("%2F").unwrap().0)
}

#[tokio::test]
async fn the_catcher_overlooks_whatever_else_a_browser_or_a_stranger_sends() {
    let (server, client) = start().await;
    let (signed, last) = at_a_terminal(&client, async |page| {
        let address = awaited(&page);
        for path in ["favicon.ico", "?code=stolen&state=guessed", "?error=access_denied", "?code="] {
            let reply = http().get(format!("http://{address}/{path}")).send().await.unwrap();
            assert_eq!(reply.status(), 404, "{path}");
        }
        let posted = http().post(format!("http://{address}/")).body("x").send().await;
        assert!(posted.is_err(), "only GET is answered");
        drop(TcpStream::connect(&address).await.unwrap());
        let mut rude = TcpStream::connect(&address).await.unwrap();
        rude.write_all(b"\xff\xfe\r\n\r\n").await.unwrap();
        let _ = rude.read(&mut [0]).await;
        browse(&page).await
    })
    .await;
    signed.unwrap();
    assert!(last.contains("Signed in"), "{last}");
    assert_eq!(requests(&server, "oauth.token"), 1);
    client.users().me().await.unwrap();
}

#[tokio::test]
async fn connections_that_say_nothing_do_not_hold_the_answer_up() {
    let (_server, client) = start().await;
    let (signed, _idle) = at_a_terminal(&client, async |page| {
        // As browsers do, which connect before they know what to ask for.
        let mut idle = Vec::new();
        for _ in 0..5 {
            idle.push(TcpStream::connect(awaited(&page)).await.unwrap());
        }
        browse(&page).await;
        idle
    })
    .await;
    signed.unwrap();
}

#[tokio::test]
async fn declining_at_the_page_ends_the_wait() {
    let (_server, client) = start().await;
    let (signed, shown) =
        at_a_terminal(&client, async |page| browse(&format!("{page}&decision=deny")).await).await;
    let error = signed.unwrap_err();
    assert_eq!((error.kind(), error.code()), (ErrorKind::OAuth, Some("access_denied")));
    assert!(shown.contains("Not signed in"), "{shown}");
}

#[tokio::test]
async fn a_port_in_use_is_an_io_error() {
    let (_server, client) = start().await;
    let taken = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let port = taken.local_addr().unwrap().port();
    let error = client.sign_in_on_loopback(port, |_| panic!("no page")).await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io);
}
