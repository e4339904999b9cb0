//! What the server is asked beside the calls: a word in a line, a number in a line.

use std::{
    cell::RefCell,
    io::{BufRead, BufReader, Write},
    net::TcpStream,
};

use anyhow::Result;

/// A connection that isn't counted.
pub(crate) struct Control(RefCell<BufReader<TcpStream>>);

impl Control {
    pub(crate) fn connect(address: &str) -> Result<Self> {
        let stream = TcpStream::connect(address)?;
        stream.set_nodelay(true)?;
        Ok(Self(RefCell::new(BufReader::new(stream))))
    }

    /// Connections so far.
    pub(crate) fn accepted(&self) -> Result<u64> {
        self.ask("accepted")
    }

    /// Requests so far that were left unanswered, or refused until later.
    pub(crate) fn stuck(&self) -> Result<u64> {
        self.ask("stuck")
    }

    /// For how many microseconds replies have been held back so far.
    pub(crate) fn held(&self) -> Result<u64> {
        self.ask("held")
    }

    /// Makes the token bad that was good.
    pub(crate) fn expire(&self) -> Result<()> {
        self.ask("expire").map(drop)
    }

    fn ask(&self, word: &str) -> Result<u64> {
        let mut stream = self.0.borrow_mut();
        stream.get_mut().write_all(format!("{word}\n").as_bytes())?;
        let mut line = String::new();
        stream.read_line(&mut line)?;
        Ok(line.trim().parse()?)
    }
}
