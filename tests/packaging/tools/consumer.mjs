// Makes a project that has installed the package: `node consumer.mjs PACKAGE FOLDER`, from the root.
//
//   node_modules/box-wasm  from the tarball that `npm pack` makes of PACKAGE
//   conformance            the calls that are held against Box's documents
//   node, types, calls     tests, copied: what they import from the package is the installed one
//   reach                  the least application
//   readme                 the TypeScript of the README files
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const [made, folder] = process.argv.slice(2);
const tests = "tests/packaging";

const npm = (cwd, ...words) => execFileSync("npm", words, { cwd, encoding: "utf8" }).trim();

rmSync(folder, { recursive: true, force: true });
mkdirSync(folder, { recursive: true });
writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "consumer", private: true, type: "module" }));
const packed = JSON.parse(npm(".", "pack", `./${made}`, "--json", "--pack-destination", folder));
const quietly = ["--offline", "--no-audit", "--no-fund", "--ignore-scripts"];
npm(folder, "install", ...quietly, `./${packed[0].filename}`);

for (const name of ["node", "types", "reach", "configs"]) cpSync(join(tests, name), join(folder, name), { recursive: true });
cpSync("tests/conformance/npm", join(folder, "conformance"), { recursive: true });
cpSync(join(tests, "generated/calls"), join(folder, "calls"), { recursive: true });
const readme = [join(tests, "tools/readme.mjs"), join(folder, "readme"), "README.md", "box-wasm/js/README.md"];
execFileSync("node", readme, { stdio: "inherit" });
