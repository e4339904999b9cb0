//! What a story needs of its platform.

use box_core::{
    action::Execute,
    error::Error,
    models::{File, Item},
};
use serde_json::Value;

/// A client and the emulator that it talks to, for one story.
pub trait World {
    /// The platform's client, signed in as the emulator's first user by OAuth.
    type Client: Execute;

    /// The client.
    fn client(&self) -> Self::Client;

    /// A client derived from it that acts for another user.
    fn as_user(&self, user_id: &str) -> Self::Client;

    /// A client derived from it that only reads.
    fn read_only(&self) -> Self::Client;

    /// Asks the emulator's control endpoint: GET if `body` is null, else POST.
    fn control(&self, path: &str, body: Value) -> impl Future<Output = Value>;

    /// All that a stream yields.
    fn all<T: Send + 'static>(
        &self,
        items: <Self::Client as Execute>::Stream<T>,
    ) -> impl Future<Output = Result<Vec<T>, Error>>;

    /// Uploads a new file.
    fn upload(
        &self,
        folder_id: &str,
        name: &str,
        bytes: Vec<u8>,
    ) -> impl Future<Output = Result<File, Error>>;

    /// Uploads a new version.
    fn upload_version(&self, file_id: &str, bytes: Vec<u8>) -> impl Future<Output = Result<File, Error>>;

    /// Downloads and verifies a file.
    fn download(&self, file_id: &str) -> impl Future<Output = Result<Vec<u8>, Error>>;

    /// Finds an item by name.
    fn find(&self, folder_id: &str, name: &str) -> impl Future<Output = Result<Option<Item>, Error>>;

    /// How often an operation was asked for, or changed something (`requests`, `effects`).
    fn count(&self, counter: &str, operation: &str) -> impl Future<Output = u64> {
        async move {
            let counters = self.control("/counters", Value::Null).await;
            counters[counter][operation].as_u64().unwrap_or(0)
        }
    }
}
