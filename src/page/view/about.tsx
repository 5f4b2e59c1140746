/** Description that appears on hover and focus. */
import { useId, useRef } from 'preact/hooks';
import { Icon } from './icons.js';

/** Pixels between a description and the edges of the window. */
const margin = 8;

/** `of` completes the name of the button. */
export function About({ text, of }: { readonly text: string; readonly of: string }) {
  const id = useId();
  const tooltip = useRef<HTMLSpanElement>(null);
  if (text === '') return null;
  /** Places the description below the button, within the window. */
  const place = ({ currentTarget }: { currentTarget: HTMLElement }) => {
    const { current } = tooltip;
    if (current === null) return;
    const { left, bottom, top } = currentTarget.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = current;
    const isBelow = bottom + height + margin < innerHeight;
    current.style.left = `${Math.max(margin, Math.min(left, document.documentElement.clientWidth - width - margin))}px`;
    current.style.top = `${isBelow ? bottom + 4 : Math.max(margin, top - height - 4)}px`;
  };
  return (
    <>
      <button
        type="button"
        class="quiet about"
        aria-label={`About ${of}`}
        aria-describedby={id}
        onMouseEnter={place}
        onFocus={place}
      >
        <Icon name="about" />
      </button>
      <span role="tooltip" id={id} class="tooltip" ref={tooltip}>
        {text}
      </span>
    </>
  );
}
