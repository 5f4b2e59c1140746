/** Top bar: application, search, period, pause, snapshot, colors. */
import { data, isPaused, range, ranges, search, theme, themes, togglePause } from '../page-state.js';
import { Icon } from './icons.js';
import { downloadSnapshot } from './snapshot.js';

export function TopBar() {
  const next = themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system';
  const pause = isPaused.value ? 'Resume' : 'Pause';
  return (
    <header class="top-bar">
      <p class="application">
        <svg class="mark" viewBox="0 0 16 16" width="20" height="20" aria-hidden="true" focusable="false">
          <path d="M1.5 8.5h3l2-5 3 9 2-4h3" />
        </svg>
        <strong>{data.model.value?.application_id ?? 'Live metrics'}</strong>
      </p>
      <label class="search">
        <Icon name="search" />
        <span class="hidden">Search</span>
        <input
          id="search"
          type="search"
          placeholder="Search panels and metrics"
          autocomplete="off"
          spellcheck={false}
          value={search.value}
          onInput={({ currentTarget }) => {
            search.value = currentTarget.value;
          }}
        />
        {/* biome-ignore lint/a11y/noAriaHiddenOnFocusable: this element cannot be focused */}
        <kbd aria-hidden="true">/</kbd>
      </label>
      {/* biome-ignore lint/a11y/useSemanticElements: a fieldset has a layout of its own */}
      <div class="segments" role="group" aria-label="Time range" data-arrows>
        {ranges.map((minutes) => (
          <button
            key={minutes}
            type="button"
            data-item
            aria-pressed={range.value === minutes}
            onClick={() => {
              range.value = minutes;
            }}
          >
            {minutes} min
          </button>
        ))}
      </div>
      <div class="actions">
        <button type="button" class="pause" aria-label={pause} aria-pressed={isPaused.value} onClick={togglePause}>
          <Icon name={isPaused.value ? 'play' : 'pause'} />
          <span>{pause}</span>
        </button>
        <button
          type="button"
          aria-label="Download a snapshot"
          title="Download a snapshot (JSON)"
          onClick={downloadSnapshot}
        >
          <Icon name="download" />
        </button>
        <button
          type="button"
          aria-label={`Colors: ${theme.value}. Change to ${next}`}
          title={`Colors: ${theme.value}`}
          onClick={() => {
            theme.value = next;
          }}
        >
          <Icon name={theme.value} />
        </button>
      </div>
    </header>
  );
}
