/** Icons, 16 by 16, in the color of the text. */
const paths = {
  pause: 'M5 3v10M11 3v10',
  play: 'M5 3l8 5-8 5z',
  download: 'M8 2v8M4.5 7L8 10.5 11.5 7M3 13.5h10',
  copy: 'M6 6h7v7H6zM10 3H3v7',
  check: 'M3 8.5l3.5 3.5L13 5',
  about: 'M8 7.2v4M8 4.6v.6',
  search: 'M7 2.5a4.5 4.5 0 1 0 0 9 4.5 4.5 0 0 0 0-9zM10.4 10.4L14 14',
  system: 'M2.5 3h11v8h-11zM6 13.5h4',
  light:
    'M8 5.2a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6zM8 1v1.6M8 13.4V15M1 8h1.6M13.4 8H15M3 3l1.2 1.2M11.8 11.8L13 13M13 3l-1.2 1.2M4.2 11.8L3 13',
  dark: 'M13.2 9.6A5.6 5.6 0 0 1 6.4 2.8a5.6 5.6 0 1 0 6.8 6.8z',
  chevron: 'M6 3.5L10.5 8 6 12.5',
} as const;

/** Decorative: the button around it has the name. */
export function Icon({ name }: { readonly name: keyof typeof paths }) {
  return (
    <svg class="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true" focusable="false">
      {name === 'about' && <circle cx="8" cy="8" r="6.2" />}
      <path d={paths[name]} />
    </svg>
  );
}
