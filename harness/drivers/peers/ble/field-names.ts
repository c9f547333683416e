/** What tshark, scapy and Bumble call a field of ours, where none of its words is in their name. */
const CALLED: Readonly<Record<string, RegExp>> = {
  address: /bd_addr/,
  attributeType: /uuid16/,
  auth: /authreq/,
  channels: /le_advts_ch_map|channel_map/,
  code: /unknown_type/,
  cid: /\b[sd]cid\b/,
  commands: /local_supported_cmds/,
  company: /comp_id/,
  count: /num_handles|le_num_reports/,
  credits: /num_command_packets/,
  diversifier: /ediv/,
  each: /btatt\.length/,
  enabled: /encryption_enable/,
  end: /ending_handle/,
  features: /feature_set/,
  handle: /\bhandles\b/,
  kind: /notification_type/,
  offsets: /offset/,
  length: /\blen\b/,
  manufacturer: /comp_id/,
  peerAddress: /bd_addr/,
  plain: /le_plaintext/,
  reason: /error_code/,
  request: /req_opcode_in_error/,
  seconds: /le_rpa_timeout/,
  set: /advertising_sid/,
  significant: /le_data_length/,
  spsm: /le_psm/,
  start: /starting_handle/,
  subversion: /sub_vers_nr/,
  unused: /le_simultaneous_host/,
  value: /dhkey_check/,
  version: /lmp_vers_nr/,
};

/** Whether a dissector's name of a field is a name for ours. */
export function isName(ours: string, theirs: string): boolean {
  const words = new Set(wordsOf(theirs));
  return wordsOf(ours).some((word) => words.has(word)) || (CALLED[ours]?.test(theirs) ?? false);
}

function wordsOf(name: string): readonly string[] {
  return name
    .replaceAll(/([a-z])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .filter((word) => word !== '');
}
