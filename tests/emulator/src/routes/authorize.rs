use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};

use crate::{
    Emulator, Failure, Host, Reply, Route,
    call::Call,
    world::{Code, UserId, World},
};

pub(super) const ROUTES: &[Route] =
    &[Route::open(Host::OAuth2, "oauth.authorize", "GET", "/authorize", authorize)];

const CODE_LIFE: u64 = 30_000;

impl Emulator {
    /// An authorization code as a user who approves on the authorize page gives it, but not bound to a redirect
    /// address, without a request and thus uncounted. The first user's if none is named, `None` if there is no such
    /// user.
    pub fn authorize(&mut self, now: u64, user_id: Option<&str>) -> Option<String> {
        let now = self.clock(now);
        let user = self.world.users.find(user_id.unwrap_or(&self.settings.addresses.user_id))?;
        let user = (!user.service).then_some(user.id)?;
        Some(give_code(&mut self.world, user, None, now))
    }
}

fn authorize(call: &mut Call<'_>) -> Result<Reply, Failure> {
    let get = |name: &str| call.query.get(name).unwrap_or_default().to_owned();
    if get("client_id") != call.settings.addresses.client_id {
        return Err(Failure::html(400, "Unknown client_id"));
    }
    if get("response_type") != "code" {
        return Err(Failure::html(400, "response_type must be code"));
    }
    let (redirect_uri, state) = (get("redirect_uri"), get("state"));
    if !is_loopback(&redirect_uri) {
        return Err(Failure::html(400, "redirect_uri must be a loopback address"));
    }
    match call.query.get("decision") {
        Some("deny") => {
            let parameters = "error=access_denied&error_description=The%20user%20denied%20access%20to%20your%20application";
            Ok(redirect(&redirect_uri, parameters, &state))
        }
        Some("approve") => Ok(approve(call, &redirect_uri, &state)),
        _ if call.settings.auto_approve => Ok(approve(call, &redirect_uri, &state)),
        _ => Ok(Reply::html(200, page(call))),
    }
}

fn approve(call: &mut Call<'_>, redirect_uri: &str, state: &str) -> Reply {
    let user = call.settings.addresses.user_id.parse().unwrap_or_default();
    let code = give_code(call.world, user, Some(redirect_uri.to_owned()), call.now);
    redirect(redirect_uri, &format!("code={code}"), state)
}

fn give_code(world: &mut World, user: UserId, redirect_uri: Option<String>, now: u64) -> String {
    let code = world.ids.token();
    let details = Code { user, redirect_uri, expires_at: now + CODE_LIFE };
    world.tokens.insert_code(code.clone(), details);
    code
}

fn redirect(redirect_uri: &str, parameters: &str, state: &str) -> Reply {
    let join = if redirect_uri.contains('?') { '&' } else { '?' };
    let mut location = format!("{redirect_uri}{join}{parameters}");
    if !state.is_empty() {
        let state = utf8_percent_encode(state, NON_ALPHANUMERIC);
        location.push_str(&format!("&state={state}"));
    }
    Reply::new(302).with("location", location)
}

/// Anyone may open the page, so codes must not travel off this machine, and a header must not be forged.
fn is_loopback(uri: &str) -> bool {
    let Some(rest) = uri.strip_prefix("http://").or_else(|| uri.strip_prefix("https://")) else {
        return false;
    };
    let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
    let host = match authority.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => authority.split(':').next().unwrap_or_default(),
    };
    let plain = uri.bytes().all(|byte| byte.is_ascii_graphic()) && !authority.contains('@');
    plain && matches!(host, "127.0.0.1" | "localhost" | "::1")
}

fn page(call: &Call<'_>) -> String {
    let names = ["response_type", "client_id", "redirect_uri", "state", "scope"];
    let hidden: String = names
        .iter()
        .filter_map(|name| Some((name, call.query.get(name)?)))
        .map(|(name, value)| format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">\n", escape(value)))
        .collect();
    format!(
        "<!doctype html>\n<title>Grant access</title>\n<h1>Grant access to Box (emulated)</h1>\n<form method=\"get\">\n\
         {hidden}<button name=\"decision\" value=\"approve\">Approve</button>\n\
         <button name=\"decision\" value=\"deny\">Deny</button>\n</form>\n"
    )
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}
