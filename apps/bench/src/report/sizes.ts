import type { ConsoleSize } from "../console/console.ts";
import type { ReplaySize } from "../replay/replay.ts";
import type { CompareSize } from "../rivals/job-list.ts";
import type { ScenarioSize } from "../rivals/money/scenarios.ts";
import type { VerifySize } from "../verify/verify.ts";

/** How much a report measures. */
export interface ReportSize {
  readonly compare: CompareSize;
  readonly scenarios: ScenarioSize;
  readonly decodeRounds: number;
  /** New processes that load each bundle. */
  readonly processes: number;
  readonly replay: ReplaySize;
  readonly verify: VerifySize;
  readonly rebuild: VerifySize;
  readonly httpRounds: number;
  readonly console: ConsoleSize;
}

/** The size of docs/performance.md: about 20 minutes on two processors. */
export const FULL: ReportSize = {
  compare: {
    rounds: 3,
    batches: [
      [100, 8],
      [1000, 3],
    ],
    fleetNodes: 1500,
  },
  scenarios: { nodes: 200, hours: 6, eventsPerNode: 25, changes: 30 },
  decodeRounds: 200,
  processes: 25,
  replay: { deliveries: 100_000, responseMs: 5, scripted: 1000 },
  verify: { nodes: 10_000, deliveries: 100_000 },
  rebuild: { nodes: 1000, deliveries: 20_000 },
  httpRounds: 7,
  console: { nodes: 20_000, minutes: 0.5 },
};

/** To try the report: two or three minutes. Its figures say little. */
export const QUICK: ReportSize = {
  compare: { rounds: 1, batches: [[100, 2]], fleetNodes: 200 },
  scenarios: { nodes: 100, hours: 2, eventsPerNode: 20, changes: 4 },
  decodeRounds: 40,
  processes: 5,
  replay: { deliveries: 25_000, responseMs: 5, scripted: 200 },
  verify: { nodes: 500, deliveries: 10_000 },
  rebuild: { nodes: 200, deliveries: 4000 },
  httpRounds: 4,
  console: { nodes: 2000, minutes: 0.1 },
};
