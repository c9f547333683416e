import type { Standard } from '#core/record.ts';
import {
  ALTERED,
  COUNTER,
  FORGED,
  MALFORMED,
  mapped,
  OLDER,
  POWER_LOSS,
  ROLLBACK,
  WRONGLY_TRUSTED,
} from './mapping/attacks.ts';

/** NIST SP 800-193 (May 2018), platform firmware resiliency. */
export const standard: Standard = {
  id: 'nist-sp-800-193',
  title: 'NIST SP 800-193, platform firmware resiliency',
  version: 'NIST SP 800-193 (2018)',
  caveats: [
    'A guideline for platforms: it decides nothing about a product.',
    'Only unauthorised returns to older images are meant by 4.2.1.3; an owner may still go back (NISTIR 8259A, Software Update 3).',
    'Section 4.4 is cited as a whole: the numbers of its parts were not reviewed.',
  ],
  clauses: [
    {
      id: '4.2.1',
      paraphrase: 'Firmware is changed by an authenticated update mechanism only.',
      status: null,
      attacks: [
        ...mapped('partial', 'Unsigned, altered and foreign images are refused.', [
          ...FORGED,
          ...WRONGLY_TRUSTED,
        ]),
        ...mapped('context', 'Malformed images reach the mechanism.', MALFORMED),
      ],
      notCovered: 'Other ways to write firmware, and the keys that the mechanism trusts.',
    },
    {
      id: '4.2.1.3',
      paraphrase: 'The mechanism can block a return to older authentic images with weaknesses.',
      status: null,
      attacks: [
        ...mapped('direct', 'Older authentic images are offered on every path.', OLDER),
        ...mapped('partial', 'Version and stored counter are played against each other.', COUNTER),
        ...mapped('context', 'Power fails while the counter advances.', ['power-loss/upgrade']),
      ],
      notCovered: 'Which older images have weaknesses, and returns by those who are authorised.',
    },
    {
      id: '4.3.1',
      paraphrase: 'Code is verified before it runs; recovery, notice and log should follow.',
      status: 'should',
      attacks: [
        ...mapped('partial', 'Images placed in flash are verified before they are started.', [
          ...FORGED,
          ...WRONGLY_TRUSTED,
          'power-loss/upload',
        ]),
        ...ALTERED,
      ],
      notCovered: 'Other changes of an installed image, altered boot loaders, notice and log.',
    },
    {
      id: '4.4',
      paraphrase: 'Firmware is recovered to a state of integrity.',
      status: null,
      attacks: [
        ...mapped('partial', 'The way back from an update that does not prove itself.', ROLLBACK),
        ...mapped('partial', 'Old or new image, whole, after power fails anywhere.', POWER_LOSS),
      ],
      notCovered: 'Recovery of critical data, and recovery where both images are lost.',
    },
  ],
  untouched: ['4.1.1', '4.1.2', '4.1.3', '4.2.3', '4.2.4', '4.3.2'],
};
