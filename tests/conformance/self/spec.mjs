// The folder with Box's documents, which BOX_SPEC_DIR names.

import assert from "node:assert/strict";

export const folder = process.env.BOX_SPEC_DIR;
assert.ok(folder, "BOX_SPEC_DIR is not set: the folder with box-2024.0.json, box-2025.0.json and box-2026.0.json");
