//! Our client.

use std::time::Instant;

use anyhow::{Result, ensure};
use box_native::{Client, ClientBuilder, Hosts, Subject};

use crate::{
    aborts,
    control::Control,
    replies::{SIZE, TOKEN},
    side::{self, Side, micros},
};

/// Our side.
pub(crate) struct Ours {
    hosts: Hosts,
    client: Client,
    control: Control,
}

impl Ours {
    pub(crate) fn new(api: &str, control: &str) -> Result<Self> {
        let hosts = Hosts::new(api, api, api)?;
        let client = Client::builder().access_token(TOKEN).hosts(hosts.clone()).build()?;
        Ok(Self { hosts, client, control: Control::connect(control)? })
    }

    /// Does a task so many times. Times are in microseconds.
    pub(crate) async fn run(&self, task: &str, times: u32) -> Result<Vec<f64>> {
        match task {
            "connections" => self.connections(times).await,
            "renewals" => self.renewals(times).await,
            "abort-in-back-off" => aborts::call(&self.client, &self.control, "busy", times).await,
            "abort-in-flight" => aborts::call(&self.client, &self.control, "hangs", times).await,
            "abort-without-token" => {
                let client = self.builder().token_provider(|_| std::future::pending()).build()?;
                aborts::waiting(&client, times).await
            }
            "cancel-transfer" => aborts::transfer(&self.client, &self.control, times).await,
            _ => side::run(&self.client, task, times).await,
        }
    }

    /// A client with connections of its own.
    fn builder(&self) -> ClientBuilder {
        Client::builder().hosts(self.hosts.clone())
    }

    /// Connections of a new client for calls that follow one another.
    async fn connections(&self, calls: u32) -> Result<Vec<f64>> {
        let client = self.builder().access_token(TOKEN).build()?;
        let before = self.control.accepted()?;
        for _ in 0..calls {
            ensure!(client.get("plain").await? == SIZE, "another file");
        }
        let made = u32::try_from(self.control.accepted()? - before)?;
        Ok(vec![f64::from(made)])
    }

    /// What calls take whose token is refused, besides what the server holds back: its refusal, a new token, the reply.
    async fn renewals(&self, times: u32) -> Result<Vec<f64>> {
        let subject = Subject::User("1".to_owned());
        let client = self.builder().client_credentials("id", "secret", subject).build()?;
        client.get("guarded").await?;
        let mut times_taken = Vec::new();
        for _ in 0..times {
            self.control.expire()?;
            let held = self.control.held()?;
            let start = Instant::now();
            ensure!(client.get("guarded").await? == SIZE, "another file");
            let taken = micros(start.elapsed());
            let held = u32::try_from(self.control.held()? - held)?;
            times_taken.push(taken - f64::from(held));
        }
        Ok(times_taken)
    }
}

impl Side for Client {
    async fn get(&self, id: &str) -> Result<i64> {
        let file = self.files().get(id).await?;
        Ok(file.size.unwrap_or_default())
    }
}
