import { setTimeout as later, setInterval as repeatedly } from "node:timers";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, afterEach } from "@jest/globals";
import { Window } from "happy-dom";
import type { ComponentChild } from "preact";

/** What components find in a browser. */
const NAMES = [
  "window",
  "document",
  "location",
  "history",
  "localStorage",
  "ResizeObserver",
  "Element",
  "FormData",
  "IntersectionObserver",
  "addEventListener",
  "removeEventListener",
  "matchMedia",
  "getComputedStyle",
  "getSelection",
  "scrollTo",
  "requestAnimationFrame",
  "cancelAnimationFrame",
  "scrollY",
  "innerHeight",
  "HTMLInputElement",
  "devicePixelRatio",
  "CSS",
  "innerWidth",
  "MutationObserver",
] as const;

/** A request of a component. */
export interface SentRequest {
  readonly path: string;
  /** Of an action. */
  readonly body?: unknown;
}

/**
 * What a route returns: a value, or a function of the request; a response with its status, if it is
 * one.
 */
type Reply = unknown | ((request: SentRequest) => unknown);

// The longest wait is for tests that hang: how long the others take depends on the machine.
const MAX_WAIT_MS = 60_000;
const EVERY_MS = 5;

/**
 * Opens a page for the tests of a file. Components are imported after it: they look for the browser
 * when they are loaded.
 */
export async function openDom() {
  const { dom, clear, close } = await openPage();
  afterEach(clear);
  afterAll(close);
  return dom;
}

/**
 * The window of all files that a process tests. Modules stay loaded from file to file, and with
 * them the listeners that they have added when they were loaded: to another window, they would be
 * deaf.
 */
const window = new Window({ url: "http://127.0.0.1/", width: 1280, height: 800 });

/** Opens a page that somebody closes. */
export async function openPage() {
  const names = [...NAMES, "fetch", "setTimeout", "setInterval"];
  const before = names.map(
    (name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)] as const,
  );
  for (const name of NAMES) {
    const value: unknown = Reflect.get(window, name);
    set(name, typeof value === "function" && /^[a-z]/.test(name) ? value.bind(window) : value);
  }
  const timers: NodeJS.Timeout[] = [];
  for (const [name, start] of Object.entries({ setTimeout: later, setInterval: repeatedly }))
    set(name, (run: () => void, ms?: number) => {
      const timer = start(run, ms);
      timers.push(timer);
      return timer;
    });
  const requests: SentRequest[] = [];
  let responses: Readonly<Record<string, Reply>> = {};
  set("fetch", async (path: string, init: RequestInit = {}) => {
    const request = {
      path,
      ...(init.body == null ? {} : { body: JSON.parse(String(init.body)) as unknown }),
    };
    requests.push(request);
    const [, result] = Object.entries(responses).find(([start]) => path.startsWith(start)) ?? [];
    const value: unknown = typeof result === "function" ? await result(request) : result;
    if (value instanceof Response) return value;
    return value === undefined
      ? Response.json({ detail: `no response for ${path}` }, { status: 404 })
      : Response.json(value);
  });
  const { options, render } = await import("preact");
  // Effects wait in a queue of their own, which stays from file to file: in a timer of a page that
  // ends before it, none would run ever again.
  options.requestAnimationFrame = (run) => {
    later(run);
  };
  const { drawWith, restartSignals } = await import("../signal.ts");
  const { nowMs } = await import("../time.ts");
  const { address } = await import("../address.ts");
  // What an earlier file has left.
  window.history.replaceState(null, "", "/");
  window.localStorage.clear();
  restartSignals();
  address.value = { path: "/", params: {} };
  // The types of happy-dom are not those of TypeScript's DOM.
  const document = window.document as unknown as Document;
  const clear = () => {
    render(null, document.body);
    requests.length = 0;
    responses = {};
  };
  const close = async () => {
    // What effects are to do at their end needs the page.
    await pause(EVERY_MS);
    drawWith(() => undefined);
    for (const timer of timers) clearTimeout(timer);
    await window.happyDOM.waitUntilComplete();
    for (const [name, descriptor] of before)
      if (descriptor === undefined) Reflect.deleteProperty(globalThis, name);
      else Object.defineProperty(globalThis, name, descriptor);
  };
  /**
   * Waits until the page was drawn. Where an attribute is left out later, Preact sets it to "": a
   * field could then take no text.
   */
  const drawn = async () => {
    await pause(EVERY_MS);
    const dead = document.querySelector<HTMLElement>(
      '[pattern=""], [maxlength=""], [maxlength="0"]',
    );
    if (dead !== null) throw new Error(`${namesOf(dead).join()} takes no text: ${dead.outerHTML}`);
  };
  /**
   * A page without a browser: a document, and a console that returns the responses of a test. There
   * is no layout.
   */
  const dom = {
    document,
    requests,
    /** Sets what routes return, by the starts of their paths. */
    respond: (given: Readonly<Record<string, Reply>>): void => {
      responses = given;
    },
    /** Shows something. */
    show: async (what: () => ComponentChild): Promise<void> => {
      const draw = () => render(what(), document.body);
      drawWith(draw);
      // The clock of the page ended with the page of an earlier file.
      nowMs.value = Date.now();
      draw();
      await drawn();
    },
    /** Waits until something holds. */
    until: async (holds: () => boolean): Promise<void> => {
      for (const endMs = Date.now() + MAX_WAIT_MS; !holds(); await pause(EVERY_MS))
        if (Date.now() > endMs) throw new Error(`It does not hold. The page shows: ${dom.text()}`);
    },
    text: (): string => document.body.textContent.replaceAll(/\s+/g, " ").trim(),
    /**
     * The element that a person knows by a name: the text of a button or a link, the label of a
     * field.
     */
    named: (name: string): HTMLElement => {
      const found = [
        ...document.querySelectorAll<HTMLElement>("button, a, input, select, textarea, summary"),
      ];
      const one = found.find((element) => namesOf(element).includes(name));
      if (one === undefined)
        throw new Error(`There is no ${name}: ${found.map(namesOf).join("; ")}`);
      return one;
    },
    /** Clicks, and waits until the page was drawn. */
    click: async (name: string): Promise<void> => {
      dom.named(name).click();
      await drawn();
    },
    /** Writes or chooses, and waits until the page was drawn. */
    type: async (name: string, text: string): Promise<void> => {
      const field = dom.named(name) as HTMLInputElement;
      field.value = text;
      const { Event: WindowEvent } = window;
      for (const kind of ["input", "change"])
        field.dispatchEvent(new WindowEvent(kind, { bubbles: true }) as unknown as Event);
      await drawn();
    },
  };
  return { dom, clear, close };
}

function set(name: string, value: unknown): void {
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
}

function namesOf(element: HTMLElement): string[] {
  const own = element.closest("label");
  const label = own?.querySelector("span")?.textContent ?? own?.textContent;
  const names = [element.getAttribute("aria-label"), label, element.textContent];
  return names.flatMap((name) => (name == null ? [] : [name.replace(/ \*$/, "").trim()]));
}
