/** State of the connection and of the backends, in words. */
import { useSignal, useSignalEffect } from '@preact/signals';
import type { PageBackend } from '../../backends/live/messages.js';
import { now } from '../clock.js';
import { connection, data, isDisconnected, isPaused, shown, valuesSince } from '../page-state.js';
import { formatAge, formatTime, formatValue } from '../units.js';

export function StatusBar() {
  const state = isDisconnected.value
    ? 'disconnected'
    : connection.value.kind === 'connecting'
      ? 'connecting'
      : isPaused.value
        ? 'paused'
        : 'live';
  const since = valuesSince();
  return (
    <section class={`status-bar ${state}`} aria-label="Status">
      <p class="connection">
        <i class="dot" />
        {/* Only changes of the state are read out, not each second of a countdown. */}
        <span role="status">{state}</span>
        <Countdown />
      </p>
      {shown.value > 0 && (
        <p class="muted">
          <time>{formatTime(shown.value)}</time>
          {since !== undefined && `, values since ${formatTime(since)}`}
        </p>
      )}
      <ul class="backends" aria-label="Backends">
        {data.backends.value.map((backend) => (
          <Backend key={backend.name} backend={backend} />
        ))}
      </ul>
    </section>
  );
}

/** Seconds until the next attempt. */
function Countdown() {
  const current = useSignal(now());
  useSignalEffect(() => {
    if (connection.value.kind !== 'waiting') return undefined;
    current.value = now();
    const timer = setInterval(() => {
      current.value = now();
    }, 250);
    return () => clearInterval(timer);
  });
  const state = connection.value;
  if (isDisconnected.value && state.kind === 'connecting') return <span aria-hidden="true">: reconnecting now</span>;
  if (state.kind !== 'waiting') return null;
  return (
    <span aria-hidden="true">: reconnecting in {Math.max(1, Math.ceil((state.until - current.value) / 1_000))} s</span>
  );
}

function Backend({ backend }: { readonly backend: PageBackend }) {
  const { name, state, delivered, failed, last_success: last, reason } = backend;
  const age = last === undefined ? '' : `, last success ${formatAge(shown.value - last)} ago`;
  const counts = `${formatValue(delivered, '')} points delivered, ${formatValue(failed, '')} failed${age}`;
  const words = state === 'failing' ? `failing${reason === undefined ? '' : `: ${reason}`}` : state;
  return (
    <li class={state} title={counts}>
      <i class="dot" />
      <strong>{name}</strong> <span class="reason">{words}</span>
    </li>
  );
}
