//! Local files of the tour.

use std::{
    fs::File,
    io::{self, Read, Write},
    path::{Path, PathBuf},
};

use sha1::Digest;

/// The README, and 64 MiB of noise.
pub(crate) fn samples(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let readme = Path::new(env!("CARGO_MANIFEST_DIR")).join("../README.md");
    let noise = folder.join("noise-64-MiB.bin");
    let mut file = File::create(&noise)?;
    let mut rng = fastrand::Rng::with_seed(64);
    let mut block = vec![0; 1024 * 1024];
    for _ in 0..64 {
        rng.fill(&mut block);
        file.write_all(&block)?;
    }
    Ok(vec![readme, noise])
}

/// SHA-1 of a file, in hex.
pub(crate) fn sha1(path: &Path) -> io::Result<String> {
    let mut file = File::open(path)?;
    let mut digest = sha1::Sha1::new();
    let mut block = vec![0; 1024 * 1024];
    loop {
        let read = file.read(&mut block)?;
        let Some(bytes) = block.get(..read).filter(|bytes| !bytes.is_empty()) else {
            break;
        };
        digest.update(bytes);
    }
    Ok(digest.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
}

/// The last component of a path.
pub(crate) fn name(path: &Path) -> Result<&str, String> {
    let name = path.file_name().and_then(|name| name.to_str());
    name.ok_or_else(|| format!("{} has no name that Box could take", path.display()))
}
