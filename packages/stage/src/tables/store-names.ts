/** The stores that can be verified and rebuilt, by the names of their webhooks. */
export const STORES = ["node-status", "time-series"] as const;
export type Store = (typeof STORES)[number];
