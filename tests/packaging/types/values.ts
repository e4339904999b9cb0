// What the table's types become: open enums, null and absence, lists, unions, members under any name.

import type { BoxClient, BoxList, EventSourceResource, Events, Metadata, UserOrGroup } from "box-wasm";
import type { BoxApi, Event, FoldersUpdateParams, SharedLinkRequest } from "box-wasm";

declare const box: BoxClient;

// Absent isn't null: what is absent stays as it is, null takes it away, and only where Box allows it.
await box.folders.update("1", {});
await box.folders.update("1", { shared_link: undefined, collections: undefined });
await box.folders.update("1", { shared_link: null, collections: null });
const change: FoldersUpdateParams = { folder_upload_email: null };
const link: SharedLinkRequest | null | undefined = change.shared_link;
void link;
// @ts-expect-error a description may be absent, but isn't null
await box.folders.update("1", { description: null });
// @ts-expect-error nor is a list of fields
await box.folders.get("1", { fields: null });
// @ts-expect-error null and absence are told apart when they are read, too
const surely: SharedLinkRequest = change.shared_link;
// @ts-expect-error what is required can't be absent
await box.comments.create({ message: "a", item: undefined });
void surely;

// Values that Box adds later are taken; another type isn't.
await box.folders.update("1", { sync_state: "synced" });
await box.collaborations.listPending({ status: "pending" });
await box.collaborations.listPending({ status: "a later one" });
// @ts-expect-error an enum is a string
await box.collaborations.listPending({ status: 1 });
// @ts-expect-error a list of an enum is a list of strings
await box.events.list({ event_type: [1] });
// @ts-expect-error a list, also of one
await box.events.list({ event_type: "LOGIN" });
await box.events.list({ event_type: ["LOGIN", "a later one"], stream_type: "admin_logs" });

// A parameter that is repeated is a list like any other, and may be one that nobody can change.
const levels = [1, 2] as const;
await box.metadataTaxonomies.listNodes("a", "b", { level: levels, parent: ["c"] });
// @ts-expect-error of numbers
await box.metadataTaxonomies.listNodes("a", "b", { level: ["1"] });
// @ts-expect-error a misspelt parameter beside others
await box.metadataTaxonomies.listNodes("a", "b", { level: levels, parnet: ["c"] });

// A reply that may be empty.
const collaboration = await box.collaborations.update("1", { role: "viewer" });
void collaboration?.role;
// @ts-expect-error it may not be there
void collaboration.role;

// Members under names of their own.
declare const metadata: Metadata;
const version: number | undefined = metadata.$version;
const own: unknown = metadata["amount"];
// @ts-expect-error nobody knows their type
const amount: number = metadata["amount"];
void [version, own, amount];

// A union is told apart by its tag; what comes later has what all share.
declare const grantee: UserOrGroup;
if (grantee.type === "user") {
  const login: string | undefined = grantee.login;
  // @ts-expect-error a user has no such member
  void grantee.group_type;
  void login;
} else if (grantee.type === "group") {
  void grantee.name;
  // @ts-expect-error a group doesn't sign in
  void grantee.login;
}
// @ts-expect-error neither of them before one has looked
void grantee.login;
// @ts-expect-error a misspelt tag
if (grantee.type === "usr") void grantee;

// One of its kinds may have no tag.
declare const source: EventSourceResource;
if (source.type === undefined) {
  const item: string | undefined = source.item_id;
  void item;
} else if (source.type === "file") {
  void source.sha1;
  // @ts-expect-error that is a member of the kind without a tag
  void source.item_id;
}

// Positions in the stream of events are strings, as numbers can't hold them.
const events: BoxList<Events, Event> = box.events.list();
const position: string | undefined = (await events).next_stream_position;
// @ts-expect-error they aren't numbers
const number: number | undefined = (await events).next_stream_position;
for await (const event of events) void event.event_type;
void [position, number];

// Whoever takes a client need not know which.
const titles = async ({ folders }: Pick<BoxApi, "folders">) => (await folders.listItems("0")).entries?.length;
await titles(box);
// @ts-expect-error groups can't be replaced
box.folders = box.files;
