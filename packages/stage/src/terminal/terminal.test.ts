import { Writable } from "node:stream";
import { describe, expect, it, test } from "@jest/globals";
import { boundedLines } from "./bounded-lines.ts";
import { formatCsv } from "./csv.ts";
import { formatTable, formatTime } from "./format-table.ts";
import { maskUrls, printable, printableLine, printableLines, shortenText } from "./printable.ts";
import { sparkline } from "./sparkline.ts";

describe("formatTable", () => {
  it("formatTable aligns columns, numbers to the right, and colours the padded text", () => {
    const rows = [
      ["a", 1, "x"],
      ["bbb", 22, "y"],
    ];
    expect(formatTable(["name", "n", "last"], rows)).toBe(
      "name   n  last\na      1  x\nbbb   22  y",
    );
    const painted = formatTable(["name"], [["a"]], (padded, cell) => `<${padded}|${cell}>`);
    expect(painted).toBe("name\n<a|a>");
  });

  it("formatTable removes control characters from text of a device", () => {
    expect(formatTable(["name"], [["\u001b[2Jgone\u202e\n"]])).toBe(
      "name\n\ufffd[2Jgone\ufffd\ufffd",
    );
    expect(printable("plain ü 温度")).toBe("plain ü 温度");
    expect(printableLines("a\tb\r\n\u001b[2J\u009b1m\n")).toBe("a\tb\r\n\ufffd[2J\ufffd1m\n");
    expect(printableLine(" one\n  two\u0007\n")).toBe("one two\ufffd");
  });
});

describe("formatCsv", () => {
  it("formatCsv quotes what needs it", () => {
    const rows = [["a,b", 'say "x"', 1, undefined, true, "two\nlines"]];
    expect(formatCsv(["1", "2", "3", "4", "5", "6"], rows)).toBe(
      '1,2,3,4,5,6\n"a,b","say ""x""",1,,true,"two\nlines"\n',
    );
    expect(formatCsv(undefined, [["x"]])).toBe("x\n");
  });

  it("formatCsv disarms formulas and control characters; numbers stay numbers", () => {
    const rows = [["=HYPERLINK(1)", "+1", "-n/a", "@x", -5, "\u001b[2J", "a=b"]];
    expect(formatCsv(undefined, rows)).toBe("'=HYPERLINK(1),'+1,'-n/a,'@x,-5,\ufffd[2J,a=b\n");
  });

  test.each([
    "\n=1+1",
    "\r\n+1",
    "\uff1d1+1",
    "\uff20x",
    " =1",
    "\ufeff=1",
    "\u200b\u001b-1",
    "\t1",
  ])("formatCsv puts an apostrophe in front of %j", (text) =>
    expect(formatCsv(undefined, [[text]])).toMatch(/^"?'/),
  );
});

describe("sparkline", () => {
  it("sparkline goes from the minimum to the maximum", () => {
    expect(sparkline([0, 7], 10)).toBe("▁█");
    expect(sparkline([5, 5, 5], 10)).toBe("▁▁▁");
    expect(sparkline([], 10)).toBe("");
  });

  it("sparkline averages too many numbers", () => {
    const values = Array.from({ length: 1000 }, (_, index) => index);
    expect(sparkline(values, 8)).toBe("▁▂▃▄▅▆▇█");
  });
});

describe("formatTime", () => {
  it("formatTime returns UTC, or the time of a zone with its offset", () => {
    const atMs = Date.UTC(2026, 9, 25, 0, 30);
    expect(formatTime(atMs)).toBe("2026-10-25 00:30:00");
    expect(formatTime(atMs, "Europe/Berlin")).toBe("2026-10-25 02:30:00 +02:00");
    expect(formatTime(atMs + 3_600_000, "Europe/Berlin")).toBe("2026-10-25 02:30:00 +01:00");
    expect(formatTime(atMs, "Asia/Kolkata")).toBe("2026-10-25 06:00:00 +05:30");
    expect(formatTime(atMs, "Africa/Abidjan")).toBe("2026-10-25 00:30:00 +00:00");
  });
});

describe("maskUrls", () => {
  test.each([
    [
      "https://user:secret@api.example:8443/hooks/secret?key=secret#x failed",
      "https://api.example:8443/… failed",
    ],
    [
      "see http://127.0.0.1:80/ and (wss://a.example?t=1)",
      "see http://127.0.0.1:80 and (wss://a.example/…",
    ],
    [
      '{"url":"https://a.example/secret","next":"https://b.example"}',
      '{"url":"https://a.example/…","next":"https://b.example"}',
    ],
    ["https://secret@x@b.example", "https://b.example/…"],
    ["https://b.example\\secret", "https://b.example/…"],
    ["no address: a//b, c:/d", "no address: a//b, c:/d"],
  ])("maskUrls keeps scheme, host and port of %s", (text, expected) => {
    expect(maskUrls(text)).toBe(expected);
  });
});

it("shortened cuts a text, never in the middle of a character", () => {
  expect(shortenText("abc", 3)).toBe("abc");
  expect(shortenText("abcd", 3)).toBe("ab…");
  expect(shortenText("a\u{1f600}b", 3)).toBe("a…");
});

describe("boundedLines", () => {
  it("boundedLines leaves out the lines that a slow reader cannot take, and says how many", () => {
    const taken: string[] = [];
    let takeMore: () => void = () => undefined;
    const slow = new Writable({
      decodeStrings: false,
      write: (text, _, done) => {
        taken.push(text);
        takeMore = done;
      },
    });
    const write = boundedLines(slow);
    for (let line = 0; line < 10_000; line++) write("x".repeat(1000));
    expect(slow.writableLength).toBeLessThan(300_000);
    while (slow.writableLength > 0) takeMore();
    expect(taken.at(-1)).toBe(
      `(left out, because the output is slow: ${10_000 - (taken.length - 1)} lines)\n`,
    );
    write("next");
    expect(taken.at(-1)).toBe("next\n");
  });
});
