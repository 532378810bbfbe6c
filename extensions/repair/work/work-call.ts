import { RainhooksError } from "@rainhooks/core/errors";

/** Calls a method of a work that is somewhere else: in another thread, or in a function. */
export type WorkCaller<Work> = <Result>(
  name: keyof Work & string,
  args: readonly unknown[],
) => Promise<Result>;

/** What can be sent of an error. */
export type SentError = Pick<RainhooksError, "code" | "message" | "permanent" | "mistakes" | "hint">;

/** Returns what can be sent of an error. */
export function sentError({ code, message, permanent, mistakes, hint }: RainhooksError): SentError {
  return { code, message, permanent, mistakes, hint };
}

/** Returns an error that was sent. */
export function errorOf({ code, message, ...details }: SentError): RainhooksError {
  return new RainhooksError(code, message, details);
}
