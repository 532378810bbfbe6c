import { useEffect } from "preact/hooks";
import { AlarmList } from "../shared/alarm-list.tsx";
import { useAlarms } from "../shared/alarms.ts";
import { Empty, Failure, Skeleton } from "../shared/message.tsx";
import { place, setParams } from "../shared/place.ts";
import { commandOf } from "../shared/stage.ts";
import { timeText } from "../shared/time.ts";
import { RuleEditor } from "./rule-editor.tsx";
import { Rules } from "./rules.tsx";

const SHOWN = 100;

/** The alarms of the stage, the rules that find them, and a place to write a rule. */
export function AlarmsPage() {
  useEffect(() => {
    document.title = "Alarms · Rainhooks";
  }, []);
  return (
    <>
      <h1 class="visually-hidden">Alarms</h1>
      <AlarmsCard />
      <Rules />
      <RuleEditor />
    </>
  );
}

const CHOICES = [
  ["", "Open"],
  ["all", "Last 7 days"],
] as const;

function AlarmsCard() {
  const state = place.value.params["state"] === "all" ? "all" : "";
  const { found, failure, again } = useAlarms({ state, limit: SHOWN });
  return (
    <section class="card" aria-labelledby="alarms">
      <h2 id="alarms">
        Alarms{" "}
        {CHOICES.map(([name, title]) => (
          <button
            key={name}
            type="button"
            aria-pressed={state === name}
            onClick={() => setParams({ state: name })}
          >
            {title}
          </button>
        ))}
      </h2>
      {found?.waitingSinceMs !== undefined && (
        <p class="note">
          Alarms are not evaluated since {timeText(found.waitingSinceMs)}: events have not arrived yet.
        </p>
      )}
      {failure !== undefined && <Failure of={failure} />}
      {found === undefined && failure === undefined && <Skeleton lines={2} />}
      {found?.alarms.length === 0 && (
        <Empty>
          {state === "" ? "Nothing needs attention." : "No rule has found an alarm in this time."}
        </Empty>
      )}
      {found !== undefined && <AlarmList of={found.alarms} areOpen={state === ""} onDone={again} />}
      {found?.more === true && (
        <p class="note">
          There are more: <code>{commandOf("alarms ls --limit 1000")}</code>
        </p>
      )}
    </section>
  );
}
