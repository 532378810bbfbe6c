import { PAGES } from "@rainhooks/app-list/pages";
import { durationText } from "@rainhooks/page/time";
import type { FunctionAnswer } from "@rainhooks/stage/routes/answers";
import { useState } from "preact/hooks";
import type { ActivityAnswer } from "../../serve/activity/activity.ts";
import { Activity } from "./activity.tsx";

const LETTERS = PAGES.flatMap(({ deadLetters }) => deadLetters ?? []);

interface Props {
  readonly webhook: FunctionAnswer;
  /** What it did; `undefined` until it is known. */
  readonly activity: ActivityAnswer | undefined;
}

/** A webhook or worker: its waiting messages, its activity, and its dead letters. */
export function WebhookCard({ webhook: { name, waiting, deadLetters, paused }, activity }: Props) {
  const [isOpen, setOpen] = useState(false);
  const own = activity?.webhooks[name];
  return (
    <section class="card" aria-label={name}>
      <h2>
        <span class="webhook-name">{name}</span>{" "}
        <span class="note">
          {paused === true && "paused: "}
          {waiting === undefined ? "no queue" : `${waiting} waiting`}
          {waiting !== undefined &&
            waiting > 0 &&
            own?.oldestS !== undefined &&
            `, the oldest for ${durationText(own.oldestS * 1000)}`}
        </span>{" "}
        <button
          type="button"
          class={deadLetters > 0 ? "danger" : "plain"}
          aria-expanded={isOpen}
          onClick={() => setOpen(!isOpen)}
        >
          {deadLetters} dead letters
        </button>
      </h2>
      {activity !== undefined && own !== undefined && <Activity name={name} of={own} bins={activity} />}
      {isOpen && LETTERS.map((Letters) => <Letters key={Letters.name} webhook={name} />)}
    </section>
  );
}
