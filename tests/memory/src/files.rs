//! Large files, made and hashed piece by piece.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::Path,
};

use sha1::{Digest, Sha1};

/// Fills a file with noise, the same each time, and gives its SHA-1.
pub(crate) fn make(path: &Path, size: usize) -> io::Result<String> {
    let mut file = File::create(path)?;
    let mut random = fastrand::Rng::with_seed(1);
    let mut hasher = Sha1::new();
    let mut piece = vec![0; PIECE];
    let mut left = size;
    while left > 0 {
        piece.truncate(left);
        random.fill(&mut piece);
        hasher.update(&piece);
        file.write_all(&piece)?;
        left -= piece.len();
    }
    Ok(hex(hasher))
}

/// The SHA-1 of a file.
pub(crate) fn digest(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut hasher = Sha1::new();
    let mut piece = vec![0; PIECE];
    loop {
        match file.read(&mut piece)? {
            0 => return Ok(hex(hasher)),
            length => hasher.update(piece.get(..length).unwrap_or_default()),
        }
    }
}

fn hex(hasher: Sha1) -> String {
    let digest = hasher.finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

const PIECE: usize = 1 << 20;
