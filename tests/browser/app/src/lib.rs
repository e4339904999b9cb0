//! An application for the web: one function for its page, made with box-wasm.
#![cfg(target_arch = "wasm32")]

use box_wasm::{Client, Error, ErrorKind, Hosts, Provided, TryStreamExt, models::Item};
use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

/// The names of what is in a folder. `provide` answers, or promises, an access token; `api` is where Box is, if not at
/// Box.
///
/// # Errors
/// The message of what went wrong.
#[wasm_bindgen]
pub async fn list(provide: Function, folder_id: String, api: Option<String>) -> Result<Vec<String>, JsError> {
    names(provide, &folder_id, api).await.map_err(|error| JsError::new(&error.to_string()))
}

async fn names(provide: Function, folder_id: &str, api: Option<String>) -> Result<Vec<String>, Error> {
    let mut builder = Client::builder().token_provider(move |_| token(provide.clone()));
    if let Some(api) = api {
        builder = builder.hosts(Hosts::new(&api, &api, &api)?);
    }
    let items: Vec<Item> = builder.build()?.folders().list_items(folder_id).items().try_collect().await?;
    Ok(items.iter().filter_map(|item| item.name().map(str::to_owned)).collect())
}

async fn token(provide: Function) -> Result<Provided, Error> {
    let failed = |_| Error::new(ErrorKind::Session, "the page gave no token");
    let promise = Promise::resolve(&provide.call0(&JsValue::UNDEFINED).map_err(failed)?);
    let token = JsFuture::from(promise).await.map_err(failed)?;
    let access_token = token.as_string().ok_or(token).map_err(failed)?.into();
    Ok(Provided { access_token, expires_in: None })
}
