//! The server of which tests start their own.

use super::{Need, packages};
use crate::test::workspace::on_path;

pub(in crate::test) const REDIS: Need = Need {
    name: "redis-server",
    present: |_| on_path("redis-server"),
    install: |workspace| packages(workspace, "redis-server", Some("redis")),
};
