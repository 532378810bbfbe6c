import { safeText } from "./text.tsx";

const MAX_LINE = 2000;

/**
 * Text of several lines, such as JSON or what a command has printed; safe to show, and scrolled with the
 * keyboard, too.
 */
export function Output({ of }: { readonly of: string }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
    <pre tabIndex={0} dir="ltr">
      {of.split("\n").map((line, index) => `${index > 0 ? "\n" : ""}${safeText(line, MAX_LINE)}`)}
    </pre>
  );
}
