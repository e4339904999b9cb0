import { type BoxError, BoxError as AnyBoxError, type Item } from "box-wasm";

/** The element with this id. */
export function element<T extends HTMLElement = HTMLElement>(id: string): T {
  return document.getElementById(id) as T;
}

/** A size as people read it. */
export function size(bytes: number | undefined): string {
  if (bytes === undefined) return "";
  if (bytes < 1000) return `${bytes} B`;
  return bytes < 1e6 ? `${(bytes / 1e3).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}

/** A row of the listing. */
export function row(item: Item, download: (id: string, name: string) => void): HTMLTableRowElement {
  const row = document.createElement("tr");
  const isFile = item.type === "file";
  row.className = item.type;
  row.insertCell().textContent = item.name ?? "";
  const cell = row.insertCell();
  cell.className = "size";
  cell.textContent = isFile ? size(item.size) : "";
  const actions = row.insertCell();
  if (isFile) {
    const button = document.createElement("button");
    button.textContent = "Download";
    button.onclick = () => download(item.id, item.name ?? "download");
    actions.append(button);
  }
  return row;
}

/** What an error says, or nothing. */
export function show(error?: unknown): void {
  element("error").hidden = error === undefined;
  if (error === undefined) return;
  const known: Partial<BoxError> = error instanceof AnyBoxError ? error : {};
  element("error-name").textContent = (error as Error).name;
  element("error-message").textContent = (error as Error).message;
  const facts = {
    kind: known.kind,
    operation: known.operation,
    status: known.status,
    code: known.code,
    "in the way": known.conflicts?.map((item) => `${item["type"]} ${item["id"]}`).join(", "),
    "request id": known.requestId,
  };
  const lines = Object.entries(facts).filter(([, fact]) => fact);
  element("error-facts").replaceChildren(...lines.flatMap(([name, fact]) => [tag("dt", name), tag("dd", String(fact))]));
}

function tag(name: string, text: string): HTMLElement {
  const made = document.createElement(name);
  made.textContent = text;
  return made;
}
