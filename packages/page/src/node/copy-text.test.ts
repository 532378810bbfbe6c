import { execFileSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import fc from "fast-check";
import { commandText, csvName, csvText } from "./copy-text.ts";

const STAGE = {
  program: "npm run -s rainhooks --",
  options: " --stage dev --region eu-west-1",
  isLocal: false,
  region: "eu-west-1",
};

describe("what is copied of a chart", () => {
  it("the copied values are CSV that no spreadsheet reads as a formula", () => {
    const values = [
      { atMs: 1, value: 2.5 },
      { atMs: 2, endMs: 3, value: '=HYPERLINK("x")', count: 4 },
      { atMs: 4, value: { a: 1 } },
      { atMs: 5, value: undefined },
    ];
    const result = {
      nodeId: "n",
      series: "a,b",
      aggregate: "raw" as const,
      fromMs: 0,
      toMs: 9,
      values,
    };
    expect(csvText(result)).toBe(
      'node,series,at,end,value,points\nn,"a,b",1970-01-01T00:00:00.001Z,,2.5,\nn,"a,b",1970-01-01T00:00:00.002Z,1970-01-01T00:00:00.003Z,"\'=HYPERLINK(""x"")",4\nn,"a,b",1970-01-01T00:00:00.004Z,,"{""a"":1}",\nn,"a,b",1970-01-01T00:00:00.005Z,,,\n',
    );
  });

  it("the CSV file has a name that a device cannot make dangerous", () => {
    expect(csvName({ nodeId: "kitchen", series: "Room.T" })).toBe("Room.T-kitchen.csv");
    expect(csvName({ nodeId: "n", series: "../../.bashrc" })).toBe("-..-.bashrc-n.csv");
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string(), (series, nodeId) => {
        expect(csvName({ nodeId, series })).toMatch(/^(?!\.)[\w.-]{1,100}\.csv$/);
      }),
    );
  });

  it("the copied command is for the same stage", () => {
    const asked = { series: "Room.T", aggregate: "avg", interval: "hour" };
    expect(commandText("kitchen", asked, STAGE)).toBe(
      "npm run -s rainhooks -- series kitchen Room.T --aggregate avg --interval hour --stage dev --region eu-west-1",
    );
  });

  it("the copied command is read by shell and terminal as text, for any name of a device", () => {
    const names = fc.oneof(
      fc.string({ minLength: 1, unit: "grapheme" }),
      fc.string({
        minLength: 1,
        unit: fc.constantFrom(..."\u001b[201~\u0015\r\n\t\u009b\u202e\\'\"$(`x!"),
      }),
      fc.constant("--data=/tmp"),
      fc.constant("Temp\u001b[201~\u0015touch x\n"),
    );
    fc.assert(
      fc.property(names, (name) => {
        fc.pre(!name.includes("\0"));
        const command = commandText(name, { series: name, interval: name }, undefined);
        expect(command).not.toMatch(/[^\P{Cc}\n]|[\u202a-\u202e]/u);
        const line = command.replace("rainhooks series", "printf '%s\\0' _");
        const words = execFileSync("bash", ["--norc", "-c", line], { encoding: "utf8" }).split(
          "\0",
        );
        const options = ["--interval", name];
        expect(words).toEqual(
          name.startsWith("-")
            ? ["_", ...options, "--", name, name, ""]
            : ["_", name, name, ...options, ""],
        );
      }),
      { numRuns: 60 },
    );
  });
});
