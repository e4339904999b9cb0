//! The rule by which actions are named: `<verb>[_<object>][_<by, for, from, to or in what>]`.

use super::{
    error::TableError,
    read::{WrittenAction, WrittenGroup},
};

/// Most words of a name.
const MOST_WORDS: usize = 4;

/// First words that belong to a method; `POST` has all others.
const VERBS: [(&[&str], &[&str]); 4] = [
    (&["GET", "HEAD"], &["authorize", "download", "find", "get", "list", "me", "query"]),
    (&["OPTIONS"], &["get", "preflight"]),
    (&["PUT", "PATCH"], &["add", "remove", "restore", "set", "transfer", "update", "upload"]),
    (&["DELETE"], &["abort", "delete", "purge", "remove"]),
];

/// First words that would mislead about a `POST`.
const NOT_POST: [&str; 7] = ["delete", "download", "find", "get", "list", "purge", "update"];

/// First words of what answers pages.
const PAGED: [&str; 3] = ["find", "list", "query"];

/// Checks the name of an action.
pub(super) fn check(group: &WrittenGroup, action: &WrittenAction) -> Result<(), TableError> {
    let name = &action.name;
    let words: Vec<_> = name.split('_').collect();
    let verb = words.first().copied().unwrap_or_default();
    if words.len() > MOST_WORDS {
        return action.at.fail(format!("{name:?} has more than {MOST_WORDS} words"));
    }
    let known = VERBS.iter().find(|(methods, _)| methods.contains(&action.method));
    let fits = match known {
        Some((_, verbs)) => verbs.contains(&verb),
        None => !NOT_POST.contains(&verb),
    };
    if !fits {
        let instead = known.map(|(_, verbs)| format!(": it is one of {}", verbs.join(", ")));
        let method = action.method;
        return action.at.fail(format!("{verb:?} is no verb for {method}{}", instead.unwrap_or_default()));
    }
    if action.attributes.iter().any(|attribute| attribute.key == "page") && !PAGED.contains(&verb) {
        return action.at.fail(format!("what answers pages is called {}", PAGED.join(", ")));
    }
    repeats(group, action)
}

/// An action's name doesn't repeat its group.
fn repeats(group: &WrittenGroup, action: &WrittenAction) -> Result<(), TableError> {
    let singular = group.name.strip_suffix('s').unwrap_or(&group.name);
    let words = format!("_{}_", action.name);
    let repeated = [group.name.as_str(), singular].iter().any(|name| words.contains(&format!("_{name}_")));
    if repeated {
        let message = format!("{:?} repeats its group {:?}", action.name, group.name);
        return action.at.fail(message);
    }
    Ok(())
}
