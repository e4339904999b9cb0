//! The stories that every platform tells, on tokio and reqwest.

mod support;

use support::Native;

macro_rules! native {
    ($story:ident) => {
        #[tokio::test]
        async fn $story() {
            box_scenarios::$story(&Native::start().await).await;
        }
    };
}

box_scenarios::for_each_story!(native);
