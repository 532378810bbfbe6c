import type { ErrorCode } from "@rainhooks/core/errors";
import type { ContentfulStatusCode } from "hono/utils/http-status";

/** Media type of a problem. */
export const PROBLEM_JSON = "application/problem+json";

const TITLES = {
  400: "Bad Request",
  404: "Not Found",
  405: "Method Not Allowed",
  413: "Content Too Large",
  500: "Internal Server Error",
  503: "Service Unavailable",
} as const satisfies Partial<Record<ContentfulStatusCode, string>>;

/** HTTP statuses of problems. */
export type ProblemStatus = keyof typeof TITLES;

/** Builds an error in the format of RFC 9457, with the stable code of Rainhooks. */
export function problem(status: ProblemStatus, code: string, detail: string) {
  return { type: "about:blank", title: TITLES[status], status, detail, code };
}

/** Returns the HTTP status of an error code. */
export function statusOf(code: ErrorCode): ProblemStatus {
  if (code === "input-invalid") return 400;
  if (code === "not-found") return 404;
  return code === "unexpected" ? 500 : 503;
}
