import { execFileSync } from "node:child_process";
import { describe, expect, it } from "@jest/globals";
import { anyCharacter } from "@rainhooks/testing/hostile";
import fc from "fast-check";
import { shellWord } from "./shell.ts";

const HOSTILE = fc.string({
  unit: fc.constantFrom(..."\u001b[201~\u0015\r\n\t\u007f\u009b\u202e\u2028\\'\"$(`x! é€😀"),
});
const text = fc
  .oneof(HOSTILE, fc.string({ unit: anyCharacter }))
  .filter((one) => !one.includes("\0"));

describe("shellWord", () => {
  it("shellWord returns what bash reads as the text, without a character that controls a terminal", () => {
    fc.assert(
      fc.property(fc.array(text, { minLength: 1, maxLength: 20 }), (texts) => {
        const words = texts.map(shellWord);
        for (const word of words) expect(word).not.toMatch(/[^\P{Cc}\n]|[\u2028\u202a-\u202e]/u);
        const out = execFileSync("bash", ["--norc", "-c", `printf '%s\\0' ${words.join(" ")}`], {
          encoding: "utf8",
        });
        expect(out.split("\0").slice(0, -1)).toEqual(texts.map((one) => one.toWellFormed()));
      }),
      { numRuns: 60 },
    );
  });

  it("shellWord returns plain words unchanged, and quotes what could be an option or nothing", () => {
    expect(["Room.T", "/a/b-c", "eu-west-1", "-x", "", "~", "a b", "it's"].map(shellWord)).toEqual([
      "Room.T",
      "/a/b-c",
      "eu-west-1",
      "'-x'",
      "''",
      "'~'",
      "'a b'",
      "'it'\\''s'",
    ]);
  });
});
