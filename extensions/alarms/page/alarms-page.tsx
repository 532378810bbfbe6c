import { address, setParams, setTyped } from "@rainhooks/page/address";
import { Empty, Failure, Skeleton } from "@rainhooks/page/message.jsx";
import { Select } from "@rainhooks/page/select.jsx";
import { commandOf } from "@rainhooks/page/stage";
import { safeText } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";
import { useEffect, useState } from "preact/hooks";
import { AlarmActions, AlarmList } from "./alarm-list.tsx";
import { type AlarmOfPage, filterAlarms, groupAlarms, SEVERITIES } from "./alarm-order.ts";
import { useAlarms } from "./alarms.ts";
import { RuleEditor } from "./rule-editor.tsx";
import { Rules } from "./rules.tsx";

const SHOWN = 1000;

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
  const state = address.value.params["state"] === "all" ? "all" : "";
  const { found, failure, again } = useAlarms({ state, limit: SHOWN });
  const [said, setSaid] = useState("");
  const onDone = (text: string) => {
    setSaid(text);
    again();
  };
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
          Alarms wait since {timeText(found.waitingSinceMs)}: {found.waitsFor}.
        </p>
      )}
      <p class="note" role="status">
        {said}
      </p>
      {failure !== undefined && <Failure of={failure} />}
      {found === undefined && failure === undefined && <Skeleton lines={2} />}
      {found?.alarms.length === 0 && (
        <Empty>
          {state === "" ? "Nothing needs attention." : "No rule has found an alarm in this time."}
        </Empty>
      )}
      {found !== undefined && found.alarms.length > 0 && (
        <Filtered of={found.alarms} areOpen={state === ""} onDone={onDone} />
      )}
      {found?.more === true && (
        <p class="note">
          There are more than {SHOWN.toLocaleString("en")}:{" "}
          <code>{commandOf("alarms ls --rule <rule>")}</code>
        </p>
      )}
    </section>
  );
}

interface FilteredProps {
  readonly of: readonly AlarmOfPage[];
  readonly areOpen: boolean;
  readonly onDone: (said: string) => void;
}

/**
 * The alarms that pass the filter of the address, in groups: what can be done at once is about a whole group.
 */
function Filtered({ of, areOpen, onDone }: FilteredProps) {
  const { severity, rule, match } = address.value.params;
  const groups = groupAlarms(filterAlarms(of, { severity, rule, match }));
  return (
    <>
      <div class="range">
        <Choice name="severity" of={SEVERITIES} />
        <Choice name="rule" of={[...new Set(of.map((one) => one.rule))].toSorted()} />
        <label>
          node{" "}
          <input
            type="search"
            value={match ?? ""}
            onInput={({ currentTarget }) => setTyped({ match: currentTarget.value })}
          />
        </label>
      </div>
      {groups.length === 0 && <Empty>No alarm passes the filter.</Empty>}
      {groups.map(({ title, alarms }) => (
        <section key={title} class="reason" aria-label={title}>
          <h3>
            {title}: {alarms.length.toLocaleString("en")}
          </h3>
          {alarms.length > 1 && (areOpen || title !== "Ended") && (
            <AlarmActions of={alarms} about={`these ${alarms.length} alarms`} onDone={onDone} />
          )}
          <AlarmList of={alarms} areOpen={areOpen} onDone={onDone} />
        </section>
      ))}
    </>
  );
}

/** A choice that the address keeps. */
function Choice({ name, of }: { readonly name: "severity" | "rule"; readonly of: readonly string[] }) {
  return (
    <label>
      {name}{" "}
      <Select
        value={address.value.params[name] ?? ""}
        of={[["", "all"], ...of.map((one) => [one, safeText(one, 50)] as const)]}
        onChange={(value) => setParams({ [name]: value })}
      />
    </label>
  );
}
