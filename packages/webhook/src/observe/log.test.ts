import { expect, it } from "@jest/globals";
import { RainhooksError } from "@rainhooks/core/errors";
import { jsonLog } from "./log.ts";

it("the log writes a line with the common fields, and an error with its code and cause", () => {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => lines.push(line),
    { stage: "dev" },
    () => 0,
  );
  const error = new RainhooksError("sink-unavailable", "down", { cause: new Error("refused") });
  log("warn", "Trouble", { recordId: "1", error });
  expect(lines.map((line) => JSON.parse(line))).toEqual([
    {
      level: "warn",
      time: "1970-01-01T00:00:00.000Z",
      message: "Trouble",
      stage: "dev",
      recordId: "1",
      error: {
        name: "RainhooksError",
        code: "sink-unavailable",
        message: "down",
        cause: { name: "Error", message: "refused" },
      },
    },
  ]);
});

it("the log leaves out lines below its level", () => {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => lines.push(line),
    {},
    () => 0,
    "warn",
  );
  for (const level of ["debug", "info", "warn", "error"] as const) log(level, level);
  expect(lines.map((line) => JSON.parse(line).level)).toEqual(["warn", "error"]);
});

it("the log leaves out debug messages by default", () => {
  const lines: string[] = [];
  const log = jsonLog(
    (line) => lines.push(line),
    {},
    () => 0,
  );
  log("debug", "a");
  log("info", "b");
  expect(lines.map((line) => JSON.parse(line).message)).toEqual(["b"]);
});
