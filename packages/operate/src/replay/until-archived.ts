/** Options of {@link untilArchived}. */
export interface ArchiveWait {
  /** Returns what is waited for; `undefined` if all is archived. */
  readonly whatWaits: () => Promise<string | undefined>;
  /** Waits until the next look. */
  readonly wait: () => Promise<void>;
  /** Called when something else is waited for than before, also at first. What it throws ends the wait. */
  readonly onWait?: ((what: string) => void) | undefined;
}

/** Waits until deliveries are archived. */
export async function untilArchived({ whatWaits, wait, onWait }: ArchiveWait): Promise<void> {
  let said: string | undefined;
  for (;;) {
    const waits = await whatWaits();
    if (waits === undefined) return;
    // The time that is left, and how many wait, change with each look.
    const what = waits.replace(/(?<!\d)\d+ (h|min|s)\b.*/, "").replaceAll(/\d+/g, "");
    if (what !== said) onWait?.(waits);
    said = what;
    await wait();
  }
}
