import { messageOf } from "@rainhooks/core/errors";
import { type Emulators, startEmulators } from "../emulators/embedded.ts";
import { checkSizes } from "./data-sizes.ts";

/** Which services a stage uses. */
export interface ServiceOptions {
  readonly dataDir: string;
  readonly port: number;
  /** Endpoint of another emulator; without it, the embedded services are started. */
  readonly endpoint: string | undefined;
  /** Embedded services that run already, such as in another process; they are not stopped with the stage. */
  readonly services?: Pick<Emulators, "endpoint" | "flush">;
  /** Called for problems while the stage runs. */
  readonly onProblem: (text: string) => void;
}

/** Starts the services of a stage, unless it uses others. */
export async function startServices({
  dataDir,
  port,
  endpoint,
  services,
  onProblem,
}: ServiceOptions): Promise<Emulators> {
  if (services !== undefined) return { ...services, stop: () => Promise.resolve() };
  if (endpoint !== undefined) {
    return { endpoint, flush: () => Promise.resolve(), stop: () => Promise.resolve() };
  }
  const onError = (error: unknown) => onProblem(messageOf(error));
  await checkSizes(dataDir);
  return startEmulators({ dataDir, port, nowMs: Date.now, onError });
}
