import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { EventsPage } = await import("./events-page.tsx");
const { address } = await import("@rainhooks/page/address");

test("fields that are typed one right after the other all select", async () => {
  await dom.show(() => <EventsPage />);
  await dom.type("Text in the message, or id", "leak");
  await dom.type("Node id", "n1");
  await dom.until(() => address.value.params["node"] === "n1");
  expect(address.value.params).toEqual({ text: "leak", node: "n1" });
});
