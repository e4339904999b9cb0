//! Web client.
