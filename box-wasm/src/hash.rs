//! SHA-1 over content: a part by the platform, off this thread; the whole here, in slices.

use box_core::{digest::Sha1, error::Error};
use js_sys::Uint8Array;
use sha1::Digest;
use web_sys::Blob;

use crate::platform;

/// Most bytes that are hashed in one go, which takes them all into memory.
const ONE_GO: f64 = 16_777_216.0;

/// Bytes that are hashed before the thread does something else.
const SLICE: f64 = 1_048_576.0;

/// A digest that grows.
#[derive(Default)]
pub(crate) struct Hasher(sha1::Sha1);

impl Hasher {
    /// Adds a `Blob`, in slices.
    pub(crate) async fn update_blob(&mut self, blob: &Blob) -> Result<(), Error> {
        let mut at = 0.0;
        while at < blob.size() {
            let slice = blob.slice_with_f64_and_f64(at, at + SLICE);
            let slice = slice.map_err(|thrown| platform::unreadable(&thrown))?;
            self.update(&Uint8Array::new(&platform::read(&slice).await?));
            at += SLICE;
        }
        Ok(())
    }

    /// Adds bytes.
    pub(crate) fn update(&mut self, bytes: &Uint8Array) {
        self.0.update(bytes.to_vec());
    }

    /// The digest of all that was added.
    pub(crate) fn finish(self) -> Sha1 {
        Sha1(self.0.finalize().into())
    }
}

/// The digest of a whole `Blob`.
pub(crate) async fn digest(blob: &Blob) -> Result<Sha1, Error> {
    if blob.size() <= ONE_GO {
        let bytes = platform::read(blob).await?;
        if let Some(digest) = platform::sha1(&bytes).await {
            return Ok(Sha1(digest));
        }
    }
    let mut hasher = Hasher::default();
    hasher.update_blob(blob).await?;
    Ok(hasher.finish())
}
