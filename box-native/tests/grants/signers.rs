//! Keys that the client doesn't hold: it asks another to sign.

use std::{
    io::{BufRead, BufReader, Write},
    process::{Child, ChildStdin, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
};

use base64::{Engine, prelude::BASE64_STANDARD};
use box_emulator::{Emulator, keys, server::Server};
use box_native::{
    Algorithm, Client, Downscope, Error, ErrorKind, KeySigner, Restriction, Signer, transport::BoxFuture,
};
use futures_util::future::join_all;

use crate::{config, open, start, support::requests};

/// Set in the process that has the key.
const CHILD: &str = "BOX_NATIVE_TEST_SIGNS";

/// A process that has the key: it reads an algorithm and a message a line, and answers a signature.
struct Process {
    child: Child,
    pipes: Arc<Mutex<(ChildStdin, BufReader<ChildStdout>)>>,
}

impl Process {
    fn start() -> Self {
        let child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "signers::in_another_process", "--nocapture"])
            .env(CHILD, "1")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn();
        let mut child = child.unwrap();
        let pipes = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
        Self { child, pipes: Arc::new(Mutex::new(pipes)) }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Signer for Process {
    fn sign<'a>(&'a self, algorithm: Algorithm, message: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, Error>> {
        let pipes = Arc::clone(&self.pipes);
        let line = format!("{} {}\n", algorithm.as_str(), BASE64_STANDARD.encode(message));
        let work = tokio::task::spawn_blocking(move || {
            let mut pipes = pipes.lock().unwrap();
            pipes.0.write_all(line.as_bytes()).unwrap();
            pipes.0.flush().unwrap();
            loop {
                let mut answer = String::new();
                assert_ne!(pipes.1.read_line(&mut answer).unwrap(), 0, "the process has ended");
                // The test harness has its say on the same pipe.
                if let Some((_, signature)) = answer.trim_end().split_once("signature ") {
                    return BASE64_STANDARD.decode(signature).unwrap();
                }
            }
        });
        Box::pin(async { Ok(work.await.unwrap()) })
    }
}

/// Signs for the process that has started this one; a test that is over at once otherwise.
#[tokio::test]
async fn in_another_process() {
    if std::env::var_os(CHILD).is_none() {
        return;
    }
    let key = KeySigner::from_pem(&keys::PLAIN.into(), None).unwrap();
    for line in std::io::stdin().lock().lines() {
        let line = line.unwrap();
        let (algorithm, message) = line.split_once(' ').unwrap();
        let (algorithm, message) = (Algorithm::named(algorithm).unwrap(), BASE64_STANDARD.decode(message));
        let signature = key.sign(algorithm, &message.unwrap()).await.unwrap();
        let answer = format!("signature {}\n", BASE64_STANDARD.encode(signature));
        std::io::stdout().lock().write_all(answer.as_bytes()).unwrap();
    }
}

fn signed_by(server: &Server, algorithm: Algorithm, signer: impl Signer) -> Client {
    // The client holds no key: the one in the file isn't even the right one.
    let mut jwt = config(server, keys::OTHER, None).grant().unwrap();
    jwt.algorithm = algorithm;
    open(server).jwt_with_signer(jwt, signer).build().unwrap()
}

#[tokio::test]
async fn another_process_signs() {
    let server = start().await;
    let client = signed_by(&server, Algorithm::Rs384, Process::start());
    assert!(join_all((0..20).map(|_| client.users().me().send())).await.iter().all(Result::is_ok));
    let user = client.with_user_subject(&server.addresses().user_id).unwrap();
    assert_eq!(user.users().me().await.unwrap().id, server.addresses().user_id);
    let visitor = Downscope::new(["item_preview"], Restriction::NoItem).by("visitor", "Vera");
    user.downscoped(visitor).unwrap().users().me().await.unwrap();
    server.control(Emulator::expire_tokens);
    user.users().me().await.unwrap();
    assert_eq!(requests(&server, "oauth.token"), 4);
}

type Signing = fn() -> BoxFuture<'static, Result<Vec<u8>, Error>>;

/// Does what it is told.
struct Told(Signing);

impl Signer for Told {
    fn sign<'a>(&'a self, _: Algorithm, _: &'a [u8]) -> BoxFuture<'a, Result<Vec<u8>, Error>> {
        self.0()
    }
}

#[tokio::test(start_paused = true)]
async fn a_signer_that_fails_panics_or_never_answers_is_an_error_and_no_end() {
    let server = start().await;
    let signers: [(Signing, &str); 4] = [
        (|| Box::pin(async { Err(Error::new(ErrorKind::Io, "the module is away")) }), "the module is away"),
        (|| Box::pin(async { panic!("in a signer") }), "panicked"),
        (|| panic!("in the signer itself"), "panicked"),
        (|| Box::pin(std::future::pending()), "took too long"),
    ];
    for (signer, expected) in signers {
        let client = signed_by(&server, Algorithm::Rs256, Told(signer));
        for _ in 0..2 {
            let error = client.users().me().await.unwrap_err();
            assert!(error.message().contains(expected), "{error:?}");
            assert!(!error.needs_sign_in(), "{error:?}");
        }
    }
    assert_eq!(requests(&server, "oauth.token"), 0);
}
