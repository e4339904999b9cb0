/** The module in base64, packed with gzip. */
export const module: string;
