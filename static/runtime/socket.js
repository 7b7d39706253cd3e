// The way down over a WebSocket, for networks that hold a stream of events back.
//
// Loaded when a stream says nothing or the app asks for it, so it imports nothing. Events go up by
// POSTs all the same: it is answers that never end that are held back. Knows frames only by name.

/**
 * @param {string} url
 * @param {(event: string, frame: any, socket: WebSocket) => void} take each frame; one without data is a heartbeat
 * @param {AbortSignal} signal
 * @returns {Promise<void>} resolves when the WebSocket is closed, by whichever side
 */
export function readSocket(url, take, signal) {
  return new Promise((resolve) => {
    const socket = new WebSocket(new URL(url, location.href.replace(/^http/, "ws")));
    signal.addEventListener("abort", () => socket.close());
    socket.onmessage = ({ data }) => {
      if (signal.aborted) return;
      const { event, data: frame } = JSON.parse(data);
      take(event, frame, socket);
    };
    socket.onclose = () => resolve();
  });
}
