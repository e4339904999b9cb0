//! One application, many for whom it acts.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use box_emulator::Emulator;
use box_native::{
    Client, Downscope, Error, ErrorKind, Restriction, Subject, Tokens,
    box_core::{headers::Headers, reply::Head},
    store::{Expected, MemoryStore, TokenStore},
    transport::{BoxFuture, HttpBody, HttpReply, HttpRequest, Transport, TransportError},
};
use futures_util::{future::join_all, stream};
use serde_json::json;

use crate::{
    config, open, service, start,
    support::{builder, requests},
};

const OTHER_USER: &str = "1000102";

#[tokio::test]
async fn an_application_acts_for_its_account_for_a_user_and_back() {
    let server = start().await;
    let at = server.addresses();
    let credentials = || {
        let subject = Subject::Enterprise(at.enterprise_id.clone());
        open(&server).client_credentials(&at.client_id, at.client_secret.as_str(), subject).build().unwrap()
    };
    for service in [service(&server), credentials()] {
        server.control(Emulator::reset_counters);
        let own = service.users().me().await.unwrap().id;
        let user = service.with_user_subject(OTHER_USER).unwrap();
        assert_eq!(user.users().me().await.unwrap().id, OTHER_USER);
        let back = user.with_enterprise_subject(&at.enterprise_id).unwrap();
        assert_eq!(back.users().me().await.unwrap().id, own);
        assert_eq!(service.users().me().await.unwrap().id, own);
        assert_eq!(requests(&server, "oauth.token"), 2);

        // Clients of one user share one session, and one request.
        let of_user = |id: &str| (0..2).map(|_| service.with_user_subject(id).unwrap()).collect::<Vec<_>>();
        let clients = [of_user(OTHER_USER), of_user(&at.user_id)].concat();
        let calls = clients.iter().flat_map(|client| (0..10).map(|_| client.users().me().send()));
        assert!(join_all(calls).await.iter().all(Result::is_ok));
        assert_eq!(requests(&server, "oauth.token"), 3);

        // What comes of a user's client is the user's.
        let scoped = user.downscoped(Downscope::new(["item_preview"], Restriction::NoItem)).unwrap();
        assert_eq!(scoped.users().me().await.unwrap().id, OTHER_USER);
        assert_eq!(requests(&server, "oauth.token"), 4);
        assert_eq!(scoped.with_user_subject("7").unwrap_err().kind(), ErrorKind::InvalidInput);

        // Whoever switches the subject means the subject.
        let switched = service.clone().with_as_user(&at.user_id).with_user_subject(OTHER_USER).unwrap();
        assert_eq!(switched.users().me().await.unwrap().id, OTHER_USER);
    }
    let user = builder(&server).build().unwrap();
    assert_eq!(user.with_user_subject("7").unwrap_err().kind(), ErrorKind::InvalidInput);
}

#[tokio::test]
async fn all_close_with_the_client_that_they_come_from() {
    let server = start().await;
    let service = service(&server);
    let user = service.with_user_subject(OTHER_USER).unwrap();
    user.users().me().await.unwrap();
    assert!(service.close(std::time::Duration::from_secs(5)).await);
    assert_eq!(user.users().me().await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(user.access_token().await.unwrap_err().kind(), ErrorKind::Closed);
    assert_eq!(user.revoke().await.unwrap_err().kind(), ErrorKind::Closed);
}

#[tokio::test]
async fn a_user_whom_box_does_not_know_ends_nobody_elses_session() {
    let server = start().await;
    let service = service(&server);
    let nobody = service.with_user_subject("1").unwrap();
    assert!(nobody.users().me().await.unwrap_err().needs_sign_in());
    service.users().me().await.unwrap();
    service.with_user_subject(OTHER_USER).unwrap().users().me().await.unwrap();
}

/// A Box with as many users as are asked for, which counts the tokens of each.
#[derive(Clone, Default)]
struct Everybody(Arc<Mutex<BTreeMap<String, u64>>>);

impl Transport for Everybody {
    fn send(&self, request: HttpRequest) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let answer = match &request.body {
            HttpBody::Bytes(form) => {
                let form = String::from_utf8(form.to_vec()).unwrap();
                let id = form.split('&').find_map(|field| field.strip_prefix("box_subject_id=")).unwrap();
                *self.0.lock().unwrap().entry(id.to_owned()).or_default() += 1;
                json!({"access_token": format!("of-{id}"), "expires_in": 3600})
            }
            _ => {
                let token = request.headers.get("authorization").unwrap();
                json!({"type": "user", "id": token.strip_prefix("Bearer of-").unwrap()})
            }
        };
        let headers: Headers = [("content-type", "application/json")].into_iter().collect();
        Box::pin(async move {
            // As over a network, others have their turn meanwhile.
            tokio::task::yield_now().await;
            let body = Box::pin(stream::once(async move { Ok(answer.to_string().into()) }));
            Ok(HttpReply { head: Head { status: 200, headers }, body })
        })
    }
}

#[tokio::test]
async fn two_hundred_users_take_one_token_each_and_of_those_not_in_use_fifty_are_kept() {
    let everybody = Everybody::default();
    let builder = Client::builder().subjects(50).transport(everybody.clone());
    let service = builder.client_credentials("id", "secret", Subject::Enterprise("0".to_owned()));
    let service = service.build().unwrap();
    let visit = async |user: usize| {
        let id = user.to_string();
        let clients: Vec<_> = (0..5).map(|_| service.with_user_subject(&id).unwrap()).collect();
        for me in join_all(clients.iter().map(|client| client.users().me().send())).await {
            assert_eq!(me.unwrap().id, id);
        }
    };
    for user in 0..200 {
        visit(user).await;
    }
    let tokens = || everybody.0.lock().unwrap().clone();
    assert_eq!((tokens().len(), tokens().values().sum::<u64>()), (200, 200));
    for user in 150..200 {
        visit(user).await;
    }
    assert_eq!(tokens().values().sum::<u64>(), 200);
    for user in 0..50 {
        visit(user).await;
    }
    assert_eq!(tokens().values().sum::<u64>(), 250);

    // Those whom a client holds are never asked for twice, however many there are.
    let held: Vec<_> = (1000..1200).map(|id| service.with_user_subject(id.to_string()).unwrap()).collect();
    for _ in 0..2 {
        let again = (1000..1200).map(|id| service.with_user_subject(id.to_string()).unwrap());
        let clients: Vec<_> = held.iter().cloned().chain(again).collect();
        assert!(
            join_all(clients.iter().map(|client| client.users().me().send())).await.iter().all(Result::is_ok)
        );
    }
    assert_eq!(tokens().values().sum::<u64>(), 450);
}

/// A store with others beside it, by their owners.
#[derive(Clone, Default)]
struct Shelf {
    own: Arc<MemoryStore>,
    others: Arc<Mutex<BTreeMap<String, Shelf>>>,
}

impl TokenStore for Shelf {
    fn load(&self) -> BoxFuture<'_, Result<Option<Tokens>, Error>> {
        self.own.load()
    }

    fn store(&self, expected: Expected, tokens: Tokens) -> BoxFuture<'_, Result<(), Error>> {
        self.own.store(expected, tokens)
    }

    fn clear(&self) -> BoxFuture<'_, Result<(), Error>> {
        self.own.clear()
    }

    fn beside(&self, owner: &str) -> Option<Arc<dyn TokenStore>> {
        Some(Arc::new(self.others.lock().unwrap().entry(owner.to_owned()).or_default().clone()))
    }
}

#[tokio::test]
async fn users_tokens_are_kept_beside_those_of_the_application_and_downscoped_ones_nowhere() {
    let server = start().await;
    let shelf = Shelf::default();
    for _ in 0..2 {
        // As after a restart.
        let config = config(&server, box_emulator::keys::PLAIN, None);
        let service = open(&server).jwt(config).token_store(shelf.clone()).build().unwrap();
        service.users().me().await.unwrap();
        let user = service.with_user_subject(OTHER_USER).unwrap();
        user.users().me().await.unwrap();
        let scoped = user.downscoped(Downscope::new(["item_preview"], Restriction::NoItem)).unwrap();
        scoped.users().me().await.unwrap();
    }
    assert_eq!(requests(&server, "oauth.token"), 4);
    let others: Vec<_> = shelf.others.lock().unwrap().keys().cloned().collect();
    assert_eq!(others.len(), 1);
    assert!(others[0].contains(OTHER_USER), "{others:?}");
}
