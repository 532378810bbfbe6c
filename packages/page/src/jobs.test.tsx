import { expect, test } from "@jest/globals";
import { openDom } from "./testing/dom.ts";

const dom = await openDom();
const { JobsMenu } = await import("./jobs.tsx");

test.each([
  ["of the page by its number", 7, "cancel-job"],
  ["of another door by the operation, which is recorded", "20261124-080000-a1b2", "cancelJob"],
])("a job is stopped after a yes: one %s", async (_, id, action) => {
  const job = { id, title: `Rebuild ${id}`, startedAtMs: 0, state: "running", text: "" };
  dom.respond({ "/console/jobs": [job], [`/console/actions/${action}`]: {} });
  await dom.show(() => <JobsMenu />);
  await dom.until(() => dom.text().includes(job.title));
  await dom.click(`Stop ${job.title}`);
  await dom.click("Yes");
  await dom.until(() => dom.requests.some(({ body }) => body !== undefined));
  expect(dom.requests.filter(({ body }) => body !== undefined)).toMatchObject([
    { path: `/console/actions/${action}`, body: { id } },
  ]);
});
