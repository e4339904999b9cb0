import assert from "node:assert/strict";

import { control, count } from "../support/emulator.mjs";
import { failure } from "../support/promises.mjs";

export async function an_ended_token_is_refreshed_once(box) {
  await box.users.me();
  const refreshes = await count("requests", "oauth.refresh");
  for (const end of ["/expire_tokens", "/revoke_tokens"]) {
    await control(end, {});
    await box.users.me();
    await box.folders.get("0");
  }
  assert.equal(await count("requests", "oauth.refresh"), refreshes + 2);
}

export async function a_revoked_session_needs_a_sign_in(box) {
  await box.users.me();
  await control("/revoke_tokens", { all: true });
  for (let i = 0; i < 5; i += 1) {
    const error = await failure(box.users.me());
    assert.deepEqual([error.kind, error.code], ["sign_in_needed", "invalid_grant"]);
  }
  assert.equal(await count("requests", "oauth.refresh"), 1);
}
