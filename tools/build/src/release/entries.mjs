/** What handlers and tests import. */
export const ENTRIES = [
  "@rainhooks/webhook/events",
  "@rainhooks/webhook/sinks",
  "@rainhooks/webhook/define",
  "@rainhooks/webhook",
  "@rainhooks/webhook-testing",
];
