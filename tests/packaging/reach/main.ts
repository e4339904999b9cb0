// The least that an application does. What the compiler does for it is measured.

import { BoxClient } from "box-wasm";

const box = new BoxClient({ auth: async () => (await fetch("/box-token")).json() });

for await (const item of box.folders.listItems("0")) {
  console.log(item.type === "file" ? item.sha1 : item.name);
}
