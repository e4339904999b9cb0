//! A SOCKS5 proxy (RFC 1928) that may ask for a password (RFC 1929).

use std::net::Ipv4Addr;

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use super::{Notes, Relay, join, note};

/// Notes targets and credentials; with `password`, refuses who doesn't send it.
pub(crate) async fn start(password: Option<(&'static str, &'static str)>) -> Relay {
    Relay::start(move |stream, notes| serve(stream, notes, password)).await
}

async fn serve(mut stream: TcpStream, notes: Notes, password: Option<(&str, &str)>) -> std::io::Result<()> {
    assert_eq!(stream.read_u8().await?, 5);
    let methods = bytes(&mut stream).await?;
    let method = if password.is_some() { 2 } else { 0 };
    if !methods.contains(&method) {
        note(&notes, "no common method");
        return stream.write_all(&[5, 0xff]).await;
    }
    stream.write_all(&[5, method]).await?;
    let mut given = "-".to_owned();
    if let Some((user, password)) = password {
        assert_eq!(stream.read_u8().await?, 1);
        let (u, p) = (text(&mut stream).await?, text(&mut stream).await?);
        let good = (u.as_str(), p.as_str()) == (user, password);
        given = format!("{u}:{p}");
        if !good {
            note(&notes, format!("refused [{given}]"));
            return stream.write_all(&[1, 1]).await;
        }
        stream.write_all(&[1, 0]).await?;
    }
    let mut request = [0; 4];
    stream.read_exact(&mut request).await?;
    assert_eq!(request[..3], [5, 1, 0]);
    let host = match request[3] {
        1 => Ipv4Addr::from(stream.read_u32().await?).to_string(),
        3 => text(&mut stream).await?,
        other => panic!("address of type {other}"),
    };
    let target = format!("{host}:{}", stream.read_u16().await?);
    note(&notes, format!("{target} [{given}]"));
    let far = TcpStream::connect(target).await?;
    stream.write_all(&[5, 0, 0, 1, 0, 0, 0, 0, 0, 0]).await?;
    join(stream, far, b"").await
}

async fn bytes(stream: &mut TcpStream) -> std::io::Result<Vec<u8>> {
    let mut bytes = vec![0; stream.read_u8().await?.into()];
    stream.read_exact(&mut bytes).await?;
    Ok(bytes)
}

async fn text(stream: &mut TcpStream) -> std::io::Result<String> {
    Ok(String::from_utf8(bytes(stream).await?).unwrap())
}
