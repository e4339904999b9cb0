// Pages of one origin: a visitor's tabs.

/** Tabs that share what a browser keeps for a visitor. A script is run before those of every page. */
export async function visit(browser, url, script) {
  const context = await browser.newContext();
  if (script) await context.addInitScript(script);
  const said = [];
  const pages = {
    context,
    said,
    /** Opens one. */
    async open() {
      const page = await context.newPage();
      page.on("pageerror", (error) => said.push(String(error)));
      await page.goto(url);
      await page.waitForFunction("window.box");
      return page;
    },
    /** Opens several. */
    several: (number) => Promise.all(Array.from({ length: number }, () => pages.open())),
    close: () => context.close(),
  };
  return pages;
}

/** Calls in a page with its client of a user, which it makes when it is first used. */
export function call(page, number = 10, ways = {}, user = "user-42") {
  return page.evaluate(
    ([number, ways, user]) => {
      const clients = (window.clients ??= {});
      return calls((clients[user] ??= client(user, ways)), number);
    },
    [number, ways, user],
  );
}

/** What became of the calls of several pages. */
export function sum(ended) {
  return {
    well: ended.reduce((sum, { well }) => sum + well, 0),
    errors: ended.flatMap(({ errors }) => errors),
    took: Math.max(...ended.map(({ took }) => took)),
  };
}
