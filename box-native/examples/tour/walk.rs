//! The way through the SDK, from a new folder to its end.

use std::{
    path::{Path, PathBuf},
    time::{SystemTime, UNIX_EPOCH},
};

use box_native::{
    Client, Progress, Source, TryStreamExt,
    models::{File, Folder, Item},
};
use indicatif::{ProgressBar, ProgressStyle};
use tokio::io::AsyncReadExt as _;

use crate::{
    Failure, files,
    place::Place,
    report::{Report, Step},
};

pub(crate) async fn walk(
    place: &Place,
    paths: &[PathBuf],
    scratch: &Path,
    report: &mut Report,
) -> Result<(), Failure> {
    place.let_the_token_end(report).await?;
    let client = place.client();
    let name = format!("box tour {}", milliseconds());
    let folder = client.folders().create(name, "0").await?;
    report.done(
        Step::CreateFolder,
        &format!("{:?}, id {}", folder.name.as_deref().unwrap_or_default(), folder.id),
    );
    let walked = inside(place, &folder, paths, scratch, report).await;
    // Also after a failure: nothing of the tour shall stay.
    let deleted = client.delete_tree(&folder.id).await;
    walked?;
    deleted?;
    match client.folders().get(&folder.id).await {
        Err(error) if error.is_not_found() => {
            report.done(Step::DeleteTree, "and it answers 404 now");
        }
        other => return Err(format!("the deleted folder answers {other:?}").into()),
    }
    Ok(())
}

async fn inside(
    place: &Place,
    folder: &Folder,
    paths: &[PathBuf],
    scratch: &Path,
    report: &mut Report,
) -> Result<(), Failure> {
    let client = place.client();
    let mut uploaded = Vec::new();
    for path in paths {
        let file = upload(client, folder, path).await?;
        report.done(Step::Upload, &format!("{} bytes as file {}", file.size.unwrap_or_default(), file.id));
        uploaded.push((path, file));
    }
    let (first_path, first) = uploaded.first().ok_or("no files to upload")?;

    let suffix: &[u8] = b"\nA second version.\n";
    let file = tokio::fs::File::open(first_path).await?;
    let bytes = file.metadata().await?.len() + suffix.len() as u64;
    let changed = Source::reader(file.chain(suffix), bytes);
    let version = client.upload_version(&first.id, changed).send().await?;
    let (old, new) = (version_id(first), version_id(&version));
    if old == new || version.id != first.id {
        return Err(format!("version {new:?} of {:?} is no new one of {old:?}", version.id).into());
    }
    report.done(Step::UploadVersion, &format!("{bytes} bytes as version {}", new.unwrap_or_default()));

    let items = client.folders().list_items(&folder.id).fields(["name", "size"]).items();
    let items: Vec<Item> = items.try_collect().await?;
    if items.len() != uploaded.len() {
        return Err(format!("{} items are listed, {} were uploaded", items.len(), uploaded.len()).into());
    }
    report.done(Step::List, &format!("{} items", items.len()));

    let name = files::name(first_path)?;
    match client.find_in_folder(&folder.id, name).await? {
        Some(found) if found.id() == first.id => {
            report.done(Step::Find, &format!("{name:?} is {}", found.id()));
        }
        other => return Err(format!("looking for {name:?} found {other:?}").into()),
    }
    search(place, folder, &first.id, name, report).await?;
    arrange(client, folder, first, report).await?;
    for (path, file) in &uploaded {
        let expected = if file.id == first.id { version.sha1.clone() } else { Some(files::sha1(path)?) };
        download(client, file, expected, scratch).await?;
    }
    report.done(Step::Download, &format!("{} files, byte for byte the same by SHA-1", uploaded.len()));

    match client.folders().create("inner", folder.id.as_str()).await {
        Err(error) if error.is_conflict() => {
            let code = error.code().unwrap_or_default();
            report.done(Step::Conflict, &format!("{code}, in the way: {} item", error.conflicts().len()));
            Ok(())
        }
        other => Err(format!("a name that is taken answered {other:?}").into()),
    }
}

async fn upload(client: &Client, folder: &Folder, path: &Path) -> Result<File, Failure> {
    let name = files::name(path)?;
    let bar = bar(name);
    let shown = bar.clone();
    let upload =
        client.upload(&folder.id, name, Source::path(path)).progress(move |progress| show(&shown, progress));
    let file = upload.send().await?;
    bar.finish_and_clear();
    let local = files::sha1(path)?;
    if file.sha1.as_deref() != Some(local.as_str()) {
        return Err(format!("{name}: Box holds {:?}, the file is {local}", file.sha1).into());
    }
    Ok(file)
}

async fn download(
    client: &Client,
    file: &File,
    expected: Option<String>,
    scratch: &Path,
) -> Result<(), Failure> {
    let target = scratch.join(format!("downloaded-{}", file.id));
    let bar = bar("download");
    let shown = bar.clone();
    let download = client.download(&file.id).progress(move |progress| show(&shown, progress));
    download.to_path(&target).await?;
    bar.finish_and_clear();
    let got = files::sha1(&target)?;
    std::fs::remove_file(&target)?;
    if Some(&got) != expected.as_ref() {
        return Err(format!("file {} should be {expected:?}, downloaded was {got}", file.id).into());
    }
    Ok(())
}

async fn search(
    place: &Place,
    folder: &Folder,
    file_id: &str,
    name: &str,
    report: &mut Report,
) -> Result<(), Failure> {
    let found =
        place.client().search().query().query(name).ancestor_folder_ids([folder.id.as_str()]).type_("file");
    let entries = found.await?.entries.unwrap_or_default();
    let hit = entries.iter().any(|item| item.id() == file_id);
    if hit {
        report.done(Step::Search, &format!("{} found", entries.len()));
    } else if place.searches_at_once() {
        return Err(format!("the search for {name:?} found {entries:?}").into());
    } else {
        report.skipped(Step::Search, "Box has not indexed the new file yet");
    }
    Ok(())
}

/// Copies into a folder inside, and moves the copy back under another name.
async fn arrange(client: &Client, folder: &Folder, file: &File, report: &mut Report) -> Result<(), Failure> {
    let inner = client.folders().create("inner", folder.id.as_str()).await?;
    let copy = client.files().copy(&file.id, inner.id.as_str()).await?;
    report.done(Step::Copy, &format!("file {} is a copy of {}", copy.id, file.id));
    let moved = client.files().update(&copy.id).parent(folder.id.as_str()).name("moved copy").await?;
    let parent = moved.parent.map(|parent| parent.id);
    if parent.as_ref() != Some(&folder.id) {
        return Err(format!("the copy was moved to {parent:?}").into());
    }
    report.done(Step::Move, "the copy lies beside its original now");
    Ok(())
}

fn version_id(file: &File) -> Option<&str> {
    file.file_version.as_ref().map(|version| version.id.as_str())
}

fn bar(name: &str) -> ProgressBar {
    let style = ProgressStyle::with_template("{prefix} {wide_bar} {bytes}/{total_bytes} {bytes_per_sec}");
    let bar = ProgressBar::new(0).with_prefix(name.to_owned());
    style.map_or(bar.clone(), |style| bar.with_style(style))
}

fn show(bar: &ProgressBar, progress: Progress) {
    if let Some(total) = progress.total {
        bar.set_length(total);
    }
    bar.set_position(progress.transferred);
}

fn milliseconds() -> u128 {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_millis()
}
