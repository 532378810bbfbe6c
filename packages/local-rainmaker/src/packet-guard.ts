import type { Socket } from "node:net";

/** Larger packets end their connection: RainMaker's nodes send some kilobytes. */
export const MAX_PACKET_BYTES = 256 * 1024;

/** Most bytes of a length. Source: MQTT 3.1.1, section 2.2.3, "Remaining Length". */
const MAX_LENGTH_BYTES = 4;
const MORE = 0x80;

/** Ends a connection that announces a packet larger than it may be, before it is gathered in memory. */
export function boundPackets(socket: Socket, onTooLarge: () => void): void {
  /** Bytes of the packet's content that are still to come; `undefined` while its header is read. */
  let left: number | undefined;
  let header: number[] = [];
  const take = (byte: number): void => {
    header.push(byte);
    const length = header.slice(1);
    if (length.length === 0 || ((length.at(-1) ?? 0) & MORE && length.length < MAX_LENGTH_BYTES)) return;
    left = length.reduce((sum, one, index) => sum + (one & ~MORE) * 2 ** (7 * index), 0);
    header = [];
  };
  socket.on("data", (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (left === undefined) {
        take(chunk[at] ?? 0);
        at += 1;
      } else {
        const skipped = Math.min(left, chunk.length - at);
        at += skipped;
        left -= skipped;
      }
      if ((left ?? 0) > MAX_PACKET_BYTES) {
        onTooLarge();
        socket.destroy();
        return;
      }
      if (left === 0) left = undefined;
    }
  });
}
