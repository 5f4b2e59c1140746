/** Open streams: the open handles of streamed responses. The handle of a stream is the object that its consumer reads. */
export { type OpenHandle as OpenStream, OpenHandles as OpenStreams } from '../kit/open-handles.js';
