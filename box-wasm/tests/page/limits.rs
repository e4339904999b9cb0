//! What a page can't do is named.

use box_wasm::{Client, ClientBuilder, ErrorKind, action::CallOptions};
use wasm_bindgen_test::wasm_bindgen_test;

use crate::support::Web;

fn names(builder: ClientBuilder) -> Vec<&'static str> {
    let client = builder.access_token("unused").build().unwrap();
    client.limits().iter().map(|limit| limit.name).collect()
}

#[wasm_bindgen_test]
fn transports_name_what_they_lack() {
    let of_the_page = ["redirects", "headers", "resends", "revocations", "refusals"];
    assert_eq!(names(Client::builder()), of_the_page);
    #[cfg(feature = "reqwest")]
    {
        let reqwest = names(Client::with_reqwest());
        assert_eq!(reqwest[..5], of_the_page);
        assert_eq!(reqwest[5..], ["slices", "streams", "progress"]);
    }
}

#[wasm_bindgen_test]
async fn a_download_for_another_user_is_refused() {
    let web = Web::over_fetch().await;
    let mut options = CallOptions::default();
    options.as_user = Some("1000102".to_owned());
    let error = web.client.download("1").verify(false).with_options(options).bytes().await.unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Unsupported, "{error}");
    assert_eq!(web.emulator.count("requests", "files.download").await, 0);
}
