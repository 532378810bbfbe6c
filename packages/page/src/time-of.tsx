import { durationText, isoTime, nowMs, timeText } from "./time.ts";

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
