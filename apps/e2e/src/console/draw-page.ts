/*
 * Draws a page of a console without a browser: runs the built page on a document of happy-dom, until it shows a text, and prints what it then shows. The
 * arguments are the address with which one enters, the path of the page, the text, and the folder of the built page. There is no layout: what needs
 * one is tested in Chromium.
 */
import { readdir } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { pathToFileURL } from "node:url";
import { Window } from "happy-dom";

const WAIT_MS = 60_000;
const [address = "", path = "", text = "", bundle = ""] = process.argv.slice(2);

const { origin } = new URL(address);
const entered = await fetch(address, { redirect: "manual" });
const cookie = entered.headers.get("set-cookie")?.split(";")[0] ?? "";
const { hash } = new URL(entered.headers.get("location") ?? "", origin);
const window = new Window({ url: `${origin}${path}${hash}`, width: 1280, height: 800 });
const { document, location, history, localStorage, ResizeObserver } = window;

Object.assign(globalThis, {
  ...{ window, document, location, history, localStorage, ResizeObserver },
  addEventListener: window.addEventListener.bind(window),
  removeEventListener: window.removeEventListener.bind(window),
  requestAnimationFrame: window.requestAnimationFrame.bind(window),
  cancelAnimationFrame: window.cancelAnimationFrame.bind(window),
  matchMedia: window.matchMedia.bind(window),
  getComputedStyle: window.getComputedStyle.bind(window),
  devicePixelRatio: window.devicePixelRatio,
  fetch: asBrowser(fetch),
});

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
const endMs = Date.now() + WAIT_MS;
while (!document.body.textContent.includes(text) && Date.now() < endMs) await pause(100);
console.log(`${document.title}\n${document.body.textContent}`);
process.exit(document.body.textContent.includes(text) ? 0 : 1);
