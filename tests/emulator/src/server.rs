//! The emulator behind HTTP, on loopback addresses only.

mod connection;
mod intake;
mod options;
mod outlet;
mod temp_files;

use std::{
    io,
    net::{Ipv4Addr, SocketAddr},
    sync::{Arc, Mutex, PoisonError},
    thread::JoinHandle,
};

use tokio::{
    net::TcpListener,
    runtime::Builder,
    sync::{oneshot, watch},
};

use self::connection::Shared;
pub use self::options::{Options, StoreKind};
use crate::{Addresses, ContentStore, Emulator, MemoryStore};

/// A running emulator. It has threads of its own, so any runtime (or none) may wait for it, and it ends when dropped.
#[derive(Debug)]
pub struct Server {
    addresses: Addresses,
    shared: Arc<Shared>,
    stop: watch::Sender<bool>,
    thread: Option<JoinHandle<()>>,
}

impl Server {
    /// Binds three ports (API, upload, download) and serves.
    pub async fn start(options: Options) -> io::Result<Self> {
        if !options.listen.ip().is_loopback() {
            let message =
                format!("{} is not a loopback address; the emulator has no real security", options.listen);
            return Err(io::Error::new(io::ErrorKind::InvalidInput, message));
        }
        let (stop, stopped) = watch::channel(false);
        let (started, ready) = oneshot::channel();
        let thread = std::thread::Builder::new().name("box-emulator".to_owned()).spawn(move || {
            let runtime = Builder::new_multi_thread().worker_threads(2).enable_all().build();
            match runtime {
                Ok(runtime) => {
                    runtime.block_on(serve(options, started, stopped));
                    runtime.shutdown_background();
                }
                Err(error) => drop(started.send(Err(error))),
            }
        })?;
        let ended = |_| io::Error::other("the emulator's thread ended early");
        let shared = ready.await.map_err(ended)??;
        Ok(Self { addresses: shared.addresses.clone(), shared, stop, thread: Some(thread) })
    }

    /// Where it answers, and the credentials it knows.
    pub fn addresses(&self) -> &Addresses {
        &self.addresses
    }

    /// Works on the emulator between two requests.
    pub fn control<R>(&self, work: impl FnOnce(&mut Emulator) -> R) -> R {
        work(&mut self.shared.emulator.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Milliseconds since 1970 on the emulator's clock, before what was advanced.
    pub fn now(&self) -> u64 {
        connection::now()
    }

    /// Closes all connections and ends.
    pub async fn shutdown(mut self) {
        self.stop.send_replace(true);
        self.stop.closed().await;
        self.end();
    }

    fn end(&mut self) {
        self.stop.send_replace(true);
        if let Some(thread) = self.thread.take() {
            // A panic in there has been reported by the test that met it.
            let _ = thread.join();
        }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.end();
    }
}

async fn serve(
    options: Options,
    started: oneshot::Sender<io::Result<Arc<Shared>>>,
    mut stopped: watch::Receiver<bool>,
) {
    match bind(options).await {
        Ok((shared, listeners)) => {
            for (origin, listener) in listeners {
                tokio::spawn(connection::accept(shared.clone(), origin, listener));
            }
            if started.send(Ok(shared)).is_ok() {
                let _ = stopped.wait_for(|stop| *stop).await;
            }
        }
        Err(error) => drop(started.send(Err(error))),
    }
}

async fn bind(options: Options) -> io::Result<(Arc<Shared>, [(String, TcpListener); 3])> {
    let other = SocketAddr::new(options.listen.ip(), 0);
    let api = TcpListener::bind(options.listen).await?;
    let upload = TcpListener::bind(other).await?;
    let download = TcpListener::bind(other).await?;
    let [api_origin, upload_origin, download_origin] = [&api, &upload, &download].map(origin);
    let (api_origin, upload_origin, download_origin) = (api_origin?, upload_origin?, download_origin?);

    let mut settings = options.settings;
    let addresses = &mut settings.addresses;
    addresses.api.clone_from(&api_origin);
    addresses.oauth2 = format!("{api_origin}/api/oauth2");
    addresses.control = format!("{api_origin}/control");
    addresses.upload = format!("{upload_origin}/api");
    addresses.download.clone_from(&download_origin);
    let addresses = addresses.clone();

    let store: Box<dyn ContentStore> = match options.store {
        StoreKind::Memory => Box::new(MemoryStore),
        StoreKind::TempFile => Box::new(temp_files::TempFiles::new()?),
    };
    let shared =
        Shared { emulator: Mutex::new(Emulator::new(settings, connection::now())), addresses, store };
    let listeners = [(api_origin, api), (upload_origin, upload), (download_origin, download)];
    Ok((Arc::new(shared), listeners))
}

fn origin(listener: &TcpListener) -> io::Result<String> {
    Ok(format!("http://{}", listener.local_addr()?))
}

/// Any free port of 127.0.0.1.
pub(crate) const ANY_PORT: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 0);
