import type { Hint } from "@rainhooks/core/errors";
import { type Mistake, mistakeText } from "@rainhooks/core/mistake";
import type { PlanView } from "@rainhooks/stage/routes/plan-store";
import type { StageResponse } from "@rainhooks/stage/routes/stage";
import { setClock } from "./clock.ts";
import { Signal } from "./signal.ts";

/** Codes of failures that end by themselves, when the console or its stage is there again. */
const PASSING: readonly string[] = ["console-gone", "stage-unavailable"];

/** True for a failure that ends by itself. */
export function isPassing(failure: unknown): boolean {
  return failure instanceof ApiError && PASSING.includes(failure.code);
}

/** Whether the console and its stage can be reached. */
export type PageConnection =
  | { readonly kind: "ok" }
  | { readonly kind: "not-let-in" | "console-gone" | "stage-gone"; readonly message: string };

/** What the last request has shown. */
export const connection = new Signal<PageConnection>({ kind: "ok" });

/** How often this page has changed something: what shows it reads it again. */
export const changes = new Signal(0);

/** The error of a request that was refused, or has failed. The message says what to do. */
export class ApiError extends Error {
  readonly code: string;
  /** What to run. */
  readonly hint: Hint | undefined;
  /** What is wrong, by field. */
  readonly mistakes: readonly Mistake[];
  /** What it would do, of an action whose plan was not shown. */
  readonly shown: PlanView | undefined;

  constructor({ code = "unexpected", detail = "", hint, mistakes = [], plan, text = "" }: Problem) {
    const named = mistakes.map(({ field, ...one }) => ({
      ...one,
      field: field && (INPUTS[field] ?? field),
    }));
    super(named.length === 0 ? detail : named.map((one) => mistakeText(one)).join("\n"));
    this.code = code;
    this.hint = hint;
    this.mistakes = named;
    this.shown = plan === undefined ? undefined : { plan, text };
  }
}

const KEY = "rainhooks-key";

/** Takes the key of the session out of the address, so that nobody shares it. */
export function takeKey(): void {
  const key = new URLSearchParams(location.hash.slice(1)).get("key");
  if (key === null) return;
  localStorage.setItem(KEY, key);
  history.replaceState(null, "", location.pathname + location.search);
}

/** Parameters of a request. */
export type Texts = Readonly<Record<string, string | number | undefined>>;

/**
 * Reads something from the console.
 *
 * @throws {ApiError} if it is refused or fails.
 */
export async function get<Result>(
  path: string,
  params: Texts = {},
  signal?: AbortSignal,
): Promise<Result> {
  return jsonOf<Result>(await send(hrefOf(path, params), signal === undefined ? {} : { signal }));
}

/**
 * Asks an operation that changes nothing.
 *
 * @throws {ApiError} if it is refused or fails.
 */
export function ask<Result>(
  operation: string,
  request: Texts,
  signal: AbortSignal,
): Promise<Result> {
  return get(`/console/reads/${operation}`, request, signal);
}

/**
 * Does an action.
 *
 * @throws {ApiError} if it is refused or fails.
 */
export async function act<Result>(action: string, body: object): Promise<Result> {
  const headers = { "x-rainhooks-action": action };
  const result = await post<Result>(`/console/actions/${action}`, body, { headers });
  changes.value += 1;
  return result;
}

/**
 * Asks something whose question is too long for an address.
 *
 * @throws {ApiError} if it is refused or fails.
 */
export async function post<Result>(path: string, body: object, init: RequestInit): Promise<Result> {
  const headers = { "content-type": "application/json", ...init.headers };
  return jsonOf<Result>(
    await send(path, { ...init, method: "POST", headers, body: JSON.stringify(body) }),
  );
}

async function jsonOf<Result>(response: Response): Promise<Result> {
  const text = await response.text();
  try {
    return JSON.parse(text) as Result;
  } catch {
    throw new ApiError({ detail: OTHER_VERSION });
  }
}

/** Why something cannot be shown that is not what a page expects. */
export const OTHER_VERSION =
  "What the console has sent is not what this page expects. Load the page again: it may be of another version.";

/** Sends a request with the key of the session. */
export async function send(path: string, init: RequestInit): Promise<Response> {
  const headers = { ...init.headers, "x-rainhooks-key": localStorage.getItem(KEY) ?? "" };
  const response = await fetch(path, { ...init, headers }).catch((error: unknown) => {
    if (init.signal?.aborted === true) throw error;
    const message = navigator.onLine === false ? OFFLINE : CONSOLE_GONE;
    setConnection("console-gone", message);
    throw new ApiError({ code: "console-gone", detail: message });
  });
  setClock(response.headers.get("date"));
  if (response.ok) {
    if (connection.value.kind !== "ok") connection.value = { kind: "ok" };
    return response;
  }
  const detail = `The console responded with ${response.status}.`;
  const problem = (await response.json().catch(() => ({}))) as Problem;
  const error = new ApiError({ detail, ...problem });
  if (error.code === "not-let-in") setConnection(error.code, error.message);
  if (error.code === "stage-unavailable") setConnection("stage-gone", error.message);
  throw error;
}

/** Why a request was refused, as the console says it. */
interface Problem {
  readonly code?: string;
  readonly detail?: string;
  readonly mistakes?: readonly Mistake[];
  readonly hint?: Hint;
  readonly plan?: string;
  readonly text?: string;
}

/** How the page calls the fields of requests. */
const INPUTS: Readonly<Record<string, string>> = { fromMs: "from", toMs: "to" };

const CONSOLE_GONE =
  "The console does not respond. If it was stopped, start it again: npm start, or rainhooks console.";
const OFFLINE = "This browser has no network.";

function setConnection(kind: Exclude<PageConnection["kind"], "ok">, message: string): void {
  const last = connection.value;
  if (last.kind !== kind || last.message !== message) connection.value = { kind, message };
}

/** Returns a path with parameters, without the empty ones. */
export function hrefOf(path: string, params: Texts): string {
  const given = Object.entries(params).flatMap(([name, value]): [string, string][] =>
    value === undefined || value === "" ? [] : [[name, String(value)]],
  );
  return given.length === 0 ? path : `${path}?${new URLSearchParams(given)}`;
}

/** The stage that the page shows; `undefined` until it is known. */
export const stage = new Signal<StageResponse | undefined>(undefined);

/**
 * Reads the facts of the stage that the page needs. After a restart, the stage can be another one.
 */
export async function readStage(): Promise<void> {
  const found = await get<StageResponse>("/console/stage");
  if (JSON.stringify(found) !== JSON.stringify(stage.value)) stage.value = found;
}

/** Returns a command as one types it for this stage. */
export function commandOf(words: string, to: StageResponse | undefined = stage.value): string {
  return `${to?.program ?? "rainhooks"} ${words}${to?.options ?? ""}`;
}
