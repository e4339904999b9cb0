//! What may stand between a client and Box: proxies that note what they were told, and TLS.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "support of tests")]
#![allow(dead_code, reason = "each test file uses a part of it")]

pub(crate) mod http_proxy;
pub(crate) mod socks;
pub(crate) mod tls;

use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt, copy_bidirectional},
    net::{TcpListener, TcpStream},
};

/// A server on loopback that ends with the test, and what it has noted.
pub(crate) struct Relay {
    pub(crate) at: SocketAddr,
    notes: Notes,
}

/// What a relay was told, one line for each connection.
pub(crate) type Notes = Arc<Mutex<Vec<String>>>;

impl Relay {
    pub(crate) async fn start<F>(serve: impl Fn(TcpStream, Notes) -> F + Send + 'static) -> Self
    where
        F: Future<Output = std::io::Result<()>> + Send + 'static,
    {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let at = listener.local_addr().unwrap();
        let notes = Notes::default();
        let log = Arc::clone(&notes);
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                tokio::spawn(serve(stream, Arc::clone(&log)));
            }
        });
        Self { at, notes }
    }

    /// How many notes there are.
    pub(crate) fn len(&self) -> usize {
        self.notes.lock().unwrap().len()
    }

    /// All notes since the last look.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut self.notes.lock().unwrap())
    }
}

pub(crate) fn note(notes: &Notes, line: impl Into<String>) {
    notes.lock().unwrap().push(line.into());
}

/// Reads the head of a request, and not a byte more.
pub(crate) async fn head(stream: &mut TcpStream) -> std::io::Result<String> {
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(stream.read_u8().await?);
    }
    Ok(String::from_utf8_lossy(&head).into_owned())
}

/// Carries bytes both ways until one side ends.
pub(crate) async fn join(mut near: TcpStream, mut far: TcpStream, first: &[u8]) -> std::io::Result<()> {
    far.write_all(first).await?;
    copy_bidirectional(&mut near, &mut far).await.map(drop)
}
