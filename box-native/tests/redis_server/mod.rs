//! A Redis server of its own, on a loopback port.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "support of tests")]

use std::{
    net::{Ipv4Addr, TcpListener},
    process::{Child, Command, Stdio},
    thread::sleep,
    time::{Duration, Instant},
};

use box_native::Tokens;
use redis::{Connection, cmd};

/// Longest time for it to answer.
const PATIENCE: Duration = Duration::from_secs(20);

pub(crate) struct RedisServer {
    child: Child,
    port: u16,
    folder: tempfile::TempDir,
}

impl RedisServer {
    /// Starts the program that `REDIS_SERVER` names, or the one on the path.
    pub(crate) fn start() -> Self {
        let free = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = free.local_addr().unwrap().port();
        drop(free);
        let folder = tempfile::tempdir().unwrap();
        let server = Self { child: spawn(port, &folder), port, folder };
        server.ready();
        server
    }

    pub(crate) fn url(&self) -> String {
        format!("redis://127.0.0.1:{}/", self.port)
    }

    /// Kills it, and starts it without its data.
    pub(crate) fn restart_empty(&mut self) {
        self.end();
        self.child = spawn(self.port, &self.folder);
        self.ready();
    }

    pub(crate) fn set(&self, key: &str, field: &str, value: &str) {
        cmd("HSET").arg(key).arg(field).arg(value).exec(&mut self.connect().unwrap()).unwrap();
    }

    /// Lets the time pass that an attempt may take: whoever takes its lease over need not wait for that.
    pub(crate) fn let_attempts_end(&self, key: &str) {
        let mut connection = self.connect().unwrap();
        let record: String = cmd("HGET").arg(key).arg("record").query(&mut connection).unwrap();
        let mut tokens: Tokens = serde_json::from_str(&record).unwrap();
        if let Some(intent) = &mut tokens.intent {
            intent.started_at -= 60_000;
            let aged = serde_json::to_string(&tokens).unwrap();
            let swap = "if redis.call('HGET', KEYS[1], 'record') == ARGV[1] then \
                        redis.call('HSET', KEYS[1], 'record', ARGV[2]) end";
            let mut swap = cmd("EVAL").arg(swap).arg(1).arg(key).clone();
            swap.arg(record).arg(aged).exec(&mut connection).unwrap();
        }
    }

    fn connect(&self) -> redis::RedisResult<Connection> {
        redis::Client::open(self.url())?.get_connection_with_timeout(PATIENCE)
    }

    fn ready(&self) {
        let start = Instant::now();
        while !self.connect().is_ok_and(|mut connection| cmd("PING").exec(&mut connection).is_ok()) {
            assert!(start.elapsed() < PATIENCE, "redis-server answers");
            sleep(Duration::from_millis(5));
        }
    }

    fn end(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for RedisServer {
    fn drop(&mut self) {
        self.end();
    }
}

fn spawn(port: u16, folder: &tempfile::TempDir) -> Child {
    let program = std::env::var_os("REDIS_SERVER").unwrap_or_else(|| "redis-server".into());
    Command::new(program)
        .args(["--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--port", &port.to_string()])
        .current_dir(folder.path())
        .stdout(Stdio::null())
        .spawn()
        .expect("redis-server, which Debian has as a package; REDIS_SERVER may name it")
}

/// Tokens of this generation.
pub(crate) fn tokens(generation: u64) -> Tokens {
    let mut tokens = Tokens::new(Some("r".into()), Some("a".into()));
    tokens.generation = generation;
    tokens
}
