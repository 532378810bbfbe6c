import type { AppendOptions, AppendToOutbox } from "./append.ts";

/**
 * Makes {@link appendToOutbox}, whose code is loaded with the first event: most stages have no destination
 * that needs it.
 */
export function appendOnUse(options: AppendOptions): AppendToOutbox {
  let loading: Promise<AppendToOutbox> | undefined;
  return async (events) => {
    loading ??= import("./append.ts").then(({ appendToOutbox }) => appendToOutbox(options));
    return (await loading)(events);
  };
}
