//! Signing a person in on Box's page.

use std::{
    net::{Ipv4Addr, SocketAddr},
    time::Duration,
};

use box_core::{
    error::{Error, ErrorKind},
    session::{Grant, OAuthApp},
    sign_in::SignIn,
};
use futures_util::{StreamExt, stream::FuturesUnordered};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
};

use crate::{builder::no_entropy, client::Client};

impl Client {
    /// Begins a sign-in. Send the browser to [`authorize_url`](Self::authorize_url), and hand Box's answer to
    /// [`finish_sign_in`](Self::finish_sign_in).
    ///
    /// # Errors
    /// `Internal` if the system gives no randomness.
    pub fn begin_sign_in(&self, redirect_uri: Option<&str>) -> Result<SignIn, Error> {
        let mut entropy = [0; 32];
        getrandom::fill(&mut entropy).map_err(|e| no_entropy(&e))?;
        Ok(SignIn::new(entropy, redirect_uri.map(str::to_owned)))
    }

    /// The page on which the person signs in.
    ///
    /// # Errors
    /// `InvalidInput` if the client wasn't built with `oauth`.
    pub fn authorize_url(&self, sign_in: &SignIn) -> Result<String, Error> {
        Ok(sign_in.authorize_url(&self.exchange().config.hosts, &self.app()?.client_id))
    }

    /// Ends a sign-in with the URL to which Box sent the browser back. The code in it lives 30 seconds. The tokens
    /// are stored and announced before this returns, and also if it is dropped on the way.
    ///
    /// # Errors
    /// `InvalidInput` if the answer belongs to another sign-in, `OAuth` if the person or Box declined.
    pub async fn finish_sign_in(&self, sign_in: &SignIn, answer: &str) -> Result<(), Error> {
        let entered = self.enter()?;
        let code = sign_in.code(answer)?;
        let draft = self.app()?.exchange(code, sign_in.redirect_uri(), &mut self.exchange().rng())?;
        self.shared().session.check_outside()?;
        let client = self.clone();
        // On its own: the code is good for one use, so a caller that goes away must not lose what it bought.
        let signed = tokio::spawn(async move {
            let _entered = entered;
            let reply = client.exchange().call(draft).await?;
            client.shared().session.sign_in(&reply).await
        });
        signed.await.unwrap_or_else(|_| Err(Error::internal("the task of the sign-in ended")))
    }

    /// Signs a person in at a command line: listens on a loopback port (0: any; Box must know the redirect URI
    /// `http://127.0.0.1:<port>/`), hands the authorize page to `show`, and waits for the answer (RFC 8252,
    /// section 7.3).
    ///
    /// # Errors
    /// `Io` if the port is taken, `Timeout` after five minutes, and those of
    /// [`finish_sign_in`](Self::finish_sign_in).
    pub async fn sign_in_on_loopback(&self, port: u16, show: impl FnOnce(&str)) -> Result<(), Error> {
        let address = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let listener = TcpListener::bind(address).await.map_err(|e| io(&e))?;
        let port = listener.local_addr().map_err(|e| io(&e))?.port();
        let sign_in = self.begin_sign_in(Some(&format!("http://127.0.0.1:{port}/")))?;
        show(&self.authorize_url(&sign_in)?);
        let answer = tokio::time::timeout(PATIENCE, catch(&listener, &sign_in)).await;
        let answer = answer.map_err(|_| Error::new(ErrorKind::Timeout, "nobody signed in"))??;
        self.finish_sign_in(&sign_in, &answer).await
    }

    fn app(&self) -> Result<&OAuthApp, Error> {
        match self.shared().session.grant() {
            Grant::OAuth(app) => Ok(app),
            _ => Err(Error::invalid("signing in needs a client built with `oauth`")),
        }
    }
}

/// How long a person may take.
const PATIENCE: Duration = Duration::from_secs(300);

/// How long a browser may take over a request.
const READ_TIME: Duration = Duration::from_secs(5);

/// The path and query of the first request that answers this sign-in. A browser also asks for icons, and opens
/// connections that it doesn't use.
async fn catch(listener: &TcpListener, sign_in: &SignIn) -> Result<String, Error> {
    let mut visitors = FuturesUnordered::new();
    loop {
        tokio::select! {
            visitor = listener.accept() => {
                let (stream, _) = visitor.map_err(|e| io(&e))?;
                visitors.push(tokio::time::timeout(READ_TIME, serve(stream, sign_in)));
            }
            Some(served) = visitors.next() => {
                if let Ok(Some(answer)) = served {
                    return answer;
                }
            }
        }
    }
}

/// The target of a request if it answers this sign-in, or what it says against it.
async fn serve(mut stream: TcpStream, sign_in: &SignIn) -> Option<Result<String, Error>> {
    let target = target(&mut stream).await?;
    let answer = sign_in.code(&target);
    let (status, text) = match &answer {
        Ok(_) => ("200 OK", "Signed in. You can close this page."),
        Err(error) if error.kind() == ErrorKind::OAuth => {
            ("200 OK", "Not signed in. You can close this page.")
        }
        Err(_) => ("404 Not Found", "There is nothing here."),
    };
    let reply = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain\r\ncontent-length: {}\r\nconnection: close\r\n\r\n{text}",
        text.len()
    );
    // The answer counts, not whether the browser shows its page.
    let _ = stream.write_all(reply.as_bytes()).await;
    let _ = stream.shutdown().await;
    match answer {
        Ok(_) => Some(Ok(target)),
        Err(error) if error.kind() == ErrorKind::OAuth => Some(Err(error)),
        Err(_) => None,
    }
}

/// The target of a GET request (RFC 9112, section 3); the whole head is read so that the reply isn't cut off.
async fn target(stream: &mut TcpStream) -> Option<String> {
    const MAX_HEAD: u64 = 64 * 1024;
    let mut lines = BufReader::new(stream.take(MAX_HEAD)).lines();
    let first = lines.next_line().await.ok()??;
    while lines.next_line().await.ok()?.is_some_and(|line| !line.is_empty()) {}
    let target = first.strip_prefix("GET ")?.split(' ').next()?;
    Some(target.to_owned())
}

fn io(error: &std::io::Error) -> Error {
    Error::new(ErrorKind::Io, format!("the loopback address can't be listened on: {error}"))
}
