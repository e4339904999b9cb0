//! Serves an emulated Box on loopback addresses until stopped.

use std::{
    io::{self, Write},
    net::SocketAddr,
    process::ExitCode,
};

use box_emulator::{
    RefreshMode,
    server::{Options, Server, StoreKind},
};
use clap::{Parser, ValueEnum};

/// Box.com in memory, behind HTTP. Prints one line of JSON with its addresses and credentials.
#[derive(Parser)]
struct Arguments {
    /// Loopback address of the API; port 0 takes a free one
    #[arg(long, default_value = "127.0.0.1:0")]
    listen: SocketAddr,
    /// Redirect from the authorize page at once
    #[arg(long)]
    auto_approve: bool,
    /// What a second use of a refresh token does
    #[arg(long, value_enum, default_value = "strict")]
    refresh_mode: Refresh,
    /// Origin of a web page that may call, as in http://127.0.0.1:*
    #[arg(long, value_name = "PATTERN")]
    allow_origin: Vec<String>,
    /// Let those pages read response headers, which Box does not
    #[arg(long)]
    expose_headers: bool,
    /// Life of an access token
    #[arg(long, value_name = "SECONDS", default_value_t = 3600)]
    access_token_ttl: u64,
    /// Where contents are kept
    #[arg(long, value_enum, default_value = "temp-file")]
    store: Store,
    /// Believe the digest of a commit instead of hashing the file again, for measurements
    #[arg(long)]
    trust_digests: bool,
    /// Read request bodies no faster than this
    #[arg(long, value_name = "BYTES_PER_SECOND")]
    throttle: Option<u64>,
}

#[derive(Clone, Copy, ValueEnum)]
enum Refresh {
    Strict,
    GraceSame,
    GraceDistinct,
}

#[derive(Clone, Copy, ValueEnum)]
enum Store {
    Memory,
    TempFile,
}

fn main() -> ExitCode {
    match run(Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            let _ = writeln!(io::stderr(), "box-emulator: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: Arguments) -> io::Result<()> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    runtime.block_on(async {
        let server = Server::start(options(arguments)).await?;
        let mut line = serde_json::to_string(server.addresses())?;
        line.push('\n');
        let mut stdout = io::stdout();
        stdout.write_all(line.as_bytes())?;
        stdout.flush()?;
        stopped().await?;
        server.shutdown().await;
        Ok(())
    })
}

fn options(arguments: Arguments) -> Options {
    let mut options = Options::default();
    options.listen = arguments.listen;
    options.store = match arguments.store {
        Store::Memory => StoreKind::Memory,
        Store::TempFile => StoreKind::TempFile,
    };
    options.settings.auto_approve = arguments.auto_approve;
    options.settings.refresh_mode = match arguments.refresh_mode {
        Refresh::Strict => RefreshMode::Strict,
        Refresh::GraceSame => RefreshMode::GraceSame,
        Refresh::GraceDistinct => RefreshMode::GraceDistinct,
    };
    options.settings.allow_origins = arguments.allow_origin;
    options.settings.expose_headers = arguments.expose_headers;
    options.settings.trust_digests = arguments.trust_digests;
    options.settings.access_token_ttl = arguments.access_token_ttl;
    options.settings.throttle = arguments.throttle;
    options
}

/// Waits for the signals that end a program, so that temporary files are removed.
async fn stopped() -> io::Result<()> {
    #[cfg(unix)]
    {
        use tokio::signal::unix::{SignalKind, signal};
        let mut terminate = signal(SignalKind::terminate())?;
        tokio::select! {
            outcome = tokio::signal::ctrl_c() => outcome,
            _ = terminate.recv() => Ok(()),
        }
    }
    #[cfg(not(unix))]
    tokio::signal::ctrl_c().await
}
