import { RainhooksError } from "@rainhooks/core";

/**
 * Checks that a time range ends after it begins.
 *
 * @param to The end as the caller gave it; `undefined` if `toMs` is the default.
 * @throws {RainhooksError} `input-invalid` if it does not.
 */
export function requireOrder(fromMs: number, toMs: number, to: number | undefined): void {
  if (fromMs < toMs) return;
  const hint = to === undefined ? ", which is now by default" : "";
  throw new RainhooksError("input-invalid", `from must lie before to${hint}.`, { permanent: true });
}
