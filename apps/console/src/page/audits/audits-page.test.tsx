import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { AuditsPage } = await import("./audits-page.tsx");

test("who has changed what is listed, and selected by what is in the address", async () => {
  const audit = { id: "1", startedAtMs: 0, caller: "ann", door: "console", operation: "pause" };
  const audits = [
    { ...audit, outcome: "done", request: { id: "crm" } },
    { ...audit, id: "2", outcome: "failed", error: "throttled", request: {} },
  ];
  dom.respond({ "/console/reads/listAudits": { audits } });
  await dom.show(() => <AuditsPage />);
  await dom.until(() => dom.text().includes("throttled"));
  const rows = [...dom.document.querySelectorAll("tbody tr")].map((row) =>
    [...row.querySelectorAll("td")].slice(1).map((cell) => cell.textContent),
  );
  expect(rows).toEqual([
    ["ann", "console", "pause", "done", '{"id":"crm"}'],
    ["ann", "console", "pause", "failed: throttled", "{}"],
  ]);
  await dom.type("By whom, or a part of the name", "bob");
  await dom.until(() => dom.requests.some(({ path }) => path.includes("caller=bob")));
});
