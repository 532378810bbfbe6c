import type { Socket } from "node:net";

/** Maximum bytes of a packet: larger ones end the connection. RainMaker's nodes send a few kilobytes. */
export const MAX_PACKET_BYTES = 256 * 1024;

/** Maximum bytes of a packet length. Source: MQTT 3.1.1, section 2.2.3, "Remaining Length". */
const MAX_LENGTH_BYTES = 4;
const MORE = 0x80;

/** Ends a connection when the header of a packet announces too many bytes, before the packet is buffered. */
export function boundPackets(socket: Socket, onTooLarge: () => void): void {
  /** Remaining bytes of the current packet; `undefined` while its header is read. */
  let remaining: number | undefined;
  let header: number[] = [];
  const take = (byte: number): void => {
    header.push(byte);
    const length = header.slice(1);
    if (length.length === 0 || ((length.at(-1) ?? 0) & MORE && length.length < MAX_LENGTH_BYTES)) return;
    remaining = length.reduce((sum, one, index) => sum + (one & ~MORE) * 2 ** (7 * index), 0);
    header = [];
  };
  socket.on("data", (chunk: Buffer) => {
    for (let at = 0; at < chunk.length; ) {
      if (remaining === undefined) {
        take(chunk[at] ?? 0);
        at += 1;
      } else {
        const skipped = Math.min(remaining, chunk.length - at);
        at += skipped;
        remaining -= skipped;
      }
      if ((remaining ?? 0) > MAX_PACKET_BYTES) {
        onTooLarge();
        socket.destroy();
        return;
      }
      if (remaining === 0) remaining = undefined;
    }
  });
}
