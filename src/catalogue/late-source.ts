/** Handles that exist before metrics start: they do nothing until their source is connected to a real one. */
import type { Metric } from './catalogue.js';
import { type AnyCallback, type HandleSource, noopSource, type Observing, type Recording } from './handles.js';

/** A source whose handles go wherever it is connected to. */
export interface LateSource extends HandleSource {
  /** From now on everything goes to `target`: earlier handles, those bound from them, and their callbacks. */
  connect(target: HandleSource): void;
}

/** A source connected to nothing. */
export function lateSource(): LateSource {
  let target = noopSource;
  const recordings = new Map<Metric, { recording: Recording; follow(): void }>();
  const observings = new Map<Metric, { observing: Observing; follow(): void }>();

  return {
    connect(source) {
      target = source;
      for (const { follow } of recordings.values()) follow();
      for (const { follow } of observings.values()) follow();
    },

    recording(metric, kind) {
      const earlier = recordings.get(metric);
      if (earlier !== undefined) return earlier.recording;
      let current = target.recording(metric, kind);
      const recording: Recording = {
        write: (value, attributes) => current.write(value, attributes),
        bind(attributes) {
          let boundTo = current;
          let write = boundTo.bind(attributes);
          return (value) => {
            if (boundTo !== current) {
              boundTo = current;
              write = boundTo.bind(attributes);
            }
            write(value);
          };
        },
      };
      const follow = () => {
        current = target.recording(metric, kind);
      };
      recordings.set(metric, { recording, follow });
      return recording;
    },

    observing(metric, kind) {
      const earlier = observings.get(metric);
      if (earlier !== undefined) return earlier.observing;
      let current = target.observing(metric, kind);
      const callbacks = new Set<AnyCallback>();
      const observing: Observing = {
        addCallback(callback) {
          callbacks.add(callback);
          current.addCallback(callback);
        },
        removeCallback(callback) {
          callbacks.delete(callback);
          current.removeCallback(callback);
        },
      };
      const follow = () => {
        for (const callback of callbacks) current.removeCallback(callback);
        current = target.observing(metric, kind);
        for (const callback of callbacks) current.addCallback(callback);
      };
      observings.set(metric, { observing, follow });
      return observing;
    },
  };
}
