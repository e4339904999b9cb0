//! An HTTP proxy: tunnels (RFC 9110, section 9.3.6) and forwarded requests.

use tokio::{
    io::AsyncWriteExt,
    net::{TcpListener, TcpStream},
};

use super::{Notes, Relay, head, join, note};

/// Notes request lines and credentials; with `password`, refuses who doesn't send it.
pub(crate) async fn start(password: Option<&'static str>) -> Relay {
    Relay::start(move |stream, notes| serve(stream, notes, password)).await
}

async fn serve(mut stream: TcpStream, notes: Notes, password: Option<&str>) -> std::io::Result<()> {
    let head = head(&mut stream).await?;
    let line = head.lines().next().unwrap();
    let mut fields = head.lines().filter_map(|line| line.split_once(": "));
    let given = fields.find(|(name, _)| name.eq_ignore_ascii_case("proxy-authorization")).map(|(_, v)| v);
    note(&notes, format!("{line} [{}]", given.unwrap_or("-")));
    if password.is_some_and(|password| given != Some(password)) {
        let refusal = "HTTP/1.1 407 Proxy Authentication Required\r\ncontent-length: 0\r\n\r\n";
        return stream.write_all(refusal.as_bytes()).await;
    }
    let target = line.split(' ').nth(1).unwrap();
    if line.starts_with("CONNECT ") {
        let far = TcpStream::connect(target).await?;
        stream.write_all(b"HTTP/1.1 200 OK\r\n\r\n").await?;
        return join(stream, far, b"").await;
    }
    let host = target.strip_prefix("http://").unwrap().split('/').next().unwrap();
    let far = TcpStream::connect(host).await?;
    // Servers take a target in absolute form, too (RFC 9112, section 3.2.2).
    join(stream, far, head.as_bytes()).await
}

/// A port on which nobody listens.
pub(crate) async fn nobody() -> std::net::SocketAddr {
    TcpListener::bind(("127.0.0.1", 0)).await.unwrap().local_addr().unwrap()
}
