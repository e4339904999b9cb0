// Chromium, and the page in it.
import { execFileSync } from "node:child_process";

import { chromium } from "./tools.mjs";

const FLAGS = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
];

/** Starts it. */
export function launch() {
  const executablePath = execFileSync("which", ["chromium"], { encoding: "utf8" }).trim();
  return chromium.launch({ executablePath, args: FLAGS });
}

/** A tab that has loaded the page, with everything that its console said. Scripts are run before the page's. */
export async function open(browser, url, ...scripts) {
  const context = await browser.newContext({ viewport: { width: 860, height: 760 } });
  const page = await context.newPage();
  const said = [];
  page.on("console", (message) => said.push({ type: message.type(), text: message.text() }));
  page.on("pageerror", (error) => said.push({ type: "error", text: String(error) }));
  for (const script of scripts) await page.addInitScript(script);
  await page.goto(url);
  await page.waitForFunction("window.box");
  return { page, said, close: () => context.close() };
}
