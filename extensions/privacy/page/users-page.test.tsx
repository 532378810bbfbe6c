import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { UsersPage } = await import("./users-page.tsx");

test("users are counted as soon as the nodes are read, and not before", async () => {
  dom.respond({});
  await dom.show(() => <UsersPage />);
  expect(dom.text()).not.toContain("of 0 nodes");
  dom.respond({ "/v1/nodes": { nodes: [] } });
  await dom.show(() => <UsersPage key="again" />);
  await dom.until(() => dom.text().includes("0 of 0 nodes"));
});
