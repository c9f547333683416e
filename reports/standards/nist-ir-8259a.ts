import type { Standard } from '#core/record.ts';
import { DOWNGRADE, FORGED, mapped, ROLLBACK, VALID_UPDATE, WRONGLY_TRUSTED } from './mapping/attacks.ts';

/** NISTIR 8259A (May 2020), the core baseline of device capabilities. */
export const standard: Standard = {
  id: 'nist-ir-8259a',
  title: 'NISTIR 8259A, core baseline of device capabilities',
  version: 'NISTIR 8259A (May 2020), elements of its Table 1',
  caveats: [
    'An id is a capability and the number of its element in Table 1.',
    'Element 3 of Software Update asks that authorised people can return to an older version: a downgrade attack is one by somebody who is not authorised, and the two must be kept apart.',
    'It is a catalogue to choose from; which elements apply is for the product to say.',
  ],
  clauses: [
    {
      id: 'Software Update 1',
      paraphrase: 'Software can be updated over remote or local means.',
      status: null,
      attacks: mapped('direct', 'A valid update installs.', VALID_UPDATE),
      notCovered: 'Update means that the bench does not drive.',
    },
    {
      id: 'Software Update 2',
      paraphrase: 'Updates are verified and authenticated before they are installed.',
      status: null,
      attacks: mapped('direct', 'What does not verify is not installed.', [...FORGED, ...WRONGLY_TRUSTED]),
      notCovered: 'Changes in transit and the choice of cryptography.',
    },
    {
      id: 'Software Update 3',
      paraphrase: 'Those who are authorised can return to an earlier version.',
      status: null,
      attacks: mapped(
        'context',
        'The return is automatic, after a trial that failed; nobody authorised asks for it.',
        ROLLBACK,
      ),
      notCovered: 'A return that an authorised person asks for.',
    },
    {
      id: 'Software Update 4',
      paraphrase: 'Updating can be restricted to those who are authorised.',
      status: null,
      attacks: mapped(
        'partial',
        'An older image is refused on every path, the local ones too, whoever offers it.',
        DOWNGRADE,
      ),
      notCovered: 'Who may start an update, and how that is configured.',
    },
  ],
  untouched: [
    'Software Update 5',
    'Software Update 6',
    'Logical Access to Interfaces 1',
    'Logical Access to Interfaces 2',
    'Data Protection 1',
    'Cybersecurity State Awareness 1',
    'Cybersecurity State Awareness 2',
  ],
};
