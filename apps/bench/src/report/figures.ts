import { type BundleFigures, measureBundles } from "../bundles.ts";
import { type ConsoleFigures, measureConsole } from "../console/console.ts";
import { type DecodeTimes, measureDecode } from "../decode.ts";
import type { FunctionCost } from "../forward/cost.ts";
import { measureForward } from "../forward/handlers.ts";
import { type HttpRate, measureHttpSink } from "../http-sink/http-sink.ts";
import { measureRebuild, type RebuildTime } from "../rebuild/rebuild.ts";
import { measureReplay, type ReplayFigures } from "../replay/replay.ts";
import { type HandlerFigures, measureRivals } from "../rivals/rivals.ts";
import { measureVerify, type VerifyTime } from "../verify/verify.ts";
import { type Installed, measureInstalled } from "./installed.ts";
import type { ReportSize } from "./sizes.ts";
import { measureTests, type TestRun } from "./test-run.ts";

/** Everything that a report says, measured in one run. */
export interface Figures {
  readonly decode: DecodeTimes;
  readonly bundles: readonly BundleFigures[];
  readonly handlers: HandlerFigures;
  readonly replay: ReplayFigures;
  readonly verify: readonly VerifyTime[];
  readonly rebuild: readonly RebuildTime[];
  readonly forward: readonly FunctionCost[];
  readonly http: readonly HttpRate[];
  /** The reason if there is no Chromium. */
  readonly console: ConsoleFigures | string;
  readonly installed: Installed;
  readonly tests: TestRun | undefined;
  readonly minutes: number;
}

/** Options of {@link measureAll}. */
export interface MeasureOptions {
  readonly size: ReportSize;
  /** Whether to run all unit tests, too. */
  readonly tests: boolean;
  readonly onProgress: (what: string) => void;
}

/** Measures everything, one part after the other. */
export async function measureAll({ size, tests, onProgress }: MeasureOptions): Promise<Figures> {
  const startedMs = performance.now();
  const part = async <Result>(what: string, work: () => Promise<Result>): Promise<Result> => {
    onProgress(what);
    return work();
  };
  const decode = await part("decoding", () => measureDecode(size.decodeRounds));
  const bundles = await part("bundles", () => measureBundles(size.processes));
  const handlers = await measureRivals(size.compare, size.scenarios, onProgress);
  const replay = await part("replay", () => measureReplay(size.replay));
  const verify = await part("verify", () => measureVerify(size.verify));
  const rebuild = await part("rebuild", () => measureRebuild(size.rebuild));
  const forward = await part("forward", () => measureForward());
  const http = await part("HTTP", () => measureHttpSink(size.httpRounds));
  const shown = await part("console", () => measureConsole(size.console));
  const installed = await part("what is installed", measureInstalled);
  const tested = tests ? await part("all tests", measureTests) : undefined;
  const minutes = (performance.now() - startedMs) / 60_000;
  return {
    ...{ decode, bundles, handlers, replay, verify, rebuild, forward, http },
    ...{ console: shown, installed, tests: tested, minutes },
  };
}
