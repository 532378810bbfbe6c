import { RainhooksError } from "@rainhooks/core";

/**
 * Refuses a time that ends before it begins.
 *
 * @param to The end that was asked for, if one was.
 * @throws {RainhooksError} `input-invalid`.
 */
export function requireOrder(fromMs: number, toMs: number, to: number | undefined): void {
  if (fromMs < toMs) return;
  const hint = to === undefined ? ", which is now unless it is given" : "";
  throw new RainhooksError("input-invalid", `from must lie before to${hint}.`, { permanent: true });
}
