/**
 * What came of an attempt:
 *
 * - `delivered`: a 2xx status;
 * - `failed`: another status or no response; it may succeed later;
 * - `gone`: status 410, with which a receiver says that it wants nothing more, or a target that is not there
 *   or may not be used;
 * - `impossible`: no request can be made of this event, or its target takes none.
 */
export type Outcome =
  | { readonly kind: "delivered" }
  | {
      readonly kind: "failed";
      readonly reason: string;
      /** Seconds until a retry can succeed, as the receiver responded. */
      readonly retryAfterS?: number | undefined;
      /** What the receiver refuses of this request: the same one would be refused again. */
      readonly refuses?: "content" | "size" | undefined;
    }
  | { readonly kind: "gone"; readonly reason: string }
  | { readonly kind: "impossible"; readonly reason: string };

/** The kinds of outcomes. */
export type OutcomeKind = Outcome["kind"];
