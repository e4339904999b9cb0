//! The emulator's literals against the clients' table: two hands wrote them, and they must agree.

use box_core::operation::Host as Side;
use box_emulator::{Emulator, Host, routes};

/// Routes that aren't operations: the page that a browser sees, and the host that serves content.
const OTHERS: [&str; 2] = ["oauth.authorize", "download.content"];

#[test]
fn every_route_is_what_the_table_says() {
    let mut compared = 0;
    for route in routes().filter(|route| !OTHERS.contains(&route.id)) {
        let row = box_core::operations::find(route.id).unwrap_or_else(|| panic!("no row {}", route.id));
        let (host, base) = match row.host {
            Side::Api => (Host::Api, "/2.0"),
            Side::Upload | Side::Session => (Host::Upload, "/2.0"),
            Side::OAuth => (Host::Api, "/oauth2"),
            Side::Account | Side::Download => panic!("{} is no operation of the emulator", row.id),
        };
        assert_eq!(route.host, host, "{}", route.id);
        assert_eq!(route.method, row.method.as_str(), "{}", route.id);
        assert_eq!(unnamed(route.path), unnamed(&format!("{base}{}", row.path)), "{}", route.id);
        compared += 1;
    }
    assert_eq!(compared, Emulator::operations().implemented.len());
}

#[test]
fn every_operation_is_served_or_said_to_be_missing() {
    let known = Emulator::operations();
    let mut all = [known.implemented, known.not_in_emulator].concat();
    all.sort_unstable();
    let rows: Vec<_> = box_core::operations::OPERATIONS.iter().map(|row| row.id).collect();
    assert_eq!(all, rows);
}

/// A path without the names of its parameters, which are nobody's business but each side's own.
fn unnamed(path: &str) -> String {
    let segments = path.split('/').map(|segment| if segment.starts_with('{') { "{}" } else { segment });
    segments.collect::<Vec<_>>().join("/")
}
