// The least that an application does: it shows a folder.
import { BoxClient } from "box-wasm/calls";

const box = new BoxClient({ auth: async () => (await fetch("/token")).json() });

for await (const { name } of box.folders.listItems("0")) {
  const item = document.createElement("li");
  item.textContent = name;
  document.querySelector("ul").append(item);
}
document.title = "done";
