//! Clients go where they were told to, and the suite notices when one doesn't.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod relay;
mod support;

use box_emulator::Fault;
use box_native::{Client, ErrorKind, Hosts};
use relay::Relay;
use support::{Native, egress, egress::Egress, soon};

/// A server that nobody has named, and which answers whoever comes.
async fn stranger() -> (String, Relay) {
    let relay = Relay::start(|mut stream, notes| async move {
        relay::note(&notes, relay::head(&mut stream).await?);
        let reply = b"HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: 2\r\n\r\n{}";
        tokio::io::AsyncWriteExt::write_all(&mut stream, reply).await
    });
    let relay = relay.await;
    (format!("http://{}", relay.at), relay)
}

#[tokio::test]
async fn who_strays_is_stopped_and_told_of() {
    let (url, relay) = stranger().await;
    let hosts = Hosts::new(&url, &url, &url).unwrap();
    let watch = Egress::default();
    let client = Client::builder().layer(watch.clone()).hosts(hosts).access_token("t").build().unwrap();
    let call = || client.raw("GET", "/users/me").with_max_attempts(1).send();
    let error = soon("the call", call()).await.unwrap_err();
    assert_eq!((error.kind(), relay.len()), (ErrorKind::Transport, 0));
    assert_eq!(watch.take(), [format!("raw at {url}")]);
    egress::open(&url);
    soon("the call", call()).await.unwrap();
    assert_eq!((watch.take(), relay.len()), (Vec::new(), 1));
}

#[test]
#[should_panic(expected = "raw at http://127.0.0.1:9")]
fn who_strayed_fails_the_test_at_its_end() {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    runtime.block_on(async {
        let nobody = "http://127.0.0.1:9";
        let client = support::client().hosts(Hosts::new(nobody, nobody, nobody).unwrap()).access_token("t");
        _ = client.build().unwrap().raw("GET", "/users/me").with_max_attempts(1).send().await;
    });
}

#[tokio::test]
async fn redirects_and_endpoints_of_others_lead_nowhere() {
    let native = Native::start().await;
    let (url, relay) = stranger().await;
    // Named, so that only the client itself keeps from going there.
    let url = url.replace("127.0.0.1", "localhost");
    egress::open(&url);
    for target in [format!("{url}/2.0/users/me"), url.replace("http:", "")] {
        native.fail(Fault::redirect("users.me", &target));
        native.fail(Fault::redirect("files.download", &target));
        let me = soon("a get", native.client.users().me()).await.unwrap_err();
        assert_eq!(me.kind(), ErrorKind::Redirect, "{me:?}");
        let file = native.client.upload("0", "a", vec![1]).send().await.unwrap();
        let content = soon("a download", native.client.files().download(&file.id)).await.unwrap_err();
        assert_eq!(content.kind(), ErrorKind::Redirect, "{content:?}");
        native.client.files().delete(&file.id).await.unwrap();
        let there = native.client.users().me().with_endpoint(target).await.unwrap_err();
        assert_eq!(there.kind(), ErrorKind::InvalidInput, "{there:?}");
    }
    assert_eq!(relay.len(), 0);
}
