/*
 * Draws pages of a console without a browser: runs the built page on a document of happy-dom. The
 * arguments are the address with which one enters, and the folder of the built page. Each line of
 * the input is a path and a text, as JSON: the page goes there by a link, and when it shows the
 * text, or a minute later, a line says what it shows. There is no layout: what needs one is tested
 * in Chromium.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Window } from "happy-dom";

const WAIT_MS = 60_000;
const EVERY_MS = 50;
const [address = "", bundle = ""] = process.argv.slice(2);

const { origin } = new URL(address);
const entered = await fetch(address, { redirect: "manual" });
const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
const { hash } = new URL(entered.headers.get("location") ?? "", origin);
const window = new Window({ url: `${origin}/${hash}`, width: 1280, height: 800 });
const { document } = window;

for (const name of [
  "document",
  "location",
  "history",
  "localStorage",
  "CSS",
  "Element",
  "scrollY",
  "innerHeight",
  "IntersectionObserver",
  "ResizeObserver",
  "MutationObserver",
  "innerWidth",
] as const)
  Object.assign(globalThis, { [name]: window[name] });
for (const name of [
  "addEventListener",
  "removeEventListener",
  "requestAnimationFrame",
  "cancelAnimationFrame",
  "matchMedia",
  "getComputedStyle",
] as const)
  Object.assign(globalThis, { [name]: window[name].bind(window) });
Object.assign(globalThis, { window, scrollTo: () => undefined, fetch: asBrowser(fetch) });

/** Sends the cookie of the session, to addresses that are relative to the page. */
function asBrowser(send: typeof fetch): typeof fetch {
  return (input, init = {}) =>
    send(new URL(String(input), origin), {
      ...init,
      headers: { ...init.headers, cookie } as Record<string, string>,
    });
}

const page = await (await fetch("/")).text();
const body = /<body[^>]*>([\s\S]*)<\/body>/.exec(page)?.[1] ?? "";
document.body.innerHTML = body.replaceAll(/<(script|noscript)[\s\S]*?<\/\1>/g, "");
const program = (await readdir(bundle)).find((name) => /^main-.*\.js$/.test(name)) ?? "";
await import(pathToFileURL(join(bundle, program)).href);
for await (const line of createInterface({ input: process.stdin })) {
  const { path, text } = JSON.parse(line) as { readonly path: string; readonly text: string };
  const link = document.createElement("a");
  link.href = path;
  document.body.append(link);
  link.click();
  link.remove();
  const endMs = Date.now() + WAIT_MS;
  do await pause(EVERY_MS);
  while (!document.body.textContent.includes(text) && Date.now() < endMs);
  console.log(JSON.stringify(`${document.title}\n${document.body.textContent}`));
}
process.exit();
