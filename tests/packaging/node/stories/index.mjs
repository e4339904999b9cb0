// The stories of tests/scenarios, told in JavaScript.

import * as clients from "./clients.mjs";
import * as errors from "./errors.mjs";
import * as files from "./files.mjs";
import * as folders from "./folders.mjs";
import * as lists from "./lists.mjs";
import * as session from "./session.mjs";

/** Every story under its name. */
export const stories = { ...clients, ...errors, ...files, ...folders, ...lists, ...session };
