import { useEffect, useState } from 'preact/hooks';

/** Copies where the clipboard is closed to the page: from a selection inside `near`, which a dialog does not make inert. */
function copySelected(text: string, near: Element): boolean {
  const area = document.createElement('textarea');
  area.value = text;
  area.className = 'clipboard';
  near.append(area);
  area.select();
  // eslint-disable-next-line @typescript-eslint/no-deprecated -- all there is without a secure context
  const done = document.execCommand('copy');
  area.remove();
  return done;
}

async function copy(text: string, button: HTMLElement): Promise<boolean> {
  try {
    // Missing without a secure context.
    const clipboard = navigator.clipboard as Clipboard | undefined;
    if (clipboard) {
      await clipboard.writeText(text);
      return true;
    }
  } catch {
    // not permitted
  }
  const done = copySelected(text, button.parentElement!);
  button.focus();
  return done;
}

/** Milliseconds for which a button says what came of it. */
const SAID = 1500;

/** A button that copies text. `what` names it further for a screen reader. */
export function Copy({ text, label, what }: { text: string; label: string; what?: string }) {
  const [said, setSaid] = useState<string>();
  useEffect(() => {
    if (said === undefined) return;
    const timer = setTimeout(setSaid, SAID, undefined);
    return () => {
      clearTimeout(timer);
    };
  }, [said]);
  return (
    <button
      type="button"
      class="copy"
      aria-label={what && said === undefined ? `${label} ${what}` : undefined}
      onClick={(event) => {
        void copy(text, event.currentTarget).then((done) => {
          setSaid(done ? 'Copied' : 'Not copied');
        });
      }}
    >
      {said ?? label}
    </button>
  );
}
