import { calls, client, store } from "./visitor";
import { workers } from "./workers";

/** What the tests reach in the page. */
Object.assign(window, { calls, client, store, workers, box: "there" });
