//! Which operation of Box's documents every action is, for the tests that hold the clients against these documents.

use super::rust::NOTICE;
use crate::table::form::{Action, Host, Table};

/// Actions that no document has: the one is left out there, the other is a second way to an operation.
const OWN: [&str; 2] = ["files.preflight_version", "files.download_url"];

/// The file: a line per action with its id, that of the documents, and the base URL that it uses.
pub(crate) fn file(table: &Table) -> String {
    let actions = table.groups.iter().flat_map(|group| &group.actions);
    let lines = actions.filter(|action| !OWN.contains(&action.id.as_str())).map(line);
    format!("# {NOTICE}\n{}", lines.collect::<String>())
}

fn line(action: &Action) -> String {
    let host = match action.host {
        Host::Api => "api",
        Host::Upload | Host::Session => "upload",
        Host::OAuth => "oauth",
        Host::Account => "account",
        Host::Download => "download",
    };
    let operation = operation(action.doc.as_deref().unwrap_or_default());
    format!("{} {operation} {host}\n", action.id)
}

/// The id of an operation, from the name of its page in Box's reference.
fn operation(slug: &str) -> String {
    let (version, name) = slug.split_once('/').unwrap_or(("", slug));
    let id = name.replace("--", "#").replace('-', "_");
    // The key of the template of classifications has a hyphen of its own.
    let id = id.replace("_6VMV", "-6VMV");
    if version.is_empty() { id } else { format!("{id}_{version}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_operations() {
        let check = |slug: &str, id: &str| assert_eq!(operation(slug), id);
        check("get-files-id", "get_files_id");
        check("put-files-id--add-shared-link", "put_files_id#add_shared_link");
        check("v2025.0/get-hubs-id", "get_hubs_id_v2025.0");
        check("get-a-key-6VMV", "get_a_key-6VMV");
        check("", "");
    }
}
