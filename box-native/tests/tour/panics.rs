//! An application's own code that panics with all that it was given.

use box_native::{
    Client, Provided,
    transport::{BoxFuture, HttpReply, HttpRequest, Layer, Next, TransportError},
};

use super::Tour;
use crate::support::soon;

/// A layer that panics, before or after the exchange.
struct Panics(bool);

impl Layer for Panics {
    fn handle(
        &self,
        request: HttpRequest,
        next: Next,
    ) -> BoxFuture<'static, Result<HttpReply, TransportError>> {
        let late = self.0;
        Box::pin(async move {
            assert!(late, "the layer holds {request:?} and {next:#?}");
            let reply = next.send(request).await;
            panic!("the layer holds {:?}", reply.map_err(|lost| lost.error))
        })
    }
}

impl Tour {
    pub(super) async fn panic(&self, client: &Client) {
        let hooks = [
            self.builder().on_event(|event| panic!("the hook holds {event:?}")),
            self.builder().layer(Panics(false)),
            self.builder().layer(Panics(true)),
        ];
        let token = self.live_token().await;
        for builder in hooks {
            let client = builder.access_token(token.as_str()).build().unwrap();
            let query = self.plant("value of a query", "Vx7query value/Hb17");
            let call = client.raw("GET", "/users/me").query("q", query).send();
            let ended = soon("a call", tokio::spawn(call)).await.unwrap_err();
            self.shown.debug("panic", &ended);
            self.shown.push(&ended.to_string());
            self.shown.debug("panic", &ended.into_panic().downcast_ref::<String>());
        }
        let given = self.plant("token of a provider", "Vx7provider-token.Fs40");
        let panics = self.builder().token_provider(move |reason| {
            let provided = Provided { access_token: given.as_str().into(), expires_in: None };
            async move { panic!("the provider holds {provided:?} {reason:?}") }
        });
        let panics = panics.build().unwrap();
        self.shown.error(&soon("a call", panics.users().me()).await.unwrap_err());
        let content = self.plant("content", "Vx7content of a file, Ge94");
        let upload = client.upload("0", "p", content.into_bytes()).progress(|at| panic!("{at:?}"));
        self.shown.debug("panic", &soon("an upload", tokio::spawn(upload.send())).await.map(drop));
    }
}
