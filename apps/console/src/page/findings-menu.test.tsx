import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { FindingsMenu } = await import("./findings-menu.tsx");
const { readStage } = await import("@rainhooks/page/api");

const finding = {
  alarm: "destinations-paused",
  level: "today",
  sinceMs: 0,
  text: "crm is paused.",
};

test("what the rounds have found is shown, and silenced after a yes", async () => {
  dom.respond({
    "/console/stage": { stage: "prod", hasRounds: true },
    "/console/reads/listRounds": {
      open: [
        { ...finding, id: "crm" },
        { ...finding, id: "erp", text: "erp is disabled.", silentUntilMs: Date.UTC(2030, 0, 1) },
      ],
    },
    "/console/actions/silenceRounds": {},
  });
  await readStage();
  await dom.show(() => <FindingsMenu />);
  await dom.until(() => dom.text().includes("2 open"));
  expect(dom.text()).toContain("erp is disabled.");
  expect(dom.text()).toContain("Silent until");
  await dom.click("Silence destinations-paused of crm");
  await dom.click("Yes");
  await dom.until(() => dom.requests.some(({ body }) => body !== undefined));
  expect(dom.requests.filter(({ body }) => body !== undefined)).toMatchObject([
    {
      path: "/console/actions/silenceRounds",
      body: { alarm: "destinations-paused", id: "crm", for: "1d" },
    },
  ]);
});

test("a stage without rounds is not asked", async () => {
  dom.respond({ "/console/stage": { stage: "dev", hasRounds: false } });
  await readStage();
  await dom.show(() => <FindingsMenu />);
  expect(dom.text()).toBe("");
  expect(dom.requests.filter(({ path }) => path.includes("listRounds"))).toEqual([]);
});
