import { internal, reason } from "./error.js";
import { loads, names } from "./generated/rows/index.js";

/** A row of the table: what its values are, and where they stand. */
export interface Row {
  readonly group: string;
  readonly text: string;
  readonly id: string;
  readonly path: number;
  readonly params: readonly (readonly [code: string, name: string])[];
  /** Reads its reply, if integers beyond 2^53 may be in it. */
  readonly parse: ((text: string) => unknown) | undefined;
}

/** What is known of an action before its row is loaded. */
export interface Action {
  /** Its name, as `group.action`. */
  readonly id: string;
  readonly paged: boolean;
  /** Its row, loaded when it is first asked for. */
  row(): Promise<Row>;
}

/** A group, and its actions by their names. */
interface Group {
  readonly group: string;
  readonly actions: readonly (readonly [name: string, action: Action])[];
}

let groups: Group[] | undefined;

/** All groups, with their names in JavaScript. */
export function table(): readonly Group[] {
  return (groups ??= names.split("\n\n").flatMap((family, at) =>
    family.split("\n").map((line) => {
      const [group = "", ...actions] = line.split(" ");
      return { group: camel(group), actions: actions.map((name) => entry(group, name, at)) };
    }),
  ));
}

function entry(group: string, mark: string, family: number): [string, Action] {
  const [name = "", star] = mark.split("*");
  let read: Row | undefined;
  const row = async () => (read ??= await load(group, name, family));
  return [camel(name), { id: `${group}.${name}`, paged: star === "", row }];
}

const camel = (name: string) => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase());

async function load(group: string, name: string, family: number): Promise<Row> {
  try {
    const loaded = await loads[family]?.();
    const text = loaded?.rows[group]?.split("\n").find((line) => line.startsWith(`${name} `)) ?? "";
    const [, , path = "", ...words] = text.split(" ");
    const params = words.flatMap((word) => {
      const [, code, found] = /^([a-z])!?:(.+)$/.exec(word) ?? [];
      return code && found ? [[code, found] as const] : [];
    });
    const parse = words.includes("exact") ? loaded?.parse : undefined;
    return { group, text, id: `${group}.${name}`, path: path.split("{").length - 1, params, parse };
  } catch (thrown) {
    throw internal(`a part of the package can't be loaded: ${reason(thrown)}`, thrown);
  }
}
