//! Which operation of the documents a call is, and where its requests go.

use anyhow::Result;
use box_native::{Client, Hosts, RetryPolicy};

use crate::keep::Keep;

/// An action of the table as the documents know it.
pub(crate) struct Operation<'a> {
    /// Its id in the table.
    pub(crate) action: &'a str,
    /// Its id in the documents.
    id: &'a str,
    /// Name of the base URL that it uses.
    host: &'a str,
}

impl<'a> Operation<'a> {
    /// Reads the generated list of all of them.
    pub(crate) fn read(list: &'a str) -> impl Iterator<Item = Self> {
        list.lines().filter_map(|line| {
            let mut words = line.split(' ').filter(|_| !line.starts_with('#'));
            Some(Self { action: words.next()?, id: words.next()?, host: words.next()? })
        })
    }

    /// A client whose requests say by their address which call they are.
    pub(crate) fn client(&self, port: &str, amount: &str, keep: Keep) -> Result<Client> {
        let id = self.id.replace('#', "%23");
        let base = format!("http://127.0.0.1:{port}/rust/{id}/{amount}/{}", self.host);
        let mut retry = RetryPolicy::default();
        retry.max_attempts = 1;
        let builder = Client::builder().hosts(Hosts::new(&base, &base, &base)?);
        Ok(builder.access_token("token").retry(retry).transport(keep).build()?)
    }
}
