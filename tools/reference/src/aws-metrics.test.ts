import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it, test } from "@jest/globals";
import { synthesize } from "@rainhooks/infra/synthesize";
import { metricsOf } from "@rainhooks/infra/testing/alarm-evaluator";
import { lambdaPoints, sqsPoints } from "@rainhooks/infra/testing/aws-metrics";
import { alarmsIn } from "@rainhooks/stack/stack-json";
import { STAGES } from "./alarms-page.ts";

/* AWS's metrics as the plays have them, each with an example of AWS's page. */

const SENT_MS = 1_000_000;
const queue = (receives: readonly number[], sent = 0) => {
  const messages = receives.map((count, index) => ({
    receives: count,
    sentAtMs: SENT_MS + index * 10_000,
  }));
  const now = { name: "q", messages, visible: receives.length, sent, atMs: SENT_MS + 60_000 };
  return Object.fromEntries(sqsPoints(now).map(({ name, value }) => [name, value]));
};

// "If a message is received three or more times and not deleted, SQS moves it to the back of the
// queue. The metric then reflects the age of the next message that hasn't exceeded the receive
// threshold."
test.each([
  ["never received", [0, 0], 60],
  ["received twice", [2, 0], 60],
  ["received three times: the next counts", [3, 0], 50],
  ["all received three times: no data", [3, 4], undefined],
  ["empty: no data", [], undefined],
])("the age of the oldest message, %s", (_, receives, expected) => {
  expect(queue(receives)["ApproximateAgeOfOldestMessage"]).toBe(expected);
});

// "If you send a message to a dead-letter queue manually, it is captured by the
// NumberOfMessagesSent metric. However, if a message is sent to a dead-letter queue as a result of
// a failed processing attempt, it isn't captured by this metric."
it("a message that SQS moves is visible, and does not count as sent", () => {
  expect(queue([0, 0, 0], 1)).toMatchObject({
    ApproximateNumberOfMessagesVisible: 3,
    NumberOfMessagesSent: 1,
  });
});

// "Invocation metrics are binary indicators of the outcome of an invocation. If the function
// returns an error, then Lambda sends the Errors metric with a value of 1."
test.each([
  [true, 1],
  [false, 0],
])(
  "an invocation that fails (%s) counts as one, with %s error, when it began",
  (hasFailed, errors) => {
    const points = lambdaPoints("f", { atMs: 5, hasFailed });
    expect(points.map(({ name, value, atMs }) => [name, value, atMs])).toEqual([
      ["Invocations", 1, 5],
      ["Errors", errors, 5],
      ["Throttles", 0, 5],
    ]);
  },
);

test("the page of metrics has each metric of AWS that an alarm evaluates", () => {
  const page = readFileSync(join(import.meta.dirname, "../../../docs/metrics.md"), "utf8");
  const metrics = STAGES.flatMap((stage) => alarmsIn(synthesize(stage).stack)).flatMap(metricsOf);
  const names = metrics.map(([, { namespace, metric_name }]) => `${namespace} ${metric_name}`);
  const ofAws = [...new Set(names)].filter((name) => name.startsWith("AWS/"));
  expect(ofAws.length).toBeGreaterThan(8);
  expect(ofAws.filter((name) => !page.includes(`| ${name} `))).toEqual([]);
});
