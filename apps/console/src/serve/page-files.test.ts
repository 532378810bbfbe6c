import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "@jest/globals";
import { indexPage, type PageFiles, pageFile, readPageFiles } from "./page-files.ts";

describe("the files of the page", () => {
  let folder: string;
  let files: PageFiles;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), "page-"));
    for (const name of ["index.html", "a-1.js", "a-1.css", "a.svg", "a.js.map", "secret.env", "a"])
      await writeFile(join(folder, name), `content of ${name}`);
    files = await readPageFiles(folder);
  });
  afterAll(() => rm(folder, { recursive: true }));

  it("the files are those that a browser needs, each with its type", async () => {
    const types = {
      "a-1.css": "text/css; charset=utf-8",
      "a-1.js": "text/javascript; charset=utf-8",
      "a.svg": "image/svg+xml",
      "index.html": "text/html; charset=utf-8",
    };
    expect([...files.keys()].sort()).toEqual(Object.keys(types));
    for (const [name, type] of Object.entries(types)) {
      const response = pageFile(files, name);
      expect([response?.headers.get("content-type"), await response?.text()]).toEqual([
        type,
        `content of ${name}`,
      ]);
    }
    for (const name of ["secret.env", "a", "", "../index.html"])
      expect(pageFile(files, name)).toBeUndefined();
  });

  it("the files are cached forever, because their names change with their content; the index is requested each time", () => {
    const cachingOf = (name: string) => pageFile(files, name)?.headers.get("cache-control");
    expect([cachingOf("a-1.js"), cachingOf("index.html")]).toEqual([
      "private, max-age=31536000, immutable",
      "no-store",
    ]);
  });

  it("the files of the page include the index for every path, with the requested status", async () => {
    for (const response of [indexPage(files), indexPage(files, 404)]) {
      expect(await response.text()).toBe("content of index.html");
      expect(response.headers.get("content-type")).toBe("text/html; charset=utf-8");
      expect(response.headers.get("cache-control")).toBe("no-store");
    }
    expect([indexPage(files).status, indexPage(files, 404).status]).toEqual([200, 404]);
    const missing = indexPage(new Map());
    expect([missing.status, await missing.text()]).toEqual([500, "The page is not built."]);
  });
});
