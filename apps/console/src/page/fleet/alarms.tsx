import type { AnswerOf, listAlarmsQuestion } from "@rainhooks/query";
import { get } from "../shared/api.ts";
import { useReading } from "../shared/live.ts";
import { Text } from "../shared/text.tsx";
import { Since } from "../shared/time-of.tsx";

const EVERY_MS = 10_000;
const SHOWN = 10;

/** The alarms that need attention; nothing if there are none, or if nothing watches the stage. */
export function Alarms() {
  const { found } = useReading<AnswerOf<typeof listAlarmsQuestion>>(
    (signal) => get("/v1/alarms", { limit: SHOWN }, signal),
    () => EVERY_MS,
    [],
  );
  if (found === undefined || found.alarms.length === 0) return null;
  return (
    <section class="card" aria-labelledby="alarms">
      <h2 id="alarms">Alarms</h2>
      <ul>
        {found.alarms.map(({ alarmId, severity, rule, nodeId, series, state, startMs }) => (
          <li key={alarmId}>
            <b class="bad">{severity}</b> <Text of={rule} max={50} /> of{" "}
            <a href={`/nodes/${encodeURIComponent(nodeId)}`}>
              <Text of={nodeId} max={60} />
            </a>{" "}
            {series !== undefined && <Text of={series} max={60} />} {state} <Since ms={startMs} />
          </li>
        ))}
      </ul>
      {found.more && (
        <p class="note">
          There are more: <code>rainhooks alarms</code>
        </p>
      )}
    </section>
  );
}
