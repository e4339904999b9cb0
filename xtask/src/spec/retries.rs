//! Rows whose retry class isn't that of their method.

use std::fmt;

use crate::table::form::{Action, Probe, Retry, Table};

/// A row that deviates.
pub(crate) struct Deviation<'t> {
    pub(crate) id: &'t str,
    pub(crate) class: String,
    /// The class of its method.
    pub(crate) default: &'static str,
}

/// All rows that deviate.
pub(crate) fn deviations(table: &Table) -> Vec<Deviation<'_>> {
    let rows = table.groups.iter().flat_map(|group| &group.actions);
    rows.filter_map(|row| {
        let (default, class) = (default(row), class(&row.retry));
        (class != default).then_some(Deviation { id: &row.id, class, default })
    })
    .collect()
}

fn default(row: &Action) -> &'static str {
    match row.method {
        "GET" | "HEAD" | "OPTIONS" => "safe",
        "PUT" | "DELETE" => "idempotent",
        _ => "never",
    }
}

fn class(retry: &Retry) -> String {
    let class = match retry {
        Retry::Safe => "safe",
        Retry::Idempotent => "idempotent",
        Retry::Conditional => "conditional",
        Retry::Never => "never",
        Retry::Reread(Probe { operation, by, expect, .. }) => {
            return format!("reread {operation} by {by} expect {}", expect.as_str());
        }
    };
    class.to_owned()
}

impl fmt::Display for Deviation<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { id, class, default } = self;
        write!(f, "retry  {id}  {class}, where {default} is the default")
    }
}
