//! The stories that every platform tells, in a browser.
#![cfg(all(target_arch = "wasm32", feature = "reqwest"))]

mod support;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

/// Makes tests of all stories, over one transport.
macro_rules! over {
    ($transport:ident, $builder:expr) => {
        mod $transport {
            use wasm_bindgen_test::wasm_bindgen_test;

            use crate::support::Web;

            macro_rules! web {
                ($story:ident) => {
                    #[wasm_bindgen_test]
                    async fn $story() {
                        box_scenarios::$story(&Web::start($builder).await).await;
                    }
                };
            }

            box_scenarios::for_each_story!(web);

            #[wasm_bindgen_test]
            fn limits() {
                let client = $builder.access_token("unused").build().unwrap();
                let names: Vec<_> = client.limits().iter().map(|limit| limit.name).collect();
                wasm_bindgen_test::console_log!("limits of {}: {}", stringify!($transport), names.join(", "));
            }
        }
    };
}

over!(fetch, box_wasm::Client::builder());
over!(reqwest, box_wasm::Client::with_reqwest());
