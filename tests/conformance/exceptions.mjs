// What may be wrong with a request with everything: operation, place, kind of the fault, reason.

const REMOVED = "a shared link is removed by null, the only value that the operation has";

export const exceptions = [
  ["put_files_id#remove_shared_link", "body.shared_link", "empty", REMOVED],
  ["put_folders_id#remove_shared_link", "body.shared_link", "empty", REMOVED],
  ["put_web_links_id#remove_shared_link", "body.shared_link", "empty", REMOVED],
];

/** Whether a fault is one of these. */
export function excused({ id }, fault) {
  const found = [id, fault.place, fault.kind];
  return exceptions.some((exception) => found.every((value, n) => value === exception[n]));
}
