/** What handlers and tests import. */
export declare const ENTRIES: readonly string[];
