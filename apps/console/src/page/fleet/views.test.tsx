import { expect, test } from "@jest/globals";
import { openDom } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { Views } = await import("./views.tsx");
const { setParams } = await import("@rainhooks/page/address");

test("a view is an address under a name; it is kept in this browser, and forgotten", async () => {
  setParams({ firmware: "", state: "offline", longer: "1d", tag: "site:pune" });
  await dom.show(() => <Views />);
  await dom.type("Name of this view", "long gone in Pune");
  await dom.click("Keep this view");
  await dom.until(() => dom.text().includes("long gone in Pune"));
  const link = dom.named("long gone in Pune").getAttribute("href");
  expect(link).toBe("/?state=offline&longer=1d&tag=site%3Apune");
  setParams({ state: "", longer: "", tag: "" });
  await dom.show(() => <Views />);
  expect(dom.named("long gone in Pune").getAttribute("href")).toBe(link);
  await dom.click("Forget the view long gone in Pune");
  await dom.until(() => !dom.text().includes("Pune"));
  expect(localStorage.getItem("rainhooks-views")).toBe("[]");
});

test("stored text that is not a list of views is ignored", async () => {
  for (const text of [
    "{",
    "null",
    "[null,1]",
    '[{"name":1,"params":{}}]',
    '[{"name":"a","params":{"tag":1}}]',
  ]) {
    localStorage.setItem("rainhooks-views", text);
    await dom.show(() => <Views key={text} />);
    expect(dom.text()).toBe("");
  }
});
