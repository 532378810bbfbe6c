import type { ComponentChildren } from "preact";
import { useEffect } from "preact/hooks";
import { hrefHere } from "./address.ts";
import { ApiError, commandOf, OTHER_VERSION } from "./api.ts";
import type { Reading } from "./live.ts";
import { safeText, Text } from "./text.tsx";
import { inZone } from "./time.ts";

interface HeadProps {
  /** What the page is about: also the title of the browser's tab. */
  readonly title: string;
  /** The section that it belongs to: its path and its title. */
  readonly within?: readonly [path: string, title: string];
  /** What can be done, at the right: at most one primary button. */
  readonly children?: ComponentChildren;
}

/** The title of a page, with what can be done on it. */
export function PageTitle({ title, within, children }: HeadProps) {
  useTitle(title);
  return (
    <div class="page-head">
      <div>
        {within !== undefined && <a href={hrefHere(within[0])}>{within[1]}</a>}
        <h1>
          <Text of={title} max={80} />
        </h1>
      </div>
      {children}
    </div>
  );
}

/** Sets the title of the browser's tab. */
export function useTitle(title: string): void {
  const safe = safeText(title, 80);
  useEffect(() => {
    document.title = `${safe} · Rainhooks`;
  }, [safe]);
}

interface CardProps {
  readonly title: string;
  readonly id?: string;
  /** What is said beside the title. */
  readonly note?: ComponentChildren;
  readonly children: ComponentChildren;
}

/** A part of a page that has a title. */
export function Card({ title, id, note, children }: CardProps) {
  return (
    <section class="card" id={id} aria-label={title}>
      <h2>
        {title} <span class="note">{note}</span>
      </h2>
      {children}
    </section>
  );
}

interface AwaitProps<Result> {
  readonly of: Reading<Result>;
  /** How many lines stand in its place until it is there. */
  readonly lines: number;
  readonly children?: (result: Result) => ComponentChildren;
}

/** Shows what was read as soon as it is there, and why it cannot be read. */
export function Await<Result>({ of: { result, failure }, lines, children }: AwaitProps<Result>) {
  return (
    <>
      {failure !== undefined && <Failure of={failure} />}
      {result === undefined && failure === undefined && <Skeleton lines={lines} />}
      {result !== undefined && children?.(result)}
    </>
  );
}

/** Says that something failed, and what to do. */
export function Failure({ of }: { readonly of: unknown }) {
  const hint = of instanceof ApiError ? of.hint : undefined;
  return (
    <p class="failure" role="alert">
      {inZone(failureText(of))}
      {hint !== undefined && (
        <>
          {" "}
          {hint.to}: <code>{commandOf(hint.command)}</code>
        </>
      )}
    </p>
  );
}

/** Says why something has failed. What is no error of the stage is a response of another shape. */
export function failureText(of: unknown): string {
  if (of instanceof TypeError || of instanceof RangeError)
    return `${OTHER_VERSION} (${of.message})`;
  return of instanceof Error ? of.message : String(of);
}

/** Says why there is nothing to see, and what to do. */
export function Empty({ children }: { readonly children: ComponentChildren }) {
  return <p class="empty">{children}</p>;
}

/** Lines in the place of what is being read. */
export function Skeleton({ lines }: { readonly lines: number }) {
  return (
    <div class="skeleton" aria-busy="true">
      {Array.from({ length: lines }, (_, index) => (
        <span key={index} />
      ))}
    </div>
  );
}

/** The name of a fact, and the fact; false if there is none. */
export type NamedFact = readonly [name: string, content: ComponentChildren];

/** What is known of something, as a list. */
export function FactList({
  facts,
  kind = "facts",
}: {
  facts: readonly NamedFact[];
  kind?: "facts" | "rows";
}) {
  return (
    <dl class={kind}>
      {facts.map(
        ([name, content]) =>
          content !== false && (
            <div key={name}>
              <dt>{name}</dt>
              <dd>{content}</dd>
            </div>
          ),
      )}
    </dl>
  );
}

/** Values that a field proposes, which names this list by its id. */
export function Proposals({ id, of }: { readonly id: string; readonly of: readonly string[] }) {
  return (
    <datalist id={id}>
      {of.map((value) => (
        <option key={value} value={value} />
      ))}
    </datalist>
  );
}

/** A value that can be chosen, or a value with its title. */
export type Choice = string | readonly [value: string, title: string];

interface SelectProps {
  /** What is chosen, for those who do not see what stands beside it. */
  readonly name?: string;
  readonly value: string;
  readonly of: readonly Choice[];
  readonly onChange: (value: string) => void;
  /** Attributes of a field of a form. */
  readonly attributes?: object;
}

/** A choice of one of several values. */
export function Select({ name, value, of, onChange, attributes }: SelectProps) {
  return (
    <select
      {...(name === undefined ? {} : { "aria-label": name })}
      {...attributes}
      value={value}
      onChange={({ currentTarget }) => onChange(currentTarget.value)}
    >
      {of.map((one) => {
        const [chosen, title] = typeof one === "string" ? [one, one] : one;
        return (
          <option key={chosen} value={chosen}>
            {title}
          </option>
        );
      })}
    </select>
  );
}
