import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it, test } from "@jest/globals";
import { sectionFor } from "@rainhooks/app-cli/docs/print-docs";
import { ERROR_CODES } from "@rainhooks/core/errors";
import { runCommand } from "./testing/run-command.ts";

const read = (name: string) =>
  readFileSync(join(import.meta.dirname, "../../../../docs", name), "utf8");
const RUNBOOK = read("runbook.md");
/**
 * The alarms of a stage that has each of them, as their page lists them; a test compares that with
 * the stacks.
 */
const ALARMS = [...read("stage-alarms.md").matchAll(/^\| `([^`]+)` \|/gm)].map(([, name = ""]) =>
  name.replace("<function>", "node-status").replace("<table>", "attempts"),
);

test("there are alarms", () => {
  expect(ALARMS.length).toBeGreaterThan(18);
});

describe.each(ALARMS)("the runbook for %s", (alarm) => {
  it("the runbook says what an alarm means, how to look, what to do, when it ends and what is lost", () => {
    const section = sectionFor(alarm, RUNBOOK) ?? "";
    for (const label of ["It means", "Look", "Do", "Over when", "Lost"])
      expect(section).toContain(`**${label}**: `);
  });
});

test.each(ERROR_CODES)("the page of errors says what %s means, and what to do", (code) => {
  const [, section = ""] = read("errors.md").split(`\n## ${code}\n`);
  expect(section.split("\n## ")[0]).toMatch(/\*\*It means\*\*: .+\n[^#]*\*\*Do\*\*: /);
});

it("the page of errors has no other codes", () => {
  const codes = [...read("errors.md").matchAll(/^## (.+)$/gm)].map(([, code]) => code);
  expect(codes).toEqual([...ERROR_CODES]);
});

it("the runbook takes the section with the longest name that the alarm ends with", () => {
  expect(sectionFor("a-b-c", "# R\n\n## c\n\n1\n\n## b-c\n\n2\n")).toBe("## b-c\n\n2\n");
  expect(sectionFor("a-bc", "# R\n\n## c\n\n1\n")).toBeUndefined();
});

describe("rainhooks docs", () => {
  it("rainhooks docs lists the pages with their titles", async () => {
    const { out } = await runCommand(["docs"]);
    expect(out).toMatch(/runbook +Runbook/);
    expect(out).toMatch(/deploy +/);
  });

  it("rainhooks docs prints a page, and what to do about an alarm", async () => {
    expect((await runCommand(["docs", "threats"])).out).toContain("# Threats");
    expect((await runCommand(["docs", "node-status-dead-letters-flood"])).out).toMatch(
      /^## dead-letters-flood\n/,
    );
  });

  it("rainhooks docs prints what to do about an error", async () => {
    expect((await runCommand(["docs", "body-not-json"])).out).toMatch(
      /^## body-not-json\n\n\*\*It means\*\*/,
    );
  });

  it("rainhooks docs lists what it has for an unknown name", async () => {
    expect(await runCommand(["docs", "nothing"])).toMatchObject({
      code: 3,
      err: expect.stringContaining('There is no page, no alarm and no error "nothing".'),
    });
  });
});
