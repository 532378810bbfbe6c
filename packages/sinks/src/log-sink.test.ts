import { expect, it } from "@jest/globals";
import { logSink } from "./log-sink.ts";

it("writes each value as a line of JSON", async () => {
  const lines: string[] = [];
  const sink = logSink((line) => lines.push(line));
  expect(
    await sink.write([
      { id: "1", value: { a: 1 } },
      { id: "2", value: "b" },
    ]),
  ).toEqual([]);
  expect(lines).toEqual(['{"a":1}', '"b"']);
});
