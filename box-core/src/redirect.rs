//! Following redirects without handing secrets to the target.

use crate::{
    error::{Error, ErrorKind},
    hosts::Hosts,
    operation::Method,
    reply::Head,
    request::{Body, Replay, Request},
    url::Url,
};

/// Most redirects that one request follows.
pub(crate) const MAX_HOPS: u32 = 5;

/// The request to the target of a redirect.
///
/// Within one origin everything goes on. Another origin gets only what content needs: no token, no `as-user`, no
/// shared link, nothing that the application added.
///
/// # Errors
/// `Redirect` if there is no usable target, it is the sixth in a row, it gives up TLS, it leads to where Box doesn't
/// keep content, or it would send a body to another origin or as another method.
pub(crate) fn follow(
    request: &Request,
    method: Method,
    head: &Head,
    hop: u32,
    hosts: &Hosts,
) -> Result<Request, Error> {
    let refuse = |why: &str| Err(Error::new(ErrorKind::Redirect, why).with_status(head.status));
    if hop >= MAX_HOPS {
        return refuse("more than 5 redirects in a row");
    }
    let Some(location) = head.headers.get("location") else {
        return refuse("a redirect without a target");
    };
    let Ok(from) = Url::parse(&request.url) else {
        return Err(Error::internal("a request without a URL"));
    };
    let Ok(target) = from.join(location) else {
        return refuse("a redirect to what is not a URL");
    };
    let origins = (from.origin(), target.origin());
    if origins.0.secure && !origins.1.secure {
        return refuse("a redirect from https to another scheme");
    }
    let same_origin = origins.0 == origins.1;
    if !same_origin && !hosts.serves(&target) {
        return refuse("a redirect to where Box doesn't keep content");
    }
    let keeps_method = matches!(head.status, 307 | 308);
    if !(method.is_safe() || keeps_method && same_origin) {
        return refuse("a redirect of a request that writes");
    }
    if !request.body.is_empty() && (!same_origin || request.body.replay() == Replay::Once) {
        return refuse("a redirect of a body that can't go there");
    }
    let mut next = request.clone();
    next.url = target.as_str().to_owned();
    next.about.url_template = None;
    if !same_origin {
        next.body = Body::Empty;
        next.headers
            .retain(|name| matches!(name, "range" | "user-agent" | "accept") || name.starts_with("accept-"));
    }
    Ok(next)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{headers::Headers, request::About};

    fn request() -> Request {
        let fields =
            ["authorization", "as-user", "boxapi", "box-version", "x-own", "range", "accept-encoding"];
        Request {
            method: "GET",
            url: "https://api.box.com/2.0/files/1/content".to_owned(),
            headers: fields.into_iter().map(|name| (name, "v")).collect(),
            body: Body::Empty,
            about: About::new("files.download", "/files/{file_id}/content"),
        }
    }

    fn follow(request: &Request, method: Method, head: &Head, hop: u32) -> Result<Request, Error> {
        super::follow(request, method, head, hop, &Hosts::default())
    }

    fn to(status: u16, location: &str) -> Head {
        Head { status, headers: [("location", location)].into_iter().collect() }
    }

    #[test]
    fn another_origin_gets_no_secret() {
        let next = follow(&request(), Method::Get, &to(302, "https://dl.boxcloud.com/d/1?x=y"), 0).unwrap();
        assert_eq!(next.url, "https://dl.boxcloud.com/d/1?x=y");
        let names: Vec<_> = next.headers.iter().map(|(name, _)| name).collect();
        assert_eq!(names, ["range", "accept-encoding"]);
    }

    #[test]
    fn the_same_origin_gets_everything() {
        let next = follow(&request(), Method::Get, &to(301, "/2.0/other"), 4).unwrap();
        assert_eq!(next.url, "https://api.box.com/2.0/other");
        assert_eq!(next.headers, request().headers);
    }

    #[test]
    fn what_must_not_be_followed_is_refused() {
        let cases = [
            (Method::Get, to(302, "http://dl.boxcloud.com/"), 0),
            (Method::Get, to(302, "file:///etc/passwd"), 0),
            (Method::Get, to(302, "https://"), 0),
            (Method::Get, to(302, "https://elsewhere.example/"), 0),
            (Method::Get, to(302, "https://dl.boxcloud.com.elsewhere.example/"), 0),
            (Method::Get, to(302, "/again"), MAX_HOPS),
            (Method::Get, Head { status: 302, headers: Headers::new() }, 0),
            (Method::Post, to(302, "/2.0/other"), 0),
            (Method::Post, to(307, "https://upload.box.com/x"), 0),
        ];
        for (method, head, hop) in cases {
            let error = follow(&request(), method, &head, hop).unwrap_err();
            assert_eq!(error.kind(), ErrorKind::Redirect, "{head:?}");
        }
        assert!(follow(&request(), Method::Post, &to(308, "/2.0/other"), 0).is_ok());
    }
}
