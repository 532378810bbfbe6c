import { expect, it, test } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { jsonLog } from "@rainhooks/webhook/observe/log";
import { prettyLine } from "./logs.ts";

function logged(fields: Record<string, unknown>): string {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => lines.push(line),
    { stage: "s", webhook: "w", requestId: "r" },
    () => 0,
  );
  log("warn", "Will be retried", fields);
  return prettyLine(lines[0] ?? "");
}

it("a pretty line shows a line of a webhook's log: time, level, message, error with its causes, other fields", () => {
  const cause = new TypeError("fetch failed", { cause: new Error("refused") });
  const error = new RainhooksError("sink-unavailable", "no response", { cause });
  expect(logged({ recordId: "1", error, list: [1] })).toBe(
    "1970-01-01 00:00:00  warn   Will be retried  sink-unavailable: no response (fetch failed (refused))  recordId=1  list=[1]",
  );
});

test.each([
  [
    "an event",
    '{"type":"rmaker.event.alert","atMs":0,"data":{"nodeId":"n"}}',
    '1970-01-01 00:00:00  alert  {"nodeId":"n"}',
  ],
  ["an event of no possible time", '{"type":"x","atMs":1e300}', "no time (1e+300)  x  null"],
  ["a line without a valid time", '{"level":"info","message":"m","time":"soon"}', "-  info   m"],
  ["an error that is a text", '{"level":"info","message":"m","error":"e"}', "-  info   m"],
  ["text", "some text", "some text"],
  ["other JSON", '{"a":1}', '{"a":1}'],
  ["a list", "[1]", "[1]"],
])("a pretty line shows %s", (_, line, expected) => {
  expect(prettyLine(line)).toBe(expected);
});

it("a pretty line has no control characters of devices, no secrets of URLs, and a bounded length", () => {
  const evil = "\u001b[2J\u202e\nhttps://user:key@a.example/secret?token=1";
  for (const line of [
    logged({ recordId: evil, [evil]: 1, error: new Error(evil) }),
    prettyLine(evil),
    prettyLine(JSON.stringify({ level: evil, message: evil, time: evil })),
    prettyLine(JSON.stringify({ type: evil, atMs: 1, data: { evil } })),
  ]) {
    expect(line).not.toMatch(/[\p{Cc}\u202e]|secret|token|key@/u);
  }
  expect(
    prettyLine(
      JSON.stringify({ level: "info", message: "x".repeat(100_000), a: "y".repeat(100_000) }),
    ).length,
  ).toBeLessThan(3000);
});
