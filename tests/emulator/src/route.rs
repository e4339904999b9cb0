use crate::{Failure, Host, Reply, call::Call, routes::GROUPS};

pub(crate) type Handler = fn(&mut Call<'_>) -> Result<Reply, Failure>;

/// One operation that the emulator answers.
#[derive(Clone, Copy, Debug)]
#[non_exhaustive]
pub struct Route {
    /// Group and method, as in `files.get`.
    pub id: &'static str,
    /// Where it is answered.
    pub host: Host,
    /// In capitals.
    pub method: &'static str,
    /// Starts with `/2.0` for API operations; parameters stand in braces.
    pub path: &'static str,
    pub(crate) access: Access,
    pub(crate) handler: Handler,
}

/// Whether a call needs an access token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Access {
    Token,
    Open,
}

impl Route {
    pub(crate) const fn api(
        id: &'static str,
        method: &'static str,
        path: &'static str,
        handler: Handler,
    ) -> Self {
        Self::on(Host::Api, Access::Token, id, method, path, handler)
    }

    pub(crate) const fn upload(
        id: &'static str,
        method: &'static str,
        path: &'static str,
        handler: Handler,
    ) -> Self {
        Self::on(Host::Upload, Access::Token, id, method, path, handler)
    }

    pub(crate) const fn open(
        host: Host,
        id: &'static str,
        method: &'static str,
        path: &'static str,
        handler: Handler,
    ) -> Self {
        Self::on(host, Access::Open, id, method, path, handler)
    }

    const fn on(
        host: Host,
        access: Access,
        id: &'static str,
        method: &'static str,
        path: &'static str,
        handler: Handler,
    ) -> Self {
        Self { id, host, method, path, access, handler }
    }

    /// Values of the parameters, when the path is this route's.
    fn matches(&self, path: &str) -> Option<Vec<(&'static str, String)>> {
        let mut params = Vec::new();
        let mut actual = path.split('/');
        for expected in self.path.split('/') {
            let segment = actual.next()?;
            if let Some(name) = expected.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')) {
                if segment.is_empty() {
                    return None;
                }
                params.push((name, segment.to_owned()));
            } else if expected != segment {
                return None;
            }
        }
        actual.next().is_none().then_some(params)
    }
}

/// Every operation, in a fixed order.
pub fn routes() -> impl Iterator<Item = &'static Route> + Clone {
    GROUPS.iter().copied().flatten()
}

pub(crate) type Params = Vec<(&'static str, String)>;

/// The route that fits. A segment that is a literal for any route is never taken for a parameter.
pub(crate) fn find(host: Host, method: &str, path: &str) -> Option<(&'static Route, Params)> {
    let fitting = routes().filter_map(|route| Some((route, route.matches(path)?)));
    let fewest = fitting.clone().map(|(_, params)| params.len()).min()?;
    let mut fitting = fitting.filter(|(_, params)| params.len() == fewest);
    fitting.find(|(route, _)| route.host == host && route.method == method)
}
