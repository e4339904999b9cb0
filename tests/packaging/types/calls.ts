// Calls: their parameters, options and values.

import { BoxCall, BoxList } from "box-wasm";
import type { Answer, BoxClient, Folder, Items, JsonValue, User } from "box-wasm";

declare const box: BoxClient;
const parent = { id: "0" };

const folder: Folder = await box.folders.create({ name: "a", parent });
const call: BoxCall<Folder> = box.folders.get(folder.id, { fields: ["name"] }, { timeout: 1_000, asUser: "1" });
const answer: Answer<Folder> = await call.withResponse();
const status: number = answer.response.status;
const header: string | null = answer.response.headers.get("etag");
const page: Items = await box.folders.listItems("0");
const nothing: void = await box.folders.delete("1", { recursive: true, "if-match": "1" });
const link = await box.folders.update("1", { shared_link: null });
const reply: Response = await box.files.download("1", { range: "bytes=0-9" });
const url: string = await box.files.downloadUrl("1");
const raw: JsonValue = await box.raw("GET", "/users/me", { query: { fields: "name", limit: 1, marker: undefined } });
const user = await box.raw<User>("POST", "/users", { body: { name: "a", list: [1, null] } });
const promise: Promise<Folder> = call;
const guarded = [BoxCall, BoxList].map((type) => (promise as unknown) instanceof type);
void [status, header, page, nothing, link, reply, url, raw, user.login, promise, guarded];

// An enumeration of Box is open: what it knows is suggested, what comes later is taken.
await box.folders.get("0", { sort: "name", direction: "ASC" });
await box.folders.get("0", { sort: "colour" });

// @ts-expect-error a misspelt parameter
box.folders.get("0", { feilds: ["name"] });
// @ts-expect-error a misspelt parameter of the body
box.folders.create({ name: "a", parent, desciption: "" });
// @ts-expect-error a misspelt option
box.users.me({}, { asuser: "1" });
// @ts-expect-error a required parameter is missing
box.folders.create({ name: "a" });
// @ts-expect-error all parameters are missing
box.folders.create();
// @ts-expect-error the id is missing
box.folders.get();
// @ts-expect-error an id is a string
box.folders.get(0);
// @ts-expect-error neither yes nor no
box.folders.delete("1", { recursive: "true" });
// @ts-expect-error a name isn't null
box.folders.update("1", { name: null });
// @ts-expect-error nor is a required one
box.folders.create({ name: null, parent });
// @ts-expect-error a list isn't a string
box.folders.get("0", { fields: "name,id" });
// @ts-expect-error a parent is a reference
box.folders.create({ name: "a", parent: "0" });
// @ts-expect-error there is no such method
box.folders.craete({ name: "a", parent });
// @ts-expect-error there is no such group
box.foldres.get("0");
// @ts-expect-error a misspelt member of the value
void folder.nmae;
// @ts-expect-error a value isn't what it is not
const wrong: number = folder.name;
// @ts-expect-error only lists are iterated over
for await (const _ of box.folders.get("0")) void _;
// @ts-expect-error only JSON is a body
box.raw("POST", "/folders", { body: () => 1 });
// @ts-expect-error a raw value has no known members
void (await box.raw("GET", "/users/me")).login;
// @ts-expect-error text is no content
box.files.upload({ attributes: { name: "a", parent }, file: "text" });
void wrong;
