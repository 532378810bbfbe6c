import { connection } from "./shared/api.ts";

const TITLES = {
  "not-let-in": "Not let in",
  "console-gone": "The console cannot be reached",
  "stage-gone": "The stage cannot be reached",
} as const;

/** Says that the stage or the console has gone. What is shown below is what was known before. */
export function Banner() {
  const current = connection.value;
  if (current.kind === "ok") return <output hidden />;
  return (
    <output class="banner">
      <strong>{TITLES[current.kind]}.</strong> {current.message}
      {current.kind === "stage-gone" && " This page goes on by itself when it is there again."}
    </output>
  );
}
