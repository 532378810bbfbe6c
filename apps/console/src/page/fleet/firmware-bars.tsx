import { setParams } from "@rainhooks/page/address";
import { firmware, readFirmware } from "@rainhooks/page/fleet-facts";
import { useLive } from "@rainhooks/page/live";
import { commandOf } from "@rainhooks/page/stage";
import { Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";

const EVERY_MS = 60_000;
const SHOWN = 4;

/** How many nodes have which firmware; a click shows only those. */
export function FirmwareBars() {
  useLive(readFirmware, () => EVERY_MS, []);
  const known = firmware.value;
  return (
    <section class="card bars" aria-labelledby="firmware-bars">
      <h2 id="firmware-bars">Firmware</h2>
      {known === undefined && <div class="skeleton" />}
      {known === null && (
        <p class="note">
          The stage has counted no firmware in the last seven days. Deploy its function fleet-samples, or run{" "}
          <code>{commandOf("firmware --now")}</code>.
        </p>
      )}
      {known != null && (
        <>
          <Bars of={known} />
          <p class="note" title="Up to 10,000 nodes are counted every minute, more by the stage once an hour">
            {known.all.toLocaleString("en")} nodes, counted {timeText(known.countedAtMs)}
          </p>
        </>
      )}
    </section>
  );
}

function Bars({ of: { firmwares, others, unknown, all } }: { of: NonNullable<typeof firmware.value> }) {
  const rest = firmwares.slice(SHOWN).reduce((sum, { nodes }) => sum + nodes, others);
  return (
    <ul>
      {firmwares.slice(0, SHOWN).map(({ firmware: version, nodes }) => (
        <li key={version}>
          <button type="button" class="plain" onClick={() => setParams({ firmware: version })}>
            <Text of={version} max={24} />
          </button>
          <Bar of={nodes} all={all} />
        </li>
      ))}
      {rest > 0 && (
        <li>
          <span>others</span>
          <Bar of={rest} all={all} />
        </li>
      )}
      {unknown > 0 && (
        <li>
          <span>not reported</span>
          <Bar of={unknown} all={all} />
        </li>
      )}
    </ul>
  );
}

function Bar({ of, all }: { readonly of: number; readonly all: number }) {
  return (
    <>
      <span class="bar">
        <span style={{ width: `${(of / Math.max(1, all)) * 100}%` }} />
      </span>
      <span class="number">{of.toLocaleString("en")}</span>
    </>
  );
}
