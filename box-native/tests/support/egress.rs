//! Where clients under test may go: to emulators, and to servers that a test names.

use std::{
    collections::BTreeSet,
    sync::{Arc, Mutex, PoisonError},
};

use box_native::{
    Error, ErrorKind,
    box_core::error::Sent,
    transport::{BoxFuture, HttpReply, HttpRequest, Layer, Next, TransportError},
};

/// Origins that this process has named.
static OPEN: Mutex<BTreeSet<String>> = Mutex::new(BTreeSet::new());

/// Lets clients go to the server of a URL.
pub(crate) fn open(url: &str) {
    OPEN.lock().unwrap_or_else(PoisonError::into_inner).insert(origin(url));
}

fn origin(url: &str) -> String {
    let url = reqwest::Url::parse(url).unwrap();
    format!("{}://{}:{}", url.scheme(), url.host_str().unwrap(), url.port_or_known_default().unwrap())
}

/// Stops what would go elsewhere, and fails the test: at once, or at its end where somebody has caught that.
#[derive(Clone, Default)]
pub(crate) struct Egress(Arc<Strays>);

#[derive(Default)]
struct Strays(Mutex<Vec<String>>);

impl Egress {
    /// What has strayed. The test has seen it, so it doesn't fail for it.
    pub(crate) fn take(&self) -> Vec<String> {
        std::mem::take(&mut *self.0.0.lock().unwrap())
    }
}

impl Layer for Egress {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let to = origin(&request.url);
        if OPEN.lock().unwrap_or_else(PoisonError::into_inner).contains(&to) {
            return next.send(request);
        }
        self.0.0.lock().unwrap().push(format!("{} at {to}", request.operation));
        let error = Error::new(ErrorKind::Transport, "no test has named this server");
        Box::pin(async { Err(TransportError { sent: Sent::No, error }) })
    }
}

impl Drop for Strays {
    fn drop(&mut self) {
        let strays = self.0.get_mut().unwrap_or_else(PoisonError::into_inner);
        assert!(
            strays.is_empty() || std::thread::panicking(),
            "requests to servers that no test has named: {strays:?}"
        );
    }
}
