// Values that are written as text: in paths, queries, header fields and forms.

/** The value that a text stands for, or the text itself if it isn't what the schema says. */
export function parsed(schema, text) {
  switch (schema.type) {
    case "integer":
    case "number":
      return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
    case "boolean":
      return { true: true, false: false }[text] ?? text;
    case "array":
      return text.split(",").map((item) => parsed(schema.items, item));
    case "object":
      return json(text);
    default:
      return text;
  }
}

/** JSON in a text, or the text. */
export function json(text) {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
