//! Sources that can't be uploaded, or change on the way: a typed error, and nothing is stored.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "tests")]

mod support;

use std::{
    fs::{File, OpenOptions},
    io::{Cursor, Seek, SeekFrom, Write},
    path::PathBuf,
    sync::Once,
};

use box_native::{Error, ErrorKind, Source};
use support::{Native, content, soon};

const LARGE: usize = 50_000_001;

struct Sourced {
    native: Native,
    folder: tempfile::TempDir,
}

impl Sourced {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        Self { native: Native::start().await, folder }
    }

    fn file(&self, len: usize) -> PathBuf {
        let path = self.folder.path().join("source.bin");
        std::fs::write(&path, content(len)).unwrap();
        path
    }

    /// Uploads a file that changes as soon as bytes from behind `after` have gone out.
    async fn changing(&self, len: usize, after: u64, change: fn(&mut File)) -> Error {
        let path = self.file(len);
        let (once, target) = (Once::new(), path.clone());
        let watch = move |at: box_native::Progress| {
            if at.transferred > after {
                once.call_once(|| {
                    change(&mut OpenOptions::new().write(true).open(&target).unwrap());
                });
            }
        };
        let upload = self.native.client.upload("0", "n", path.as_path());
        soon("the upload", upload.progress(watch).send()).await.unwrap_err()
    }

    async fn nothing_is_stored(&self, aborts: u64) {
        assert!(self.native.names().await.is_empty());
        assert_eq!(self.native.effects("upload_sessions.abort"), aborts);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_shrinks_on_the_way_is_named() {
    let story = Sourced::start().await;
    // In one request, in the middle of a part, and between two parts.
    for (len, after, aborts) in [(5_000_000, 0, 0), (LARGE, 0, 1), (LARGE, 8_388_600, 2)] {
        let error = story.changing(len, after, |file| file.set_len(100_000).unwrap()).await;
        assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
        assert!(error.message().contains("source.bin") && error.message().contains("shrank"), "{error}");
        assert!(error.attempts().len() <= 1, "{error:?}");
        story.nothing_is_stored(aborts).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_file_that_is_overwritten_on_the_way_is_not_stored() {
    let story = Sourced::start().await;
    for (len, aborts) in [(5_000_000, 0), (LARGE, 1)] {
        let overwrite = |file: &mut File| {
            file.seek(SeekFrom::Start(4_000_000)).unwrap();
            file.write_all(b"something else").unwrap();
        };
        let error = story.changing(len, 0, overwrite).await;
        assert_eq!((error.status(), error.code()), (Some(400), Some("bad_digest")));
        story.nothing_is_stored(aborts).await;
    }
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_file_longer_than_it_says_is_refused() {
    let story = Sourced::start().await;
    let error = story.native.client.upload("0", "n", PathBuf::from("/proc/self/status"));
    let error = error.send().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
    assert!(error.message().contains("/proc/self/status"), "{error}");
    assert_eq!(story.native.all_requests(), 0);
}

#[tokio::test]
async fn what_is_no_file_is_refused_before_anything_is_sent() {
    let story = Sourced::start().await;
    let folder = story.folder.path();
    let mut cases =
        vec![(folder.join("missing"), ErrorKind::Io), (folder.to_owned(), ErrorKind::InvalidInput)];
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;

        let (pipe, secret) = (folder.join("pipe"), folder.join("unreadable"));
        assert!(std::process::Command::new("mkfifo").arg(&pipe).status().unwrap().success());
        cases.push((pipe, ErrorKind::InvalidInput));
        std::fs::write(&secret, "x").unwrap();
        std::fs::set_permissions(&secret, PermissionsExt::from_mode(0o000)).unwrap();
        if File::open(&secret).is_err() {
            cases.push((secret, ErrorKind::Io));
        }
    }
    for (path, kind) in cases {
        let upload = story.native.client.upload("0", "n", path.as_path()).send();
        let error = soon("the upload", upload).await.unwrap_err();
        assert_eq!(error.kind(), kind, "{error:?}");
        assert!(error.message().contains(path.to_str().unwrap()), "{error}");
    }
    assert_eq!(story.native.all_requests(), 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_reader_that_ends_early_is_an_io_error() {
    let story = Sourced::start().await;
    for (held, told, aborts) in [(999, 1_000, 0), (19_000_000, 20_000_000, 1)] {
        let source = Source::reader(Cursor::new(content(held)), told);
        let error = story.native.client.upload("0", "n", source).send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io, "{error:?}");
        story.nothing_is_stored(aborts).await;
    }
}

#[tokio::test]
async fn names_and_ids_that_box_could_only_refuse_are_not_sent() {
    let story = Sourced::start().await;
    let client = &story.native.client;
    let large = Source::path(story.file(LARGE));
    let uploads = [
        client.upload("0", "a/b", vec![1]),
        client.upload("0", "", vec![1]),
        client.upload("0", " a", large),
        client.upload("", "a", vec![1]),
        client.upload("", "a", Source::path(story.file(LARGE))),
        client.upload("", "a", Source::reader(Cursor::new(content(LARGE)), LARGE as u64)),
        client.upload_version("", vec![1]),
        client.upload_version("..", Source::path(story.file(LARGE))),
    ];
    for (number, upload) in uploads.into_iter().enumerate() {
        let error = upload.send().await.unwrap_err();
        assert_eq!(error.kind(), ErrorKind::InvalidInput, "{number}: {error:?}");
    }
    assert_eq!(story.native.all_requests(), 0);
}
