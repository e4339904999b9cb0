//! The emulator's own endpoint, for tests that reach it over HTTP only.

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};

use crate::{
    Emulator, Failure, Fault, Reply, Request, Seed, Settings, assertion, generated::OPERATION_IDS, keys,
    query::Query, route::routes, routes::NOT_OPERATIONS,
};

/// Which operations of the workspace's table the emulator answers.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[non_exhaustive]
pub struct Operations {
    /// Have a route.
    pub implemented: Vec<String>,
    /// Answer 501.
    pub not_in_emulator: Vec<String>,
}

impl Emulator {
    /// Compares the routes with the table's operation ids.
    pub fn operations() -> Operations {
        let routed: Vec<_> =
            routes().map(|route| route.id).filter(|id| !NOT_OPERATIONS.contains(id)).collect();
        let missing = OPERATION_IDS.iter().filter(|id| !routed.contains(id));
        Operations {
            not_in_emulator: missing.map(|id| (*id).to_owned()).collect(),
            implemented: routed.into_iter().map(str::to_owned).collect(),
        }
    }
}

pub(crate) fn handle(emulator: &mut Emulator, now: u64, path: &str, query: &str, request: &Request) -> Reply {
    match answer(emulator, now, path, query, request) {
        Ok(value) => Reply::json(200, &value),
        Err(failure) => failure.into_reply("control"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Advance {
    seconds: u64,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Revoke {
    all: bool,
}

#[derive(Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct Authorize {
    user_id: Option<String>,
}

fn answer(
    emulator: &mut Emulator,
    now: u64,
    path: &str,
    query: &str,
    request: &Request,
) -> Result<Value, Failure> {
    match (request.method.as_str(), path) {
        ("GET", "/counters") => Ok(show(emulator.counters())),
        ("GET", "/config") => config(emulator, &Query::parse(query)),
        ("GET", "/operations") => Ok(show(&Emulator::operations())),
        ("GET", "/options") => Ok(show(emulator.settings())),
        ("POST", "/advance") => {
            let Advance { seconds } = read(request)?;
            emulator.advance(seconds.saturating_mul(1000));
            Ok(json!({ "ahead_seconds": emulator.ahead() / 1000 }))
        }
        ("POST", "/authorize") => {
            let Authorize { user_id } = read(request)?;
            let code = emulator.authorize(now, user_id.as_deref());
            code.map(|code| json!({ "code": code })).ok_or_else(Failure::not_found)
        }
        ("POST", "/expire_tokens") => {
            emulator.expire_tokens();
            Ok(json!({}))
        }
        ("POST", "/revoke_tokens") => {
            let Revoke { all } = read(request)?;
            emulator.revoke_tokens(all);
            Ok(json!({}))
        }
        ("POST", "/fail") => {
            let fault: Fault = read(request)?;
            check_operation(&fault.operation)?;
            emulator.fail(fault);
            Ok(json!({}))
        }
        ("POST", "/clear_faults") => {
            emulator.clear_faults();
            Ok(json!({}))
        }
        ("POST", "/reset_counters") => {
            emulator.reset_counters();
            Ok(json!({}))
        }
        ("POST", "/reset") => {
            emulator.reset(now);
            Ok(json!({}))
        }
        ("POST", "/seed") => {
            let seed: Seed = read(request)?;
            let seeded = emulator.seed(now, &seed);
            seeded.map(|seeded| show(&seeded)).ok_or_else(Failure::not_found)
        }
        ("POST", "/options") => {
            change_settings(emulator, read(request)?)?;
            Ok(show(emulator.settings()))
        }
        _ => Err(Failure::not_found()),
    }
}

/// The application's configuration with a private key in the form that the query names.
fn config(emulator: &Emulator, query: &Query) -> Result<Value, Failure> {
    let name = query.get("key").unwrap_or("plain");
    let unknown = || Failure::bad_request(format!("'{name}' is no form of the private key"));
    let (key, passphrase) = keys::named(name).ok_or_else(unknown)?;
    Ok(emulator.settings().addresses.config(key, passphrase))
}

/// Replaces the members that the body has.
fn change_settings(emulator: &mut Emulator, changes: serde_json::Map<String, Value>) -> Result<(), Failure> {
    let Value::Object(mut members) = show(emulator.settings()) else {
        return Ok(());
    };
    for (name, value) in changes {
        if name == "addresses" || members.insert(name.clone(), value).is_none() {
            return Err(Failure::bad_request(format!("'{name}' can't be changed")));
        }
    }
    let settings = serde_json::from_value(Value::Object(members));
    let settings: Settings = settings.map_err(|error| Failure::bad_request(error.to_string()))?;
    for operation in settings.delays.keys().filter(|operation| *operation != "*") {
        check_operation(operation)?;
    }
    if let Some((id, _)) = settings.public_keys.iter().find(|(_, pem)| !assertion::is_key(pem)) {
        return Err(Failure::bad_request(format!("the public key '{id}' is not the PEM of an RSA key")));
    }
    *emulator.settings_mut() = settings;
    Ok(())
}

/// A typing error in an id would make a fault that never strikes.
fn check_operation(id: &str) -> Result<(), Failure> {
    let known = id == "any" || id == "unknown" || routes().any(|route| route.id == id);
    known.then_some(()).ok_or_else(|| Failure::bad_request(format!("'{id}' is no operation of the emulator")))
}

fn read<T: DeserializeOwned>(request: &Request) -> Result<T, Failure> {
    let bytes = request.bytes().unwrap_or_default();
    let bytes = if bytes.is_empty() { b"{}".as_slice() } else { &bytes };
    serde_json::from_slice(bytes).map_err(|error| Failure::bad_request(error.to_string()))
}

fn show(value: &impl Serialize) -> Value {
    serde_json::to_value(value).unwrap_or_default()
}
