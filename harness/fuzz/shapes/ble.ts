import type { CaseShape } from '#core/case-shape.ts';
import { encodeBleCase, parseBleCase, type BleCaseContent } from '#codecs/ble/case-text.ts';
import { MOST_PARTS } from '#fuzz/shapes/parts.ts';

/** Step by step, of a case over an LE link. */
export const STEPS: CaseShape = {
  name: 'steps over the link',
  take: (bytes) => {
    const content = parseBleCase(bytes);
    if (content === null) return null;
    const join = (kept: readonly number[]) =>
      encodeBleCase({ ...content, steps: content.steps.filter((_, index) => kept.includes(index)) });
    return { parts: content.steps.length, join };
  },
};

/** Every byte of every frame, by step and place. */
function frameBytes({ steps }: BleCaseContent): readonly (readonly [step: number, at: number])[] {
  return steps.flatMap((step, index) =>
    step.do === 'frame' ? Array.from(step.bytes, (_, at) => [index, at] as const) : [],
  );
}

/** The bytes of its frames, whose own length is always made true by L2CAP. */
export const FRAME_BYTES: CaseShape = {
  name: 'bytes of the frames',
  take: (bytes) => {
    const content = parseBleCase(bytes);
    if (content === null) return null;
    const places = frameBytes(content);
    if (places.length > MOST_PARTS) return null;
    const join = (kept: readonly number[]) => {
      const left = new Set(kept.map((part) => places[part]?.join('.')));
      const steps = content.steps.map((step, index) =>
        step.do === 'frame'
          ? { ...step, bytes: step.bytes.filter((_, at) => left.has(`${index}.${at}`)) }
          : step,
      );
      return encodeBleCase({ ...content, steps });
    };
    return { parts: places.length, join };
  },
};
