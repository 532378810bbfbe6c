import { startEmbeddedServices, startQuickServices } from "../processes/services.ts";
import { type Comparison, compareJob, createTables } from "./compare.ts";
import { type CompareSize, DISTINCT, type Jobs, makeJobs } from "./job-list.ts";
import { bundleRivals } from "./jobs/bundle-rival.ts";

/**
 * Runs our functions and their rivals in turn on the same events: with the embedded services, where wrong answers stop it, and with services that do
 * nothing.
 */
export async function measureRivals(size: CompareSize): Promise<readonly Comparison[]> {
  const bundles = await bundleRivals();
  try {
    const jobs = await makeJobs(bundles, size);
    return [...(await compareKept(jobs)), ...(await compareQuick(jobs))];
  } finally {
    await bundles.remove();
  }
}

async function compareKept({ archive, nodeStatus, timeSeries }: Jobs): Promise<readonly Comparison[]> {
  const services = await startEmbeddedServices();
  const setting = { services, name: "embedded", keeps: true };
  try {
    for (const job of [nodeStatus, timeSeries]) await createTables(job, services);
    return [
      ...(await compareJob(archive, setting)),
      ...(await compareJob(nodeStatus, setting)),
      ...(await compareJob(timeSeries, setting)),
    ];
  } finally {
    await services.stop();
  }
}

async function compareQuick({ archive, nodeStatus, timeSeries }: Jobs): Promise<readonly Comparison[]> {
  const services = await startQuickServices();
  const setting = { services, name: "5 ms", keeps: false };
  // Services that keep nothing know no node, so the events of a fleet would not find their rows.
  const distinct = nodeStatus.series.filter(({ name }) => name === DISTINCT);
  try {
    return [
      ...(await compareJob({ ...nodeStatus, series: distinct }, setting)),
      ...(await compareJob(timeSeries, setting)),
      // Its rival waits 5 ms for each event.
      ...(await compareJob({ ...archive, series: archive.series.slice(0, 1) }, setting)),
    ];
  } finally {
    await services.stop();
  }
}
