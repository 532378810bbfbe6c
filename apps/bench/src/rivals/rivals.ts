import { startEmbeddedServices, startQuickServices } from "../processes/services.ts";
import { type Comparison, compareJob, createTables, type Job, type Setting } from "./compare.ts";
import { type CompareSize, DISTINCT, makeJobs } from "./job-list.ts";
import { bundleRivals } from "./jobs/bundle-rival.ts";
import { type CountedScenario, countScenario } from "./money/count.ts";
import { makeScenarios, type ScenarioSize } from "./money/scenarios.ts";

/** What was measured of the handlers, and counted of what they are billed for. */
export interface HandlerFigures {
  readonly comparisons: readonly Comparison[];
  readonly scenarios: readonly CountedScenario[];
}

/**
 * Runs our functions and their rivals in turn on the same events: time and processor time with the embedded services, whose answers are
 * compared with what is expected, and with services that do nothing; and counts what both are billed for.
 */
export async function measureRivals(
  size: CompareSize,
  scenarioSize: ScenarioSize,
  onProgress: (what: string) => void,
): Promise<HandlerFigures> {
  const bundles = await bundleRivals([
    ...(["powertools-node-status", "powertools-time-series"] as const),
    ...(["fork-pipeline", "hello-world", "bare-batch-write"] as const),
  ]);
  onProgress("making the events of fleets");
  const { archive, nodeStatus, timeSeries, hello } = await makeJobs(bundles, size);
  const embedded = await startEmbeddedServices();
  const comparisons: Comparison[] = [];
  for (const job of [nodeStatus, timeSeries]) await createTables(job, embedded);
  const compareAll = async <Each>(job: Job<Each>, setting: Setting) => {
    onProgress(`${job.name}, ${setting.name} services`);
    comparisons.push(...(await compareJob(job, setting)));
  };
  const keeping = { services: embedded, name: "embedded", keeps: true };
  await compareAll(archive, keeping);
  await compareAll(nodeStatus, keeping);
  await compareAll(timeSeries, keeping);
  await compareAll(hello, keeping);
  const scenarios: CountedScenario[] = [];
  for (const scenario of await makeScenarios(scenarioSize)) {
    onProgress(`counting ${scenario.name}`);
    scenarios.push(await countScenario(scenario, embedded, bundles));
  }
  await embedded.stop();
  const quick = await startQuickServices();
  const forgetting = { services: quick, name: "5 ms", keeps: false };
  // Services that keep nothing know no node, so the events of a fleet would not find their rows.
  await compareAll(
    { ...nodeStatus, series: nodeStatus.series.filter(({ name }) => name === DISTINCT) },
    forgetting,
  );
  await compareAll(timeSeries, forgetting);
  // Its rival waits 5 ms for each event.
  await compareAll({ ...archive, series: archive.series.slice(0, 1) }, forgetting);
  await quick.stop();
  await bundles.remove();
  return { comparisons, scenarios };
}
