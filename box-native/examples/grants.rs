//! An application with a key: its service account, one of its users, a token for a web page, and the end.
//!
//! `cargo run --example grants` runs it against an emulator in this process. With `--live` it goes to Box, with the
//! developer console's file that `BOX_JWT_CONFIG_FILE` names and the user in `BOX_USER_ID`.

#![allow(clippy::print_stdout, reason = "an example tells what it does")]

use box_emulator::{
    keys,
    server::{Options, Server},
};
use box_native::{Client, Downscope, Hosts, JwtConfig, Restriction, models::Reference};

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    if std::env::args().any(|argument| argument == "--live") {
        return tour(&Client::from_env()?, None).await;
    }
    let server = Server::start(Options::default()).await?;
    let at = server.addresses();
    let config = JwtConfig::from_json(&at.config_json(keys::AES256, Some(keys::PASSPHRASE)))?;
    let client = Client::builder().hosts(Hosts::new(&at.api, &at.upload, &at.oauth2)?).jwt(config).build()?;
    tour(&client, Some(&at.user_id)).await
}

async fn tour(client: &Client, user_id: Option<&str>) -> Result<(), Failure> {
    println!("The application is {:?}.", client.users().me().await?.name);

    // Clients of one user share one session, so they can be made for each request of a service.
    let user = match user_id {
        Some(id) => client.with_user_subject(id)?,
        None => client.clone(),
    };
    println!("It acts for {:?}.", user.users().me().await?.name);

    let folder = user.folders().create("for a page", Reference::new("0")).await?;
    let page = Downscope::new(["base_preview", "item_download"], Restriction::Folder(folder.id.clone()));
    let page = user.downscoped(page)?;
    let token = page.access_token().await?;
    println!("A page that may read one folder gets {:?} for {:?}.", token.access_token, token.expires_in);
    let refused = page.folders().delete(&folder.id).await;
    println!("It can't delete it: {}", refused.err().map_or_else(String::new, |error| error.to_string()));

    page.revoke().await?;
    user.folders().delete(&folder.id).await?;
    user.revoke().await?;
    println!("Box has voided their tokens.");
    Ok(())
}
