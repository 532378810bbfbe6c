import { act, get } from "@rainhooks/page/api";
import { ConfirmButton } from "@rainhooks/page/confirmed.jsx";
import { useReading } from "@rainhooks/page/live";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import type { AnswerOf } from "@rainhooks/stage/query/question";
import { useState } from "preact/hooks";
import type { listWatchRulesQuestion } from "../questions/watch-rules.ts";
import { ruleText } from "../rule/rule-text.ts";
import { draft, draftOf } from "./draft.ts";
import { Maintenance } from "./maintenance.tsx";

const EVERY_MS = 10_000;

type Found = AnswerOf<typeof listWatchRulesQuestion>;

/** The rules of the stage. */
export function Rules() {
  const [reads, setReads] = useState(0);
  const { found, failure } = useReading<Found>(
    (signal) => get("/v1/watch-rules", {}, signal),
    () => EVERY_MS,
    [reads],
  );
  return (
    <section class="card" aria-labelledby="rules">
      <h2 id="rules">Rules</h2>
      {failure !== undefined && <Failure of={failure} />}
      {found === undefined && failure === undefined && <Skeleton lines={2} />}
      {found?.rules.length === 0 && (
        <Empty>No rules yet, so nothing is an alarm. Choose an example below, and try it on the past.</Empty>
      )}
      <ul class="deliveries">
        {found?.rules.map((rule) => (
          <RuleRow key={rule.name} of={rule} onDone={() => setReads(reads + 1)} />
        ))}
      </ul>
      {found !== undefined && <Maintenance of={found.maintenance} onDone={() => setReads(reads + 1)} />}
    </section>
  );
}

function RuleRow({ of, onDone }: { readonly of: Found["rules"][number]; readonly onDone: () => void }) {
  const { name, version, status, fromMs, rule } = of;
  const doing = (verb: string) => async () => {
    await act(`rule-${verb}`, { name });
    onDone();
  };
  return (
    <li class="alarm">
      <b>{name}</b> <Text of={ruleText(rule)} max={200} />{" "}
      <span class="note">
        version {version}, {status === "starting" ? `holds from ${timeText(fromMs)}` : status}
      </span>{" "}
      <span class="actions">
        <button
          type="button"
          aria-label={`Edit ${name}`}
          onClick={() => {
            draft.value = draftOf(rule as object);
            document.getElementById("editor")?.scrollIntoView();
          }}
        >
          Edit
        </button>{" "}
        {status === "paused" ? (
          <ConfirmButton title="Resume" question={`Let ${name} find alarms again?`} run={doing("resume")} />
        ) : (
          <ConfirmButton
            title="Pause"
            question={`Let ${name} find nothing until it is resumed? Its alarms close.`}
            run={doing("pause")}
          />
        )}
        <ConfirmButton title="Remove" question={`Remove ${name}? Its alarms close.`} run={doing("rm")} />
      </span>
    </li>
  );
}
