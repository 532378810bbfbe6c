import { setParams } from "@rainhooks/page/address";
import { commandOf } from "@rainhooks/page/api";
import { firmware, readFirmware } from "@rainhooks/page/fleet-facts";
import { Await, Card } from "@rainhooks/page/layout.jsx";
import { useLive } from "@rainhooks/page/live";
import { RatioBar, Text } from "@rainhooks/page/text.jsx";
import { timeText } from "@rainhooks/page/time";

const EVERY_MS = 60_000;
const SHOWN = 4;

/** How many nodes have which firmware; a click shows only those. */
export function FirmwareBars() {
  useLive(readFirmware, () => EVERY_MS, []);
  return (
    <Card title="Firmware">
      <Await of={{ result: firmware.value }} lines={5}>
        {(spread) => (spread === null ? <NotCounted /> : <Spread of={spread} />)}
      </Await>
    </Card>
  );
}

function NotCounted() {
  return (
    <p class="note">
      The stage has counted no firmware in the last seven days. Deploy its function fleet-samples,
      or run <code>{commandOf("firmware --now")}</code>.
    </p>
  );
}

function Spread({ of }: { readonly of: NonNullable<typeof firmware.value> }) {
  const rest = of.firmwares.slice(SHOWN).reduce((sum, { nodes }) => sum + nodes, of.others);
  const rows: (readonly [title: string, nodes: number, version?: string])[] = [
    ...of.firmwares.slice(0, SHOWN).map(({ firmware: one, nodes }) => [one, nodes, one] as const),
    ["others", rest],
    ["not reported", of.unknown],
  ];
  return (
    <>
      <ul class="bars">
        {rows
          .filter(([, nodes]) => nodes > 0)
          .map(([title, nodes, version]) => (
            <li key={title}>
              {version === undefined ? (
                <span>{title}</span>
              ) : (
                <button
                  type="button"
                  class="plain"
                  onClick={() => setParams({ firmware: version })}
                >
                  <Text of={version} max={24} />
                </button>
              )}
              <RatioBar of={nodes / Math.max(1, of.all)} />
              <span class="number">{nodes.toLocaleString("en")}</span>
            </li>
          ))}
      </ul>
      <p
        class="note"
        title="Up to 10,000 nodes are counted every minute, more by the stage once an hour"
      >
        {of.all.toLocaleString("en")} nodes, counted {timeText(of.countedAtMs)}
      </p>
    </>
  );
}
