import { describe, expect, it } from "@jest/globals";
import { eventually } from "@rainhooks/testing/eventually";
import { runCommand } from "./cli/testing/run-command.ts";
import { useStart } from "./use-start.ts";

const isOnlineSensor = ({
  state,
  config,
}: {
  readonly state: string;
  readonly config: { readonly type: string };
}) => state === "online" && config.type === "Temperature Sensor";

/** The rules by which alarms were raised. One after the other is evaluated. */
const rulesOf = ({ alarms }: { readonly alarms: readonly { readonly rule: string }[] }) => [
  ...new Set(alarms.map(({ rule }) => rule)),
];

describe("the first npm start", () => {
  const { start, folderOf } = useStart();

  it("the first npm start shows two days of a fleet with all that a stage finds in it, and then an event every few seconds", async () => {
    const dataDir = folderOf("first");
    const json = async (...args: string[]) =>
      JSON.parse((await runCommand([...args, "--json", "--data", dataDir])).out);
    let seenAll: Promise<void> | undefined;
    const look = async () => {
      const { alarms } = await eventually(
        () => json("alarms", "ls", "--state", "all"),
        (list) => list.alarms.length > 5 && rulesOf(list).length > 2,
      );
      expect(rulesOf({ alarms }).toSorted()).toEqual(["offline-30m", "site-down", "too-hot"]);
      // All of the past was there when alarms were evaluated: nothing was taken back.
      expect(
        alarms.filter(({ retractedMs }: { readonly retractedMs?: number }) => retractedMs),
      ).toEqual([]);
      expect(alarms).toContainEqual(
        expect.objectContaining({ rule: "site-down", nodeId: "tag:site:goa" }),
      );
      expect((await json("alarms", "ls")).alarms).toContainEqual(
        expect.objectContaining({ rule: "offline-30m", nodeName: "Light 10" }),
      );
      const { samples } = await json("fleet", "--from", "2d");
      expect(samples.length).toBeGreaterThan(50);
      const { nodes } = await json("nodes", "--all");
      const known = nodes.filter(
        ({ config }: { readonly config?: object }) => config !== undefined,
      );
      expect(known.length).toBeGreaterThan(35);
      for (const { users, tags } of known) {
        expect(users.length).toBeGreaterThan(0);
        expect(tags).toContainEqual(expect.stringMatching(/^site:/));
      }
      const { series } = await json("series", known.find(isOnlineSensor).nodeId);
      for (const { last } of series) expect(Date.now() - last.atMs).toBeGreaterThan(0);
      expect(await json("replay", "ls")).toMatchObject({
        replays: [{ request: { webhook: "node-status" }, state: "done" }],
      });
      const states = async (destination: string) =>
        (await json("attempts", "--destination", destination)).attempts.map(
          ({ outcome }: { readonly outcome: string }) => outcome,
        );
      // An attempt is in the log soon after its event.
      for (const [destination, outcome] of [
        ["crm", "delivered"],
        ["legacy-erp", "failed"],
      ] as const) {
        const seen = await eventually(
          () => states(destination),
          (outcomes) => outcomes.length > 0,
        );
        expect([destination, ...new Set(seen)]).toEqual([destination, outcome]);
      }
      const lastOf = async () => (await json("events", "--last", "1")).sentAtMs;
      const before = await lastOf();
      await eventually(lastOf, (atMs) => atMs > before);
      expect((await runCommand(["verify", "node-status", "--data", dataDir])).code).toBe(0);
    };
    const { code, out } = await start(["--data", dataDir], (seen, stop) => {
      if (!seen.includes("Ctrl-C ends it.") || seenAll !== undefined) return;
      seenAll = look();
      void seenAll.catch(() => undefined).finally(stop);
    });
    await seenAll;
    expect(out).toContain("Every message is accounted for.");
    expect(out).toMatch(/Simulated 48\.\d hours/);
    expect(code).toBe(0);
    let seenAgain: Promise<void> | undefined;
    const lookAgain = async () => {
      // The receivers are where they were, and all nodes but the one that is gone are online.
      const test = await runCommand(["destinations", "test", "crm", "--data", dataDir]);
      expect(test.out).toMatch(/^delivered 200/);
      await eventually(
        () => json("count"),
        ({ offline }) => offline <= 3,
      );
    };
    const again = await start(["--data", dataDir], (seen, stop) => {
      if (!seen.includes("Ctrl-C ends it.")) return;
      seenAgain ??= lookAgain().finally(stop);
      seenAgain.catch(() => undefined);
    });
    await seenAgain;
    expect(again.out).toContain("its fleet goes on");
    expect(again.code).toBe(0);
  });
});
