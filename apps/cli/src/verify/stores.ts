/** The stores whose tables follow from the archive: each is that of the webhook of this name. */
export const STORES = ["node-status", "time-series"] as const;
export type Store = (typeof STORES)[number];
