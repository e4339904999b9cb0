//! A server that costs little: it reads heads of requests, and sends replies that are ready.

use std::{
    io::Read as _,
    process, str,
    sync::{Arc, atomic::Ordering::Relaxed},
    thread,
    time::Instant,
};

use anyhow::Result;
use bytes::BytesMut;
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::replies::{Answer, Replies};

/// Serves until the standard input ends; prints the address of the API and that of the control.
pub(crate) async fn run() -> Result<()> {
    let api = TcpListener::bind("127.0.0.1:0").await?;
    let control = TcpListener::bind("127.0.0.1:0").await?;
    println!("http://{} {}", api.local_addr()?, control.local_addr()?);
    thread::spawn(|| {
        let _ = std::io::stdin().read(&mut [0]);
        process::exit(0);
    });
    let replies = Arc::new(Replies::new());
    tokio::spawn(controls(control, Arc::clone(&replies)));
    loop {
        let (stream, _) = api.accept().await?;
        replies.accepted.fetch_add(1, Relaxed);
        tokio::spawn(serve(stream, Arc::clone(&replies)));
    }
}

/// Serves one connection.
async fn serve(mut stream: TcpStream, replies: Arc<Replies>) -> Result<()> {
    stream.set_nodelay(true)?;
    let mut bytes = BytesMut::with_capacity(4096);
    loop {
        while let Some(head) = request(&mut bytes) {
            match replies.answer(str::from_utf8(&head)?) {
                Answer::Now(reply) => stream.write_all(&reply).await?,
                Answer::Held(delay, reply) => {
                    let start = Instant::now();
                    tokio::time::sleep(delay).await;
                    let held = start.elapsed().as_micros().try_into()?;
                    replies.held.fetch_add(held, Relaxed);
                    stream.write_all(&reply).await?;
                }
                Answer::Never => {}
            }
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            return Ok(());
        }
    }
}

/// The head of the next request, if all of it and its body has come.
fn request(bytes: &mut BytesMut) -> Option<BytesMut> {
    const END: &[u8] = b"\r\n\r\n";
    let head = bytes.windows(END.len()).position(|four| four == END)? + END.len();
    let text = str::from_utf8(bytes.get(..head)?).ok()?;
    let length = text.split("\r\n").find_map(|line| line.strip_prefix("content-length: "));
    let body: usize = length.map_or(Some(0), |length| length.parse().ok())?;
    if bytes.len() < head + body {
        return None;
    }
    let request = bytes.split_to(head);
    let _ = bytes.split_to(body);
    Some(request)
}

/// Answers what the sides ask beside their calls.
async fn controls(listener: TcpListener, replies: Arc<Replies>) -> Result<()> {
    loop {
        let (stream, _) = listener.accept().await?;
        let replies = Arc::clone(&replies);
        tokio::spawn(async move {
            let mut stream = BufReader::new(stream);
            let mut line = String::new();
            while stream.read_line(&mut line).await? > 0 {
                let counter = match line.trim() {
                    "accepted" => &replies.accepted,
                    "stuck" => &replies.stuck,
                    "held" => &replies.held,
                    _ => {
                        replies.token.fetch_add(1, Relaxed);
                        &replies.token
                    }
                };
                let number = format!("{}\n", counter.load(Relaxed));
                stream.get_mut().write_all(number.as_bytes()).await?;
                line.clear();
            }
            anyhow::Ok(())
        });
    }
}
