import { readdir, readFile } from "node:fs/promises";
import { extname, join } from "node:path";

/** A file of the page. */
interface PageFile {
  readonly content: Buffer<ArrayBuffer>;
  readonly type: string;
}

const TYPES: Readonly<Record<string, string>> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml",
};

/** The name of the file that every path of the page shows. */
const INDEX = "index.html";

/** The files of the page, by their names. */
export type PageFiles = ReadonlyMap<string, PageFile>;

/** Reads the files of the page. */
export async function readPageFiles(folder: string): Promise<Map<string, PageFile>> {
  const names = (await readdir(folder)).filter((name) => Object.hasOwn(TYPES, extname(name)));
  const files = names.map(async (name): Promise<[string, PageFile]> => {
    const content = Buffer.from(await readFile(join(folder, name)));
    return [name, { content, type: TYPES[extname(name)] ?? "" }];
  });
  return new Map(await Promise.all(files));
}

/**
 * Returns the response with a file; `undefined` if there is none of this name. Names contain a hash
 * of the content, except the index's.
 */
export function pageFile(files: PageFiles, name: string, status = 200): Response | undefined {
  const file = files.get(name);
  if (file === undefined) return undefined;
  const caching = name === INDEX ? "no-store" : "private, max-age=31536000, immutable";
  return new Response(file.content, {
    status,
    headers: { "content-type": file.type, "cache-control": caching },
  });
}

/** Returns the page, whatever it is to show. */
export function indexPage(files: PageFiles, status = 200): Response {
  return pageFile(files, INDEX, status) ?? new Response("The page is not built.", { status: 500 });
}
