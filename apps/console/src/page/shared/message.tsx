import type { ComponentChildren } from "preact";

/** Says that something failed, and what to do. */
export function Failure({ of }: { readonly of: unknown }) {
  return (
    <p class="failure" role="alert">
      {of instanceof Error ? of.message : String(of)}
    </p>
  );
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
