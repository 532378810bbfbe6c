import { expect, test } from "@jest/globals";
import { render } from "preact";
import { useEffect } from "preact/hooks";
import { openPage } from "./dom.ts";

test("effects run on a page also when an earlier page has ended before its own did", async () => {
  const ran: string[] = [];
  const Shown = ({ name }: { readonly name: string }) => {
    useEffect(() => void ran.push(name), []);
    return <p>{name}</p>;
  };
  const first = await openPage();
  render(<Shown name="first" />, document.body);
  first.clear();
  await first.close();
  const { dom, clear, close } = await openPage();
  render(<Shown name="second" />, document.body);
  await dom.until(() => ran.includes("second"));
  // What was taken away has no effects any more.
  expect(ran).not.toContain("first");
  clear();
  await close();
});

test("a page has nothing of what an earlier page has shown", async () => {
  const first = await openPage();
  const { Toasts, toast } = await import("../toasts.tsx");
  await first.dom.show(() => <Toasts />);
  toast("Said before.");
  await first.dom.until(() => first.dom.text() === "Said before.");
  first.clear();
  await first.close();
  const { dom, clear, close } = await openPage();
  await dom.show(() => <Toasts />);
  expect(dom.text()).toBe("");
  clear();
  await close();
});
