import { expect, it } from "@jest/globals";
import { packLines } from "./lines.ts";
import { logSink } from "./log-sink.ts";

it("the log sink writes each value as a line of JSON", async () => {
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

it("the log sink fails only the value that cannot be converted to JSON, permanently", async () => {
  const lines: string[] = [];
  let deep: unknown = 1;
  for (let level = 0; level < 20_000; level++) deep = [deep];
  const failures = await logSink((line) => lines.push(line)).write([
    { id: "deep", value: deep },
    { id: "good", value: 1 },
  ]);
  expect(failures).toMatchObject([
    { id: "deep", error: { code: "sink-rejected", permanent: true } },
  ]);
  expect(lines).toEqual(["1"]);
  expect(
    packLines(
      [
        { id: "deep", value: deep },
        { id: "good", value: 1 },
      ],
      100,
    ),
  ).toMatchObject({
    packets: [{ ids: ["good"] }],
    failures: [{ id: "deep", error: { code: "sink-rejected" } }],
  });
});
