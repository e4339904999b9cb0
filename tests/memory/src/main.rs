//! Transfers that measure themselves: one transfer in one process, because the peak of a process never falls.
//!
//! Each prints a line with its figures, then the file's id and SHA-1, and fails if bytes were changed or the process
//! has had more memory than allowed. `cargo xtask test --only memory` runs them.

#![allow(clippy::print_stdout, reason = "its output is its result")]

mod files;
mod peak;

use std::{
    env, fs,
    process::ExitCode,
    time::{Duration, Instant},
};

use anyhow::{Context, Result, ensure};
use box_native::{Client, Hosts, Source};

fn main() -> Result<ExitCode> {
    let arguments: Vec<_> = env::args().skip(1).collect();
    let words: Vec<_> = arguments.iter().map(String::as_str).collect();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    match *words {
        ["make", path, size] => {
            let digest = files::make(path.as_ref(), size.parse()?)?;
            println!("made {path}\n{digest}");
        }
        [mode @ "upload-from-path", addresses, path, digest] => {
            let source = Source::path(path);
            runtime.block_on(upload(mode, addresses, path, source, digest))?;
        }
        [mode @ "upload-from-reader", addresses, path, digest] => {
            let file = fs::File::open(path)?;
            let size = file.metadata()?.len();
            let source = Source::reader(tokio::fs::File::from_std(file), size);
            runtime.block_on(upload(mode, addresses, path, source, digest))?;
        }
        ["download-to-path", addresses, file_id, path, digest] => {
            runtime.block_on(download(addresses, file_id, path, digest))?;
        }
        _ => {
            println!("{USAGE}");
            return Ok(ExitCode::FAILURE);
        }
    }
    Ok(ExitCode::SUCCESS)
}

async fn upload(mode: &str, addresses: &str, path: &str, source: Source, digest: &str) -> Result<()> {
    let size = fs::metadata(path)?.len();
    let started = Instant::now();
    let sent = client(addresses)?.upload("0", mode, source).send().await;
    let file = sent.context("uploading")?;
    report(mode, size, started.elapsed())?;
    let stored = file.sha1.context("the file has no SHA-1")?;
    ensure!(stored == digest, "the emulator stored {stored}");
    println!("{}", file.id);
    Ok(())
}

async fn download(addresses: &str, file_id: &str, path: &str, digest: &str) -> Result<()> {
    let started = Instant::now();
    let saved = client(addresses)?.download(file_id).to_path(path).await;
    saved.context("downloading")?;
    report("download-to-path", fs::metadata(path)?.len(), started.elapsed())?;
    let saved = files::digest(path.as_ref())?;
    ensure!(saved == digest, "the file on the disk is {saved}");
    println!("{saved}");
    Ok(())
}

/// A client of the emulator that printed these addresses.
fn client(addresses: &str) -> Result<Client> {
    let addresses: serde_json::Value = serde_json::from_str(addresses)?;
    let text = |name: &str| {
        let value = addresses.get(name).and_then(serde_json::Value::as_str);
        value.with_context(|| format!("no address `{name}`"))
    };
    let hosts = Hosts::new(text("api")?, text("upload")?, text("oauth2")?)?;
    let builder = Client::builder().access_token(text("developer_token")?);
    Ok(builder.hosts(hosts).build()?)
}

/// Prints the figures, and fails above the limit.
fn report(mode: &str, size: u64, time: Duration) -> Result<()> {
    let peak = peak::kib()?;
    let seconds = time.as_secs_f64();
    let speed = (Duration::from_secs(size / 1_000_000)).as_secs_f64() / seconds;
    println!(
        "{mode}: {} MiB in {seconds:.1} s, {speed:.0} MB/s, at most {} MiB of memory",
        size >> 20,
        peak / 1024
    );
    ensure!(peak <= LIMIT_KIB, "{peak} KiB of memory, more than {LIMIT_KIB}");
    Ok(())
}

const LIMIT_KIB: u64 = 64 * 1024;

const USAGE: &str = "box-memory-test make PATH SIZE
box-memory-test upload-from-path|upload-from-reader ADDRESSES PATH SHA1
box-memory-test download-to-path ADDRESSES FILE_ID PATH SHA1";
