// What can be in a folder, told apart by its type.

import type { BoxClient, File, Folder, Item, WebLink } from "box-wasm";

declare const box: BoxClient;
declare const item: Item;

if (item.type === "file") {
  const file: File = item;
  const sha1: string | undefined = file.sha1;
  void sha1;
} else if (item.type === "folder") {
  const folder: Folder = item;
  void folder.item_collection?.entries?.[0]?.name;
  // @ts-expect-error a folder has no digest
  void item.sha1;
} else if (item.type === "web_link") {
  const link: WebLink = item;
  void link.url;
} else {
  const { id, name }: { id: string; name?: string } = item;
  void [id, name];
}

const id: string = item.id;
const name: string | undefined = item.name;
void [id, name];

// @ts-expect-error not every item has a digest
void item.sha1;

// @ts-expect-error there is no such kind
if (item.type === "fiel") void item;

// @ts-expect-error a kind is no number
if (item.type === 5) void item;

// @ts-expect-error an item isn't a file before one has looked
const unseen: File = item;
void unseen;

for await (const entry of box.folders.listItems("0", { fields: ["name"] })) {
  const named: string | undefined = entry.name;
  // @ts-expect-error names may be missing
  const surely: string = entry.name;
  // @ts-expect-error a misspelt field
  void entry.nmae;
  void [named, surely];
}

for await (const page of box.folders.listItems("0").pages()) {
  const total: number | null | undefined = page.total_count;
  // @ts-expect-error a page isn't an item
  void page.id;
  void total;
}

const found = await box.findInFolder("0", "name");
// @ts-expect-error it may not be there
void found.id;
void found?.id;
