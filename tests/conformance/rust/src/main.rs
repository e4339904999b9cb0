//! `box-conformance PORT OPERATIONS`: sends every call of the native client to the recorder, and holds what becomes of
//! the replies against the replies.

#![allow(clippy::print_stdout, reason = "a program of the tests says what it found")]

mod call;
mod compare;
mod excused;
mod keep;
mod operation;

#[path = "../../../../box-core/tests/generated/requests/mod.rs"]
#[rustfmt::skip]
mod requests;

use std::{collections::BTreeMap, env, fs, process::ExitCode};

use anyhow::{Context, Result};
use box_native::transport::{Http, HttpSettings};

use self::{call::Call, keep::Keep, operation::Operation};

/// What the generated calls use.
pub(crate) mod prelude {
    #![allow(unused_imports, reason = "the table may not need all of them")]

    pub(crate) use std::collections::BTreeMap;

    pub(crate) use box_core::{
        actions, models, names::ItemName, request::Payload, secret::Secret, value::Nullable,
    };

    pub(crate) use crate::call::{Call, client, date, date_time, json, with_model, without_model};
}

fn main() -> Result<ExitCode> {
    let mut arguments = env::args().skip(1);
    let port = arguments.next().context("the port is missing")?;
    let operations = arguments.next().context("the file of the operations is missing")?;
    let operations = fs::read_to_string(&operations).context(operations)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let failed = runtime.block_on(calls(&port, &operations))?;
    Ok(if failed == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Makes all calls: how many failed.
async fn calls(port: &str, operations: &str) -> Result<usize> {
    let calls: BTreeMap<&str, Call> = requests::calls().into_iter().collect();
    let keep = Keep::new(Http::new(&HttpSettings::default())?);
    let (mut passed, mut failed) = (0, 0);
    for operation in Operation::read(operations) {
        for amount in ["required", "every"] {
            // What has nothing optional has one call for both.
            let call = calls.get(format!("{} {amount}", operation.action).as_str());
            let call = call.or_else(|| calls.get(format!("{} required", operation.action).as_str()));
            let call = call.with_context(|| format!("no call of {}", operation.action))?;
            let client = operation.client(port, amount, keep.clone())?;
            let complaints = call(client, keep.clone()).await;
            for complaint in &complaints {
                println!("rust {} {amount}: {complaint}", operation.action);
            }
            if complaints.is_empty() { passed += 1 } else { failed += 1 }
        }
    }
    println!("{passed} passed, {failed} failed");
    Ok(failed)
}
