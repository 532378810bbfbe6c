import { expect, test } from "@jest/globals";
import { openDom, type SentRequest } from "@rainhooks/page/testing/dom";

const dom = await openDom();
const { SearchForm } = await import("./search-form.tsx");
const { address } = await import("@rainhooks/page/address");

const USER = "0a1b2c3d-0000-4000-8000-000000000001";
const node = (nodeId: string, ...users: readonly string[]) => ({
  nodeId,
  state: "online",
  tags: [],
  users: users.map((userId) => ({ userId, role: "primary" })),
});
const pageOf = ({ path }: SentRequest) =>
  Number(new URL(path, "http://x").searchParams.get("page") ?? 0);
const titles = () => [...dom.document.querySelectorAll("li")].map((one) => one.textContent?.trim());

async function search(
  text: string,
  nodes: (request: SentRequest) => unknown,
  gone = () => undefined,
) {
  dom.respond({ "/console/search": { hits: [], failures: [] }, "/v1/nodes": nodes });
  await dom.show(() => <SearchForm onGone={gone} />);
  await dom.type("Search everything", text);
}

test("the id of a user opens their nodes", async () => {
  const two = { nodes: [node("lamp", USER, "other"), node("plug", USER)], read: 2 };
  await search(USER, () => two);
  await dom.until(() => dom.text().includes("2 found") || dom.text().includes("3 found"));
  expect(titles()).toContainEqual(
    expect.stringMatching(new RegExp(`^user.*${USER}.*nodes of this user`)),
  );
  dom.document.querySelector("form")?.requestSubmit();
  await dom.until(() => address.value.params["user"] === USER);
  expect(address.value.path).toBe("/");
});

test("a part of a name is looked for page by page, and how far is said", async () => {
  const late = (request: SentRequest) => {
    const page = pageOf(request);
    return page < 7
      ? { nodes: [], read: 1000, next: String(page + 1) }
      : { nodes: [node("node-0015")], read: 1000 };
  };
  await search("0015", late);
  await dom.until(() => dom.text().includes("1 found."));
  expect(dom.text()).not.toContain("looked through");
  await search("nothing", (request) => ({
    nodes: [],
    read: 1000,
    next: String(pageOf(request) + 1),
  }));
  await dom.until(() =>
    dom.text().includes("0 found. 20,000 nodes were looked through: there may be more."),
  );
});

test("what is found moves nothing that was there before", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  await search("lam", async () => {
    await promise;
    return { nodes: [node("lamp")], read: 1 };
  });
  await dom.until(() => dom.requests.some(({ path }) => path.startsWith("/v1/nodes")));
  const before = titles();
  expect(before.length).toBeGreaterThan(1);
  resolve();
  await dom.until(() => dom.text().includes("1 found"));
  expect(titles().slice(0, before.length)).toEqual(before);
  expect(titles().at(-1)).toContain("lamp");
});
