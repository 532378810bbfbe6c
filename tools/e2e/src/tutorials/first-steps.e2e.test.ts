import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "@jest/globals";
import {
  ALL_FUNCTIONS,
  startTestStage,
  type TestStage,
} from "@rainhooks/app-local/testing/test-stage";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "../cli/testing/run-command.ts";
import { ROOT } from "./copied-repository.ts";
import { argumentsOf, stepsOf, TYPED } from "./walk.ts";

/*
 * The commands of the two shortest tutorials, in their order, on a stage in this process: `npm
 * start` is typed in tutorials.e2e.test.ts.
 */

let stage: TestStage;
beforeAll(async () => {
  stage = await startTestStage({ functions: ALL_FUNCTIONS });
});
afterAll(() => stage.stop());

/** The commands of a page, and what runs the next one. */
function walk(page: string) {
  const steps = stepsOf(join(ROOT, "docs", page)).map(({ command }) => command);
  expect(steps.shift()).toBe("npm start");
  const run = async (step: string): Promise<string> => {
    const { out, err } = await runCommand([...argumentsOf(step), "--data", stage.dataDir]);
    return `${out}\n${err}`;
  };
  const take = (part: string, filled: readonly [from: string, to: string] = ["", ""]) => {
    const step = (steps.shift() ?? "").replace(...filled);
    expect([step, step.startsWith(TYPED) && step.includes(part)]).toEqual([step, true]);
    return step;
  };
  return {
    steps,
    next: (part: string, filled?: readonly [from: string, to: string]) => run(take(part, filled)),
    /** Runs the next command again and again: it may take a while until it prints this. */
    nextUntil: (part: string, expected: RegExp) => {
      const step = take(part);
      const seen = (printed: string) => expected.test(printed);
      return eventually(() => run(step), seen, { everyMs: 2000 });
    },
  };
}

it("the commands of your-first-event.md do what it says", async () => {
  const page = walk("your-first-event.md");
  expect(await page.next("trigger node_connected --node kitchen")).toContain("as delivery");
  await page.nextUntil("node kitchen", /^state +online since/m);
  const published = await page.next("trigger node_disconnected --node kitchen");
  await page.nextUntil("node kitchen", /^state +offline since/m);
  const [delivery = ""] = /[0-9a-f-]{36}/.exec(published) ?? [];
  await eventually(
    () => runCommand(["trace", delivery, "--data", stage.dataDir]),
    ({ out }) => out.includes("archived in"),
  );
  expect(await page.next("trace", ["<delivery>", delivery])).toContain(
    "node_disconnected, node kitchen",
  );
  expect(await page.next("archive query")).toContain("esp_rainmaker_sns_node_connected");
  expect(page.steps).toEqual([]);
});

it("the commands of your-first-alarm.md do what it says", async () => {
  const page = walk("your-first-alarm.md");
  expect(await page.next("watch add gone")).toContain("Rule gone, version 1, holds from");
  expect(await page.next("watch test gone")).toMatch(/alarm/);
  await page.next("trigger node_disconnected --node freezer");
  await page.nextUntil("alarms ls --node freezer", /gone +high +freezer/);
  expect(await page.next("alarms ack --node freezer")).toContain("Acknowledged by");
  await page.next("trigger node_connected --node freezer");
  await page.nextUntil("--state all", /gone +high +freezer .*\d\d:\d\d:\d\d +\d{4}-\d\d-\d\d/);
  expect(await page.next("watch rm gone")).toContain("Rule gone is removed");
  expect(page.steps).toEqual([]);
});
