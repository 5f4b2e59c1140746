/**
 * Reads a stream in a process of its own, as a browser does, and sends the delay of each message in milliseconds.
 *
 * The text of a message begins with the time of its sending.
 */
import { WebSocket } from 'ws';

const socket = new WebSocket(process.argv[2]);
socket.on('open', () => process.send({ open: true }));
socket.on('message', (data) => {
  const delayMs = performance.timeOrigin + performance.now() - Number.parseFloat(String(data));
  process.send({ delayMs });
});
