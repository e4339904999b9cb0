import type { Progress } from "box-wasm";

import { client } from "./client";
import { element, row, show, size } from "./view";

/** The visitor's client. */
export const box = client();

/** The folder that the page shows: the root. */
const FOLDER = "0";

/** Does what a visitor asks for, and shows why it can't be done. */
async function act(action: () => Promise<unknown>): Promise<void> {
  show();
  await action().catch(show);
}

async function list(): Promise<void> {
  const items = element("items");
  items.replaceChildren();
  const params = { fields: ["type", "id", "name", "size"], limit: 1000 };
  for await (const item of box.folders.listItems(FOLDER, params)) items.append(row(item, download));
  element("count").textContent = `${items.childElementCount} items`;
}

async function signIn(): Promise<void> {
  const { name } = await box.users.me();
  element("who").textContent = name ?? "";
  element("sign-in").hidden = true;
  await list();
}

async function upload(file: File): Promise<void> {
  await moving(file.name, (onProgress) => box.upload(FOLDER, file.name, file, { onProgress }));
  await list();
}

function download(id: string, name: string): void {
  void act(async () => {
    const blob = await moving(name, (onProgress) => box.download(id, { onProgress }).blob());
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    URL.revokeObjectURL(link.href);
  });
}

async function create(): Promise<void> {
  const name = element<HTMLInputElement>("name").value;
  await box.folders.create({ name, parent: { id: FOLDER } });
  await list();
}

/** Shows how far a transfer is, as long as it goes on. */
async function moving<T>(name: string, transfer: (onProgress: (progress: Progress) => void) => PromiseLike<T>): Promise<T> {
  const bar = element<HTMLProgressElement>("progress");
  bar.value = 0;
  element("transfer").hidden = false;
  element("share").textContent = name;
  try {
    return await transfer(({ transferred, total = transferred }) => {
      bar.value = transferred / total;
      element("share").textContent = `${size(transferred)} of ${size(total)}`;
    });
  } finally {
    element("transfer").hidden = true;
  }
}

element("sign-in").onclick = () => act(signIn);
element<HTMLFormElement>("tools").onsubmit = (event) => {
  event.preventDefault();
  void act(create);
};
element("file").onchange = () => {
  const [file] = element<HTMLInputElement>("file").files ?? [];
  if (file) void act(() => upload(file));
};
