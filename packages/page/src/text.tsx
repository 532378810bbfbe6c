import { printable, shortenText } from "@rainhooks/stage/terminal/printable";
import { hrefTo } from "./address.ts";
import { durationText, isoTime, nowMs, timeText } from "./time.ts";

const MAX_LENGTH = 120;

/**
 * Text from a device or a user: on one line, shortened, and without characters that change the
 * direction of what is around it.
 */
export function Text({
  of,
  max = MAX_LENGTH,
}: {
  readonly of: string | undefined;
  readonly max?: number;
}) {
  if (of === undefined || of.trim() === "") return <span class="none">–</span>;
  return <bdi>{safeText(of, max)}</bdi>;
}

/** Makes text of a device safe to show. */
export function safeText(text: string, max = MAX_LENGTH): string {
  return printable(shortenText(text, max));
}

interface IdLinkProps {
  /** The beginning of its address, such as `nodes`. */
  readonly page: string;
  readonly id: string;
  /** What it says. @defaultValue the id */
  readonly text?: string | undefined;
  readonly params?: Readonly<Record<string, string>>;
}

/** A link to the page about one thing. */
export function IdLink({ page, id, text = id, params }: IdLinkProps) {
  return (
    <a href={hrefTo(page, id, params)}>
      <Text of={text} max={80} />
    </a>
  );
}

/** A part of 1, as a bar. */
export function RatioBar({ of }: { readonly of: number }) {
  return <progress value={of} aria-hidden="true" />;
}

/** A time, also for programs that read the page. */
export function At({ ms }: { readonly ms: number | undefined }) {
  return <time dateTime={isoTime(ms)}>{timeText(ms)}</time>;
}

/** How long it is since a time; the time itself is shown on demand. */
export function Since({ ms }: { readonly ms: number }) {
  return (
    <time dateTime={isoTime(ms)} title={timeText(ms)}>
      {durationText(nowMs.value - ms)}
    </time>
  );
}

/** A time as how long ago it was. */
export function Ago({ ms }: { readonly ms: number | undefined }) {
  if (ms === undefined) return <span class="none">–</span>;
  return (
    <>
      <Since ms={ms} /> ago
    </>
  );
}

const MAX_LINE = 2000;

/**
 * Text of several lines, such as JSON or what a command has printed; safe to show, and scrolled
 * with the keyboard, too.
 */
export function Output({ of, title }: { readonly of: string; readonly title?: string }) {
  const text = (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls must be reachable with the keyboard.
    <pre tabIndex={0} dir="ltr">
      {of.split("\n").map((line, index) => `${index > 0 ? "\n" : ""}${safeText(line, MAX_LINE)}`)}
    </pre>
  );
  if (title === undefined) return text;
  return (
    <figure>
      <figcaption>{title}</figcaption>
      {text}
    </figure>
  );
}
