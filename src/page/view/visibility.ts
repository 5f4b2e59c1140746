/** Visibility of elements, so that only those on the screen are drawn. */
import { type Signal, signal } from '@preact/signals';
import { useEffect, useRef, useState } from 'preact/hooks';

const visibleOf = new WeakMap<Element, Signal<boolean>>();
const observer = new IntersectionObserver(
  (entries) => {
    for (const { target, isIntersecting } of entries) {
      const visible = visibleOf.get(target);
      if (visible !== undefined) visible.value = isIntersecting;
    }
  },
  { rootMargin: '120px' },
);

/** Returns a reference for an element, and a signal that is true while the element is on the screen or close to it. */
export function useVisible<E extends Element>() {
  const element = useRef<E>(null);
  const [visible] = useState(() => signal(false));
  useEffect(() => {
    const observed = element.current;
    if (observed === null) return undefined;
    visibleOf.set(observed, visible);
    observer.observe(observed);
    return () => observer.unobserve(observed);
  }, [visible]);
  return { element, visible };
}
