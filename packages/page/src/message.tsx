import type { ComponentChildren } from "preact";
import { ApiError } from "./api.ts";
import type { Reading } from "./live.ts";
import { commandOf } from "./stage.ts";
import { inZone } from "./time.ts";

/** Says that something failed, and what to do. */
export function Failure({ of }: { readonly of: unknown }) {
  const hint = of instanceof ApiError ? of.hint : undefined;
  return (
    <p class="failure" role="alert">
      {inZone(of instanceof Error ? of.message : String(of))}
      {hint !== undefined && (
        <>
          {" "}
          {hint.to}: <code>{commandOf(hint.command)}</code>
        </>
      )}
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

/** Stands where something is read: lines until it is there, or why it cannot be read. */
export function Pending({ of, lines }: { readonly of: Reading<unknown>; readonly lines: number }) {
  if (of.failure !== undefined) return <Failure of={of.failure} />;
  return of.found === undefined ? <Skeleton lines={lines} /> : null;
}
