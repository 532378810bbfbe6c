import { printable, shortenText } from "@rainhooks/stage/terminal/printable";

const MAX_LENGTH = 120;

/**
 * Text from a device or a user: on one line, shortened, and without characters that change the direction of
 * what is around it.
 */
export function Text({ of, max = MAX_LENGTH }: { readonly of: string | undefined; readonly max?: number }) {
  if (of === undefined || of === "") return <span class="none">–</span>;
  return <bdi>{safeText(of, max)}</bdi>;
}

/** Makes text of a device safe to show. */
export function safeText(text: string, max = MAX_LENGTH): string {
  return printable(shortenText(text, max));
}
