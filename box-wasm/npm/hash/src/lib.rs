//! SHA-1 as a WebAssembly module of its own, so that a worker needs nothing else. One instance makes one digest:
//! JavaScript writes up to `capacity()` bytes to `room()`, calls `update(n)`, and at the end reads 20 bytes at `digest()`.

use std::cell::RefCell;

use sha1::{Digest, Sha1};

const CAPACITY: usize = 256 * 1024;

thread_local! {
    static ROOM: RefCell<Vec<u8>> = RefCell::new(vec![0; CAPACITY]);
    static HASHER: RefCell<Sha1> = RefCell::default();
    static DIGEST: RefCell<[u8; 20]> = const { RefCell::new([0; 20]) };
}

/// Where bytes are written.
#[allow(unsafe_code, reason = "the name is our own, and no other module is linked with this one")]
#[unsafe(no_mangle)]
pub extern "C" fn room() -> *mut u8 {
    ROOM.with_borrow_mut(|room| room.as_mut_ptr())
}

/// How many bytes there is room for.
#[allow(unsafe_code, reason = "as for `room`")]
#[unsafe(no_mangle)]
pub extern "C" fn capacity() -> usize {
    CAPACITY
}

/// Adds the first bytes of the room.
#[allow(unsafe_code, reason = "as for `room`")]
#[unsafe(no_mangle)]
pub extern "C" fn update(length: usize) {
    ROOM.with_borrow(|room| {
        let bytes = room.get(..length).unwrap_or(room);
        HASHER.with_borrow_mut(|hasher| hasher.update(bytes));
    });
}

/// Where the digest stands. The next one begins anew.
#[allow(unsafe_code, reason = "as for `room`")]
#[unsafe(no_mangle)]
pub extern "C" fn digest() -> *const u8 {
    let digest = HASHER.with_borrow_mut(Sha1::finalize_reset);
    DIGEST.with_borrow_mut(|place| {
        *place = digest.into();
        place.as_ptr()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_digest_is_made_of_pieces() {
        for (letters, repeat, expected) in [
            ("", 1, "da39a3ee5e6b4b0d3255bfef95601890afd80709"),
            ("abc", 1, "a9993e364706816aba3e25717850c26c9cd0d89d"),
            ("a", 1_000_000, "34aa973cd4c4daa4f61eeb2bdbad27316534016f"),
        ] {
            for _ in 0..repeat {
                ROOM.with_borrow_mut(|room| room[..letters.len()].copy_from_slice(letters.as_bytes()));
                update(letters.len());
            }
            digest();
            let hex = DIGEST.with_borrow(|digest| digest.map(|byte| format!("{byte:02x}")).concat());
            assert_eq!(hex, expected);
        }
    }
}
