// An application that uses all there is: it shows a folder, uploads, and downloads what it has uploaded.
import { BoxClient } from "box-wasm";

const box = new BoxClient({ auth: async () => (await fetch("/token")).json() });

for await (const { name } of box.folders.listItems("0")) {
  const item = document.createElement("li");
  item.textContent = name;
  document.querySelector("ul").append(item);
}
document.querySelector("input").onchange = async ({ target }) => {
  const [file] = target.files;
  const onProgress = ({ transferred }) => (document.title = String(transferred));
  const { id } = await box.upload("0", file.name, file, { onProgress });
  const { size } = await box.download(id).blob();
  document.title = size === file.size ? "done" : "different";
};
