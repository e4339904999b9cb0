//! What a worker does: as many calls at once as a line of its input says, until its input ends.

use std::{
    io::{BufRead as _, Write as _},
    time::Duration,
};

use box_native::{
    Client, ClientBuilder, Hosts, RetryPolicy,
    store::{FileStore, RedisStore},
};
use futures_util::future::join_all;

use super::{Answer, Failure, Job, MARK, StoreAt, VARIABLE};
use crate::support::{client, egress};

/// Works, if this process is a worker.
pub(crate) fn run() {
    let Ok(job) = std::env::var(VARIABLE) else {
        return;
    };
    let client = builder(&serde_json::from_str(&job).unwrap()).build().unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    say("ready");
    for line in std::io::stdin().lock().lines().map_while(Result::ok) {
        let answer = runtime.block_on(calls(&client, line.parse().unwrap()));
        say(&serde_json::to_string(&answer).unwrap());
    }
}

/// A client that knows no more than its store.
pub(crate) fn builder(job: &Job) -> ClientBuilder {
    let [api, upload, oauth2] = &job.hosts;
    job.hosts.iter().for_each(|url| egress::open(url));
    let mut retry = RetryPolicy::default();
    retry.base = Duration::from_millis(1);
    let builder = client()
        .hosts(Hosts::new(api, upload, oauth2).unwrap())
        .retry(retry)
        .oauth(&job.client_id, job.client_secret.as_str());
    match &job.store {
        StoreAt::File(path) => builder.token_store(FileStore::new(path)),
        StoreAt::Redis { url, key, lease_ms } => {
            let store = RedisStore::new(url, key).unwrap();
            builder.token_store(store.with_lease(Duration::from_millis(*lease_ms)))
        }
    }
}

async fn calls(client: &Client, count: usize) -> Answer {
    let calls = (0..count).map(|_| async { client.users().me().await });
    let mut answer = Answer::default();
    for done in join_all(calls).await {
        match done {
            Ok(_) => answer.succeeded += 1,
            Err(error) => answer.failures.push(Failure {
                kind: format!("{:?}", error.kind()),
                needs_sign_in: error.needs_sign_in(),
                message: error.to_string(),
            }),
        }
    }
    answer
}

/// To the true output: the runner keeps what `println!` prints.
fn say(line: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{MARK}{line}").unwrap();
    out.flush().unwrap();
}
