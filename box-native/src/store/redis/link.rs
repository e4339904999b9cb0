//! The connection to a server.

use std::time::Duration;

use box_core::error::{Error, ErrorKind};
use redis::{
    AsyncConnectionConfig, Client, Cmd, FromRedisValue, RedisError, RetryMethod, aio::MultiplexedConnection,
    cmd,
};
use tokio::{sync::Mutex, time::sleep};

/// Longest time for one answer.
const ANSWER_TIMEOUT: Duration = Duration::from_secs(2);

/// Waits before another try: the server may be starting. Together less than a step of the session may take.
const WAITS: [u64; 6] = [20, 100, 300, 600, 1200, 2400];

/// A script for one key.
pub(super) fn script(text: &str, key: &str) -> Cmd {
    let mut command = cmd("EVAL");
    command.arg(text).arg(1).arg(key);
    command
}

/// One connection, which is made anew when it is lost.
pub(super) struct Link {
    client: Client,
    open: Mutex<Option<MultiplexedConnection>>,
}

impl Link {
    pub(super) fn new(client: Client) -> Self {
        Self { client, open: Mutex::new(None) }
    }

    /// Sends a command, once more when an answer is lost.
    pub(super) async fn send<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, Error> {
        let mut waits = WAITS.into_iter();
        loop {
            let error = match self.try_once(command).await {
                Ok(value) => return Ok(value),
                Err(error) => error,
            };
            let wait = waits.next().filter(|_| !matches!(error.retry_method(), RetryMethod::NoRetry));
            let Some(wait) = wait else {
                return Err(failed(&error));
            };
            *self.open.lock().await = None;
            sleep(Duration::from_millis(wait)).await;
        }
    }

    async fn try_once<T: FromRedisValue>(&self, command: &Cmd) -> Result<T, RedisError> {
        command.query_async(&mut self.connection().await?).await
    }

    async fn connection(&self) -> Result<MultiplexedConnection, RedisError> {
        let mut open = self.open.lock().await;
        if let Some(connection) = &*open {
            return Ok(connection.clone());
        }
        let config = AsyncConnectionConfig::new()
            .set_connection_timeout(Some(ANSWER_TIMEOUT))
            .set_response_timeout(Some(ANSWER_TIMEOUT));
        let connection = self.client.get_multiplexed_async_connection_with_config(&config).await?;
        Ok(open.insert(connection).clone())
    }
}

/// Without the words of the server or the crate: they could name the address with its password, or a record.
fn failed(error: &RedisError) -> Error {
    let code = error.code().unwrap_or_default();
    let message = format!("the Redis server fails: {} {code}", error.category());
    Error::new(ErrorKind::Session, message.trim_end())
}
