//! Three layers around every exchange with Box: a log, metrics, and a memory that asks whether files have changed.
//!
//! `cargo run --example layers` runs them against an emulator in this process.

#![allow(clippy::print_stdout, reason = "a program that talks")]

mod etags;
mod logging;
mod metrics;

use box_emulator::server::{Options, Server};
use box_native::{Client, Hosts, Source};

use self::{etags::Etags, logging::Logging, metrics::Metrics};

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let server = Server::start(Options::default()).await?;
    let at = server.addresses();
    let metrics = Metrics::default();
    let client = Client::builder()
        .hosts(Hosts::new(&at.api, &at.upload, &at.oauth2)?)
        .access_token(at.developer_token.as_str())
        // The log tells what calls come to see, the metrics what goes over the network.
        .layer(Logging::to(|line| println!("{line}")))
        .layer(Etags::of(&["files.get"]))
        .layer(metrics.clone())
        .build()?;

    let file = client.upload("0", "report.txt", Source::bytes("a report")).send().await?;
    for _ in 0..3 {
        client.files().get(&file.id).await?;
    }
    client.files().delete(&file.id).await?;
    client.files().get(&file.id).await.err().ok_or("a file that was deleted is there")?;

    println!();
    for ((operation, outcome), (count, time)) in metrics.totals() {
        println!("{operation:16} {outcome:>8} {count:>4} in {time:?}");
    }
    Ok(())
}
