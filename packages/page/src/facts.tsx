import type { ComponentChildren } from "preact";

/** The name of a fact, and the fact; false if there is none. */
export type NamedFact = readonly [name: string, content: ComponentChildren];

/** What is known of something, as a list. */
export function FactList({ facts }: { readonly facts: readonly NamedFact[] }) {
  return (
    <dl class="facts">
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
