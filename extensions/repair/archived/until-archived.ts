import type { Wait } from "@rainhooks/stage/operate/progress";

/** Options of {@link untilArchived}. */
export interface ArchiveWait {
  /** Returns what is waited for; `undefined` if all is archived. */
  readonly whatWaits: () => Promise<Wait | undefined>;
  /** Waits until the next look. */
  readonly wait: () => Promise<void>;
  /** Called when something else is waited for than before, also at first. What it throws ends the wait. */
  readonly onWait?: ((wait: Wait) => void) | undefined;
}

/** Waits until deliveries are archived. */
export async function untilArchived({ whatWaits, wait, onWait }: ArchiveWait): Promise<void> {
  let said: Wait["for"] | undefined;
  for (;;) {
    const waits = await whatWaits();
    if (waits === undefined) return;
    if (waits.for !== said) onWait?.(waits);
    said = waits.for;
    await wait();
  }
}
