// The stories of tests/scenarios, told in JavaScript.

import * as errors from "./errors.mjs";
import * as files from "./files.mjs";
import * as folders from "./folders.mjs";
import * as lists from "./lists.mjs";
import * as session from "./session.mjs";

/** Every story under its name. */
export const stories = { ...errors, ...files, ...folders, ...lists, ...session };
