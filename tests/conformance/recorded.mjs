// Operations whose requests Prism can't judge. They are recorded, and compared with those of the official SDK.

const PARTS = "multipart/form-data: Prism takes parts for text, sees neither their order nor JSON in them";
const BYTES = "application/octet-stream: Prism reads bodies as text";
const NEWER = "newer than the documents";

const version = {
  place: "header",
  name: "box-version",
  required: true,
  schema: { type: "string", enum: ["2026.0"] },
};

/** Operations of the documents, with the reason. */
const DECLARED = {
  post_files_content: PARTS,
  post_files_id_content: PARTS,
  post_users_id_avatar: PARTS,
  put_files_upload_sessions_id: BYTES,
};

/**
 * Operations that no document has, with what is known of them. Replies have every member; in `maps` the names of
 * members are the caller's, and the values are of any kind or alike.
 */
export const added = [
  {
    id: "post_files_upload_sessions_id_plan",
    method: "POST",
    host: "upload",
    base: "/2.0",
    path: "/files/upload_sessions/{upload_session_id}/plan",
    parameters: [{ place: "path", name: "upload_session_id", required: true, schema: { type: "string" } }],
    body: { type: "application/json", required: true, schema: {} },
    reply: {
      upload_session_id: "D5E3F7A",
      hits: [{ offset: 0, size: 8, sha512: "a".repeat(128), part_id: "BFDF5379" }],
      misses: [{ offset: 8, size: 8, sha512: "b".repeat(128) }],
    },
  },
  {
    id: "post_query_v2026.0",
    method: "POST",
    host: "api",
    base: "/2.0",
    path: "/query",
    parameters: [version],
    body: { type: "application/json", required: true, schema: {} },
    maps: { "body.query.params": "any" },
    reply: { entries: [{ id: "12345", type: "file" }], limit: 50, next_marker: "AAAAAmVYB1FWec8G" },
  },
  {
    id: "post_query_insights_v2026.0",
    method: "POST",
    host: "api",
    base: "/2.0",
    path: "/query_insights",
    parameters: [version],
    body: { type: "application/json", required: true, schema: {} },
    maps: { "body.query.params": "any", "body.metrics": "alike" },
    reply: {
      insights: [
        { key: ["Contracts"], type: "group", metrics: { total: { type: "sum", values: { sum: 12.5 } } } },
        { key: [], type: "overall", metrics: { total: { type: "sum", values: { sum: 20 } } } },
        { key: [], type: "other", metrics: { totalCountBeyondTopGroups: { type: "count", values: { count: 3 } } } },
      ],
    },
  },
];

/** The reason by the operation. */
export const recorded = new Map([
  ...Object.entries(DECLARED),
  ...added.map(({ id }) => [id, NEWER]),
]);
