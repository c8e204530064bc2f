/** Drawings, all in one weight. They say nothing by themselves: what they are on has a label. */
import type { ComponentChildren } from 'preact';

const draw =
  (shape: ComponentChildren, box = '0 0 24 24') =>
  () => (
    <svg class="icon" viewBox={box} aria-hidden="true" focusable="false">
      {shape}
    </svg>
  );

export const Back = draw(<path d="M15 5l-7 7 7 7" />);
export const Close = draw(<path d="M6 6l12 12M18 6L6 18" />);
export const Down = draw(<path d="M12 5v14M6 13l6 6 6-6" />);
export const Up = draw(<path d="M12 19V5M6 11l6-6 6 6" />);
export const Check = draw(<path d="M5 12.5l4.5 4.5L19 7.5" />);
export const Write = draw(<path d="M4 5.5h16v11H11l-4.5 3.5v-3.5H4z" />);
export const Search = draw(<path d="M10.5 17a6.5 6.5 0 1 0 0-13 6.5 6.5 0 0 0 0 13zM15.5 15.5L20 20" />);
export const Group = draw(
  <path d="M9 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM2.5 20c.4-3.6 3-6 6.5-6s6.1 2.4 6.5 6M16 4.5a3.5 3.5 0 0 1 0 6.3M18 14.4c2 .8 3.3 2.8 3.5 5.6" />,
);
export const AddPerson = draw(
  <path d="M10 11a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7zM3.5 20c.4-3.6 3-6 6.5-6 1.3 0 2.5.3 3.5.9M18 14v6M15 17h6" />,
);
export const Info = draw(<path d="M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18zM12 11v5.5M12 7.5v.1" />);
export const Send = draw(<path d="M12 19V5M5.5 11.5L12 5l6.5 6.5" />);
export const Reply = draw(<path d="M9.5 6L4 11.5 9.5 17M4.5 11.5H14c3.5 0 6 2.3 6 6.5" />);
export const Copy = draw(<path d="M9 9h10v11H9zM15 9V4H5v11h4" />);
export const Settings = draw(
  <path d="M4 7h9M17 7h3M4 17h3M11 17h9M15 9.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5zM9 19.5a2.5 2.5 0 1 0 0-5 2.5 2.5 0 0 0 0 5z" />,
);
export const Pencil = draw(<path d="M4 20l1-4.5L16.5 4l3.5 3.5L8.5 19 4 20zM14 6.5l3.5 3.5" />);
export const Pin = draw(<path d="M9 4h6l-.7 6 3.2 3.5h-11L9.7 10zM12 13.5V20" />);
export const Trash = draw(<path d="M5 7h14M10 7V4.5h4V7M7 7l.8 12.5h8.4L17 7M10.5 11v5M13.5 11v5" />);
export const Forward = draw(<path d="M14.5 6L20 11.5 14.5 17M19.5 11.5H10c-3.5 0-6 2.3-6 6.5" />);
export const Hide = draw(
  <path d="M4 4l16 16M9.9 5.9A9 9 0 0 1 12 5.6c4.5 0 7.6 3 9 6.4a12 12 0 0 1-2.6 3.7M6.3 7.6A12 12 0 0 0 3 12c1.4 3.4 4.5 6.4 9 6.4 1.6 0 3-.4 4.2-1" />,
);
export const Bell = draw(<path d="M6 16.5V11a6 6 0 0 1 12 0v5.5l1.5 1.5h-15zM10 20.5h4" />);
export const BellOff = draw(<path d="M4 4l16 16M8 6.5A6 6 0 0 1 18 11v3.5M6 9.5v7L4.5 18H18M10 20.5h4" />);
export const Archive = draw(<path d="M4 4.5h16v4.5H4zM5.5 9v10.5h13V9M10 13h4" />);
export const More = draw(<path d="M5.5 12h1M11.5 12h1M17.5 12h1" />);

export const Clip = draw(
  <path d="M19.5 11.5l-7.6 7.6a4.6 4.6 0 0 1-6.5-6.5l8-8a3 3 0 0 1 4.3 4.3l-8 8a1.5 1.5 0 0 1-2.1-2.1l7.1-7.1" />,
);
export const Microphone = draw(
  <path d="M12 14.5a3 3 0 0 0 3-3V6.5a3 3 0 0 0-6 0v5a3 3 0 0 0 3 3zM6 11.5a6 6 0 0 0 12 0M12 17.5V21" />,
);
export const Paper = draw(<path d="M6 3.5h8l4.5 4.5v12.5H6zM14 3.5V8h4.5" />);
export const Download = draw(<path d="M12 4v11M7 10.5l5 5 5-5M5 20h14" />);
export const Play = draw(<path class="full" d="M8 5.5v13l10.5-6.5z" />);
export const Pause = draw(<path d="M9 6v12M15 6v12" />);
export const Next = draw(<path d="M9 5l7 7-7 7" />);
export const Plus = draw(<path d="M12 5v14M5 12h14" />);
export const Minus = draw(<path d="M5 12h14" />);
export const Again = draw(<path d="M19 12a7 7 0 1 1-2.2-5.1M19 4v4h-4" />);

const tick = (shape: ComponentChildren) => draw(shape, '0 0 20 14');
export const Clock = tick(<path d="M10 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM10 4.2V7.2l2 1.3" />);
export const Tick = tick(<path d="M5 7.5l3.6 3.6L15.5 3" />);
export const Ticks = tick(<path d="M1.5 7.5l3.6 3.6L12 3M9.5 10.2l.9.9L17.5 3" />);
/** In a field of their own, so that color is not all that tells them from those above. */
export const ReadTicks = tick(
  <>
    <rect class="field" x="0" y="0" width="20" height="14" rx="5" />
    <path class="on-field" d="M3 7.6l3 3L11.5 4M9.6 9.8l.8.8L16.5 4" />
  </>,
);
export const Failed = tick(<path d="M10 12.5a5.5 5.5 0 1 0 0-11 5.5 5.5 0 0 0 0 11zM10 4v3.7M10 9.9v.1" />);

/** Two voices, one conversation. */
export const Mark = () => (
  <svg class="mark" viewBox="0 0 48 48" aria-hidden="true" focusable="false">
    <path
      class="mark-back"
      d="M4 20C4 11 11 5 20 5s16 6 16 15-7 15-16 15c-2.3 0-4.5-.4-6.5-1.2L5.5 36.5l1.8-7.3C5.2 26.7 4 23.5 4 20z"
    />
    <path
      class="mark-front"
      d="M17 28c0-7.7 6-13 13.5-13S44 20.3 44 28c0 3-.9 5.7-2.6 7.9L43 43l-7-3.1c-1.7.7-3.5 1.1-5.5 1.1C23 41 17 35.7 17 28z"
    />
  </svg>
);
