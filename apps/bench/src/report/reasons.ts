/** What a target is about, if a reason for missing it is known. */
export type Reason = keyof typeof REASONS;

/** Why a target was missed the last times. */
const REASONS = {
  decode:
    "more than half of these events have a payload that is JSON in a string, which has to be parsed as well (second row of the table on decoding). Compared with parsing both, decoding and filtering takes about two and a half times as long: names in any casing, times in any format, a check of each field, and rules of three levels. On another processor (2 × Intel Xeon) the ratio was 3.0 to 3.1.",
  archive:
    "a batch of 1,000 takes the embedded Firehose about as long as the archive itself, so the ratio depends on how busy it is. The processor time does not.",
  "archive-cpu":
    "the archive also looks for deliveries of past hours, which it did not then. In both cases it is a few hundredths of a millisecond per event.",
  "time-series":
    "the embedded DynamoDB takes longer than the function, and now keeps the points of an event in one item, whose validation costs it more. The processor time of the function is the better measure.",
  "node-status":
    "nearly all of the time is that of the embedded DynamoDB, which both wait for; it executes the statements of a batch one after the other.",
  "node-status-cpu":
    "it does more than it did then: it reads alarm rules, marks nodes for them and notes how far it has come. Compared with the rival that has the same features, see the table of functions.",
  load: "what is left is the client of the SDK itself, and Node.js evaluating it: signatures, retries, the HTTP client. Each bundle needs DynamoDB or SQS besides its own service.",
  kib: "node-status and forward have the clients of DynamoDB and SQS; the client of SQS is loaded only when a record goes to the dead-letter queue.",
  dollars:
    "the queues are most of what is left: $0.48 for each of the jobs that an event goes to. With `firehose` delivery the archive needs none; that is a choice, because messages that wait and hours that come late cannot be seen then.",
  tests:
    "the tests of the local stage start processes and wait for queues; on a machine that others use too, they take longer.",
} as const;

/** Returns why a target was missed. */
export function reasonFor(reason: Reason): string {
  return REASONS[reason];
}
