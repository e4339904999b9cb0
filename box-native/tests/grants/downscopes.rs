//! Tokens that can do less: by scope, by item, in whose name.

use box_emulator::Emulator;
use box_native::{
    Client, Downscope, Error, ErrorKind, Restriction, TryStreamExt,
    box_core::hint::Hint,
    models::{Item, Reference},
};
use futures_util::future::join_all;
use serde_json::json;

use crate::{
    Forms, is, open, service, start,
    support::{Native, builder, requests, sign_in},
};

/// A folder with a file in it, and a file beside it.
struct Items {
    folder: String,
    inside: String,
    outside: String,
}

impl Items {
    async fn make(client: &Client) -> Self {
        let folder = client.folders().create("folder", Reference::new("0")).await.unwrap().id;
        let inside = client.upload(&folder, "inside.txt", vec![1; 10]).send().await.unwrap().id;
        let outside = client.upload("0", "outside.txt", vec![2; 10]).send().await.unwrap().id;
        Self { folder, inside, outside }
    }
}

async fn names(client: &Client, folder: &str) -> Result<usize, Error> {
    let items: Vec<Item> = client.folders().list_items(folder).items().try_collect().await?;
    Ok(items.len())
}

fn refused<T: std::fmt::Debug>(result: Result<T, Error>) {
    is(&result.unwrap_err(), Hint::ScopeMissing);
}

#[tokio::test]
async fn a_token_reaches_what_it_was_asked_for_and_nothing_else() {
    let native = Native::start().await;
    let (client, items) = (&native.client, Items::make(&native.client).await);
    let link = client.raw("PUT", &format!("/folders/{}", items.folder));
    let link = link.json(&json!({"shared_link": {"access": "open"}})).send().await.unwrap();
    let link = link["shared_link"]["url"].as_str().unwrap().to_owned();
    let scopes = ["item_preview", "item_rename"];
    let of = |restriction| client.downscoped(Downscope::new(scopes, restriction)).unwrap();

    let all = of(Restriction::NoItem);
    assert_eq!(names(&all, "0").await.unwrap(), 2);
    all.files().get(&items.inside).await.unwrap();
    refused(all.files().delete(&items.outside).await);
    refused(all.folders().create("new", Reference::new("0")).await);

    let file = of(Restriction::File(items.inside.clone()));
    file.files().get(&items.inside).await.unwrap();
    file.files().update(&items.inside).name("renamed.txt").await.unwrap();
    refused(file.files().get(&items.outside).await);
    refused(names(&file, "0").await);

    for folder in [Restriction::Folder(items.folder.clone()), Restriction::SharedLink(link.into())] {
        let folder = of(folder);
        assert_eq!(names(&folder, &items.folder).await.unwrap(), 1);
        folder.files().get(&items.inside).await.unwrap();
        refused(folder.files().get(&items.outside).await);
        refused(names(&folder, "0").await);
    }
    assert_eq!(requests(&native.server, "oauth.token"), 4);
    // The client that they come from is as it was.
    client.files().delete(&items.outside).await.unwrap();
}

#[tokio::test]
async fn a_downscope_of_a_downscope_is_narrower_still() {
    let native = Native::start().await;
    let items = Items::make(&native.client).await;
    let wide = Downscope::new(["item_preview", "item_delete"], Restriction::Folder(items.folder.clone()));
    let wide = native.client.downscoped(wide).unwrap();
    let narrow = Downscope::new(["item_preview"], Restriction::File(items.inside.clone()));
    let narrow = wide.downscoped(narrow).unwrap();
    narrow.files().get(&items.inside).await.unwrap();
    refused(narrow.files().delete(&items.inside).await);
    refused(narrow.folders().get(&items.folder).await);
    wide.files().delete(&items.inside).await.unwrap();
    assert_eq!(requests(&native.server, "oauth.token"), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn all_who_want_the_same_share_one_exchange_and_the_token_lives_no_longer_than_its_parent() {
    let native = Native::start().await;
    let scoped = || Downscope::new(["item_preview"], Restriction::NoItem);
    let clients: Vec<_> = (0..50).map(|_| native.client.downscoped(scoped()).unwrap()).collect();
    let all = || async { join_all(clients.iter().map(|client| client.users().me().send())).await };
    assert!(all().await.iter().all(Result::is_ok));
    assert_eq!(requests(&native.server, "oauth.token"), 1);
    let token = clients[0].access_token().await.unwrap();
    assert!(token.expires_in.unwrap().as_secs() <= 3600);
    assert!(!format!("{token:?}").contains(token.access_token.expose()));
    let same = clients[1].access_token().await.unwrap();
    assert_eq!(token.access_token, same.access_token);

    // Both tokens have ended: the parent's is renewed once, and exchanged once.
    native.control(Emulator::reset_counters);
    native.control(Emulator::expire_tokens);
    assert!(all().await.iter().all(Result::is_ok));
    assert_eq!((native.requests("oauth.refresh"), native.requests("oauth.token")), (1, 2));
}

#[tokio::test]
async fn an_annotator_acts_in_a_name_of_its_own() {
    let server = start().await;
    let forms = Forms::default();
    let config = crate::config(&server, box_emulator::keys::PLAIN, None);
    let service = open(&server).jwt(config).layer(forms.clone()).build().unwrap();
    let by =
        Downscope::new(["base_upload", "item_preview"], Restriction::NoItem).by("visitor-7", "Vera Visitor");
    let visitor = service.downscoped(by).unwrap();
    let folder = visitor.folders().create("hers", Reference::new("0")).await.unwrap();
    assert_eq!(folder.created_by.unwrap().name.as_deref(), Some("Vera Visitor"));
    server.control(|emulator| emulator.revoke_tokens(false));
    visitor.folders().get(&folder.id).await.unwrap();
    let actors = forms.values("actor_token");
    assert!(actors.len() >= 2 && actors[0] != actors[1]);
}

#[tokio::test]
async fn what_can_not_be_exchanged_is_told_before_anything_is_sent() {
    let server = start().await;
    let client = builder(&server).build().unwrap();
    let none: [&str; 0] = [];
    let without_scope = Downscope::new(none, Restriction::NoItem);
    let without_key = Downscope::new(["item_preview"], Restriction::NoItem).by("1", "One");
    for downscope in [without_scope, without_key] {
        assert_eq!(client.downscoped(downscope).unwrap_err().kind(), ErrorKind::InvalidInput);
    }
    let scoped = client.downscoped(Downscope::new(["item_preview"], Restriction::NoItem)).unwrap();
    // Its parent needs a sign-in, and so does it; once there is one, it works.
    assert!(scoped.users().me().await.unwrap_err().needs_sign_in());
    assert!(scoped.begin_sign_in(None).and_then(|begun| scoped.authorize_url(&begun)).is_err());
    assert_eq!(requests(&server, "oauth.token"), 0);
    sign_in(&client).await;
    scoped.users().me().await.unwrap();

    let unknown = Downscope::new(["item_eat"], Restriction::NoItem);
    is(&client.downscoped(unknown).unwrap().users().me().await.unwrap_err(), Hint::ScopeMissing);
    // Box tells it, and the session of the parent goes on.
    let missing = Downscope::new(["item_preview"], Restriction::File("1".to_owned()));
    let error = service(&server).downscoped(missing).unwrap().users().me().await.unwrap_err();
    assert_eq!(error.code(), Some("invalid_resource"));
    client.users().me().await.unwrap();
}
