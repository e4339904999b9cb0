// Projects that install the package as everyone does: from its tarball.
import { cp, mkdir, rm } from "node:fs/promises";
import { join } from "node:path";

import { output, root, scratch, tsc } from "./tools.mjs";

let packed;

/** The tarball of target/npm/box-wasm. */
async function tarball() {
  await mkdir(scratch, { recursive: true });
  const folder = join(root, "target/npm/box-wasm");
  const listed = await output("npm", ["pack", "--json", "--pack-destination", scratch], folder);
  return join(scratch, JSON.parse(listed)[0].filename);
}

/** A copy of a project with the package installed. */
export async function project(name, source) {
  const folder = join(scratch, name);
  await rm(folder, { recursive: true, force: true });
  await cp(source, folder, { recursive: true });
  const install = ["install", "--offline", "--no-audit", "--no-fund", await (packed ??= tarball())];
  await output("npm", install, folder);
  return folder;
}

/** The types of a project fit. */
export async function check(folder) {
  await output(process.execPath, [tsc, "-p", folder], folder);
}
